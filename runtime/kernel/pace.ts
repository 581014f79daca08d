import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from './errors.ts';

/** Milliseconds on a clock that never goes back. */
export type Stopwatch = () => number;

export const systemStopwatch: Stopwatch = () => performance.now();

/** How long the event loop is held at most between two rests, in ms: half of what a person would notice. */
const TURN_MS = 8;

/** Lets a long piece of work be stopped, and lets others have the event loop. */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  readonly #now: Stopwatch;
  #since: number;

  constructor(signal?: AbortSignal, now: Stopwatch = systemStopwatch) {
    this.#signal = signal;
    this.#now = now;
    this.#since = now();
  }

  /** To be awaited after each small step. Throws `cancelled` where the signal is aborted. */
  async rest(): Promise<void> {
    if (this.#signal) throwIfAborted(this.#signal);
    if (this.#now() - this.#since < TURN_MS) return;
    await setImmediate();
    if (this.#signal) throwIfAborted(this.#signal);
    this.#since = this.#now();
  }
}
