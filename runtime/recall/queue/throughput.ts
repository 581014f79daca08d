import type { Clock } from '../../kernel/clock.ts';

/** How much the newest measurement counts. */
const NEWEST = 0.2;

/** How fast a queue goes, as a moving average over its batches. */
export class Throughput {
  readonly #clock: Clock;
  #since: number | undefined;
  #msEach: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A batch begins. */
  begin(): void {
    this.#since ??= this.#clock();
  }

  /** A batch ended with so many done; with none, it is not counted. */
  end(done: number): void {
    const since = this.#since;
    this.#since = undefined;
    if (since === undefined || done === 0) return;
    const each = (this.#clock() - since) / done;
    this.#msEach = this.#msEach === undefined ? each : this.#msEach * (1 - NEWEST) + each * NEWEST;
  }

  /** How long so many more take, in whole seconds; undefined before anything was done. */
  secondsFor(waiting: number): number | undefined {
    return this.#msEach === undefined ? undefined : Math.ceil((waiting * this.#msEach) / 1000);
  }
}
