import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type {
  EmbeddingJob,
  EmbeddingProgress,
  EmbeddingSource,
  EmbeddingStamp,
  IEmbedder,
} from '../../types/recall.ts';
import { Bell } from './bell.ts';
import { embedBatch } from './embedBatch.ts';
import { Throughput } from './throughput.ts';

/** Texts that are embedded together: few enough that a question in between waits little. */
const BATCH = 16;
/** After so many attempts a text is given up. */
const MAX_ATTEMPTS = 5;
/** The wait before the second attempt and the longest one, in ms; it doubles in between. */
const RETRY_MS = 2_000;
const MAX_RETRY_MS = 600_000;
/** How often it is looked whether a model has come, or the time to try again, in ms. */
const LOOK_MS = 30_000;

type EmbeddingCounts = Pick<EmbeddingProgress, 'waiting' | 'failed' | 'embedded'>;

export interface EmbeddingQueueOptions {
  embedder: IEmbedder;
  /** What is most urgent first: a source is asked when those before it have nothing left. */
  sources: readonly EmbeddingSource[];
  /** Settles when nobody waits for an answer: a small machine can do one of the two. */
  idle(signal: AbortSignal): Promise<void>;
  paused: boolean;
  clock: Clock;
  /** From 0 to 1, exclusive. */
  random?: () => number;
  log: Log;
}

/**
 * Gives texts their vectors, in the background, the most urgent first. What waits is kept by the sources: a
 * crash loses nothing, and nothing is embedded twice but the batch that it cut off.
 */
export class EmbeddingQueue {
  readonly #options: EmbeddingQueueOptions;
  readonly #closing = new AbortController();
  /** Rings where there may be work, and where something changed that a reader wants to hear. */
  readonly #wake = new Bell();
  readonly #changed = new Bell();
  readonly #throughput: Throughput;
  #paused: boolean;
  #working = false;
  #outages = 0;
  /** When the first of those that failed is to be tried again. */
  #retryFrom = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(options: EmbeddingQueueOptions) {
    this.#options = options;
    this.#paused = options.paused;
    this.#throughput = new Throughput(options.clock);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There may be something new to be embedded, or another model. */
  wake(): void {
    this.#wake.ring();
  }

  pause(): void {
    this.#paused = true;
    this.#changed.ring();
  }

  resume(): void {
    this.#paused = false;
    this.#outages = 0;
    this.#wake.ring();
    this.#changed.ring();
  }

  async status(): Promise<EmbeddingProgress> {
    const stamp = await this.#options.embedder.stamp();
    if (!stamp) return { state: 'no_model', waiting: 0, failed: 0, embedded: 0 };
    const counts = await this.#counts(stamp);
    const state = this.#state(counts);
    const secondsLeft = this.#throughput.secondsFor(counts.waiting);
    return {
      ...counts,
      state,
      model: stamp.model,
      ...(state === 'working' && secondsLeft !== undefined && { secondsLeft }),
    };
  }

