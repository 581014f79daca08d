import { ZoeyError } from '../../kernel/errors.ts';

/** Lets so many through at a time; the others wait in their order, up to a bound. */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #free: number;
  readonly #mostWaiting: number;

  constructor(width: number, mostWaiting: number) {
    this.#free = width;
    this.#mostWaiting = mostWaiting;
  }

  /** @throws ZoeyError `storage_busy` where too many wait. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else {
      if (this.#waiting.length >= this.#mostWaiting) {
        throw new ZoeyError('storage_busy', 'Too much is waiting to be saved.');
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
