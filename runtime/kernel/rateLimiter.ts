import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

export interface RateLimit {
  /** How many in any window. */
  limit: number;
  /** In ms. */
  windowMs: number;
}

export interface RateLimiterOptions extends RateLimit {
  clock: Clock;
  /** How many callers are told apart; the one not seen for longest is forgotten first. 1000 otherwise. */
  maxKeys?: number;
}

/** Longer keys are cut: a caller must not choose how much is kept. */
const MAX_KEY = 200;

/** A sliding window for each key. */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #taken: LRUCache<string, number[]>;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#taken = new LRUCache({ max: options.maxKeys ?? 1_000 });
  }

  /** Takes one; returns 0, or how long to wait, in ms, where there is none left. */
  take(key: string): number {
    const { limit, windowMs, clock } = this.#options;
    const now = clock();
    const bounded = key.slice(0, MAX_KEY);
    const taken = this.#taken.get(bounded) ?? [];
    let past = 0;
    // A clock that goes backwards must not hold a caller for longer than a window.
    while (past < taken.length && !isWithin(taken[past] ?? 0, now, windowMs)) past += 1;
    taken.splice(0, past);
    this.#taken.set(bounded, taken);
    const oldest = taken[0];
    if (oldest !== undefined && taken.length >= limit) return oldest + windowMs - now;
    taken.push(now);
    return 0;
  }
}

function isWithin(at: number, now: number, windowMs: number): boolean {
  return at <= now && now - at < windowMs;
}