  /** The state now and at each change, until nothing waits or nothing can be done: it is paused, or has no model. */
  async *progress(signal: AbortSignal): AsyncGenerator<EmbeddingProgress, EmbeddingProgress, void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    this.wake();
    for (let last: EmbeddingProgress | undefined; ; ) {
      const seen = this.#changed.rings;
      const status = await this.status();
      const { waiting, state } = status;
      if (waiting === 0 || state === 'paused' || state === 'no_model' || either.aborted) return status;
      if (!last || !isSame(last, status)) yield status;
      last = status;
      await this.#changed.after(seen, { signal: either, ms: LOOK_MS });
    }
  }

  /** Ends; a batch under way is left, and waits for the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const seen = this.#wake.rings;
      let rest: number | undefined = LOOK_MS;
      try {
        rest = this.#paused ? undefined : await this.#step();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.log.warn(`nothing was embedded: ${error instanceof Error ? error.message : 'failure'}`);
      }
      if (this.#working && rest !== 0) this.#rests();
      if (rest !== 0) await this.#wake.after(seen, { signal, ...(rest !== undefined && { ms: rest }) });
    }
  }

  /** Embeds one batch. Gives how long to wait before the next, in ms: 0 where there may be more at once. */
  async #step(): Promise<number> {
    const { embedder, idle } = this.#options;
    const { signal } = this.#closing;
    const stamp = await embedder.stamp(signal);
    if (!stamp) return LOOK_MS;
    const next = await this.#next(stamp);
    if (!next) return this.#lookIn();
    await idle(signal);
    if (this.#paused) return 0;
    this.#working = true;
    this.#throughput.begin();
    const { vectors, failed, outage } = await embedBatch(next.jobs, { embedder, stamp, signal });
    if (outage) return this.#unreachable(outage);
    this.#outages = 0;
    // Another model may have been chosen meanwhile: what is of which can't be told.
    const now = await embedder.stamp(signal);
    if (now && isStamp(now, stamp)) await this.#keep(next.source, stamp, vectors);
    this.#throughput.end(vectors.length);
    for (const job of failed) await next.source.failed([job.id], this.#retryAt(job));
    this.#changed.ring();
    return 0;
  }

  #lookIn(): number {
    const ms = this.#retryFrom - this.#options.clock();
    if (ms <= 0) this.#retryFrom = Number.POSITIVE_INFINITY;
    return Math.min(LOOK_MS, Math.max(1, ms));
  }

  async #next(stamp: EmbeddingStamp): Promise<{ source: EmbeddingSource; jobs: EmbeddingJob[] } | undefined> {
    for (const source of this.#options.sources) {
      const jobs = await source.waiting(stamp, BATCH, this.#options.clock());
      if (jobs.length > 0) return { source, jobs };
    }
    return undefined;
  }

  #keep(source: EmbeddingSource, stamp: EmbeddingStamp, vectors: { id: string; vector: Float32Array }[]) {
    return vectors.length > 0 ? source.store(stamp, vectors) : undefined;
  }

  #unreachable(outage: unknown): number {
    if (this.#outages === 0) {
      const why = outage instanceof Error ? outage.message : 'failure';
      this.#options.log.warn(`the embedding model is out of reach: ${why}`);
    }
    this.#outages += 1;
    this.#changed.ring();
    return this.#backoff(this.#outages - 1);
  }

  #rests(): void {
    this.#working = false;
    this.#throughput.end(0);
    this.#changed.ring();
  }

  /** Undefined where it was tried often enough. */
  #retryAt({ attempts }: EmbeddingJob): number | undefined {
    if (attempts + 1 >= MAX_ATTEMPTS) return undefined;
    const at = Math.ceil(this.#options.clock() + this.#backoff(attempts));
    this.#retryFrom = Math.min(this.#retryFrom, at);
    return at;
  }

  /** A random part, so that what failed together does not come back together. */
  #backoff(attempts: number): number {
    const { random = Math.random } = this.#options;
    return Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** attempts) * (0.5 + random() / 2);
  }

  async #counts(stamp: EmbeddingStamp): Promise<EmbeddingCounts> {
    const sum: EmbeddingCounts = { waiting: 0, failed: 0, embedded: 0 };
    for (const source of this.#options.sources) {
      const { waiting, failed, embedded } = await source.counts(stamp);
      sum.waiting += waiting;
      sum.failed += failed;
      sum.embedded += embedded;
    }
    return sum;
  }

  #state({ waiting }: EmbeddingCounts): EmbeddingProgress['state'] {
    if (this.#paused) return 'paused';
    if (waiting === 0) return 'idle';
    return this.#outages > 0 ? 'unreachable' : 'working';
  }
}

function isSame(a: EmbeddingProgress, b: EmbeddingProgress): boolean {
  return a.state === b.state && a.waiting === b.waiting && a.failed === b.failed && a.embedded === b.embedded;
}

function isStamp(a: EmbeddingStamp, b: EmbeddingStamp): boolean {
  return (
    a.model === b.model &&
    a.dims === b.dims &&
    a.dtype === b.dtype &&
    a.pooling === b.pooling &&
    a.sha256 === b.sha256
  );
}
