import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted, ZoeyError } from './errors.ts';

export interface RetryOptions {
  signal: AbortSignal;
  /** How often it is tried in all. */
  attempts: number;
  /** The longest wait before the second attempt, in ms; it doubles with each. */
  baseMs: number;
  /** From 0 to 1, exclusive. */
  random?: () => number;
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const waitFor = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });

/**
 * Tries again what failed in a way that may pass. For what is idempotent alone: what was done already may be
 * done once more. The wait is a random part of a doubling time, so that many callers don't come back at once.
 */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, attempts, baseMs, random = Math.random, wait = waitFor } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const ours = ZoeyError.from(error);
      throwIfAborted(signal);
      if (!ours.retryable || attempt >= attempts) throw ours;
    }
    await wait(random() * baseMs * 2 ** (attempt - 1), signal).catch(() => {});
    throwIfAborted(signal);
  }
}
