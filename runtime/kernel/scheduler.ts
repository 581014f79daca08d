import { ZoeyError } from './errors.ts';

export interface SchedulerOptions {
  /** How much runs at once. */
  concurrency: number;
  /** How much may wait; what comes above that is refused. */
  capacity: number;
}

/** Work in the background: in order, a few at a time, never more than fits. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #idle = new Set<() => void>();
  #running = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Settles as `work` does. Throws `rate_limited` at once where the queue is full. */
  add<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#options.concurrency && this.#waiting.length >= this.#options.capacity) {
      throw new ZoeyError('rate_limited', 'Too much waits to be done in the background.');
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push(
        () =>
          void work()
            .then(resolve, reject)
            .finally(() => this.#ended()),
      );
      this.#next();
    });
  }

  /** Settles when nothing runs and nothing waits. */
  drain(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.add(resolve));
  }

  #next(): void {
    if (this.#running >= this.#options.concurrency) return;
    const start = this.#waiting.shift();
    if (!start) return;
    this.#running += 1;
    start();
  }

  #ended(): void {
    this.#running -= 1;
    this.#next();
    if (this.#running > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}
