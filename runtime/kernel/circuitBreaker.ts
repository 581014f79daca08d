import type { Clock } from './clock.ts';

export interface CircuitOptions {
  clock: Clock;
  /** How many failures in a row open it. */
  threshold: number;
  /** How long it stays open before one call may try, in ms. */
  coolDownMs: number;
}

/** Stops asking what does not answer: closed, then open for a while, then one trial decides. */
export class CircuitBreaker {
  readonly #options: CircuitOptions;
  #failures = 0;
  #openedAt: number | undefined;
  #trying = false;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  /** False while it is open. After the cool-down, true for one call until that has ended. */
  allows(): boolean {
    if (this.#openedAt === undefined) return true;
    if (this.#trying || this.#options.clock() - this.#openedAt < this.#options.coolDownMs) return false;
    this.#trying = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openedAt = undefined;
    this.#trying = false;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#trying || this.#failures >= this.#options.threshold) this.#openedAt = this.#options.clock();
    this.#trying = false;
  }

  /** The call said nothing about the other side: it was stopped, or it was wrong itself. */
  ended(): void {
    this.#trying = false;
  }
}
