import { ZoeyError } from '../../kernel/errors.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { MAX_TEXT } from '../../types/primitives.ts';

/** What one server bears. */
export interface HttpLimits {
  /** Longest body, in bytes: by default 1 MiB beside a text of the greatest length, however it is escaped. */
  bodyBytes: number;
  /** Requests with the token in any `windowMs`. */
  requests: number;
  windowMs: number;
  /** Calls under way at once. */
  calls: number;
  /** A stream that is silent for this long sends a comment, in ms. */
  heartbeatMs: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 1024 * 1024 + MAX_TEXT * '\\uffff'.length,
  requests: 600,
  windowMs: 60_000,
  calls: 64,
  heartbeatMs: 15_000,
};

/** The same `invoke`, with no more than `calls` under way; others are refused as `rate_limited`. */
export function atMost(calls: number, invoke: Invoke): Invoke {
  let running = 0;
  return async function* (...call) {
    if (running >= calls) throw new ZoeyError('rate_limited', 'Too many calls are under way.');
    running += 1;
    try {
      return yield* invoke(...call);
    } finally {
      running -= 1;
    }
  };
}
