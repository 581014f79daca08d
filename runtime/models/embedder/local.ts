import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { IEmbedder } from '../../types/recall.ts';
import { type After, realAfter } from '../ollama/watch.ts';
import { Line } from './line.ts';
import type { FoundModel } from './locate.ts';
import { EmbedderProcess, type StartWorker, startWorker, WorkerGone } from './process.ts';

export interface LocalOptions {
  model: FoundModel;
  /** The worker's bundle. */
  worker: string;
  log: Log;
  after?: After;
  start?: StartWorker;
}

/** How long a worker that has nothing to do is kept, in ms. It holds some 300 MB on WebAssembly. */
const IDLE_MS = 60_000;
/** Far more than a model reads; without it one huge text would be cut into tokens for seconds. */
const MAX_CHARS = 20_000;

/**
 * A model of this disk in a process of its own, which is started on the first need, ended after a minute without
 * any, and started again where it crashed: the text that it died of is tried once more. Texts beyond what
 * the model takes (512 tokens, for the bundled one) are cut there without a word: cut them before.
 */
export class LocalEmbedder implements IEmbedder {
  private readonly options: LocalOptions;
  private readonly line = new Line((text) => this.embedOne(text));
  private readonly after: After;
  private worker: EmbedderProcess | undefined;
  private callOff: (() => void) | undefined;
  private closed = false;

  constructor(options: LocalOptions) {
    this.options = options;
    this.after = options.after ?? realAfter;
  }

  /** Whether the model is in memory. */
  get loaded(): boolean {
    return this.worker?.backend !== undefined;
  }

  async stamp() {
    return this.options.model.stamp;
  }

  async embed(texts: readonly string[], { purpose, signal }: Parameters<IEmbedder['embed']>[1]) {
    const before = this.options.model.manner[purpose];
    return this.line.take(
      texts.map((text) => before + text.slice(0, MAX_CHARS)),
      purpose,
      signal,
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    this.callOff?.();
    const closing = this.line.close();
    await this.endProcess();
    await closing;
  }

  private async embedOne(text: string): Promise<Float32Array> {
    this.callOff?.();
    try {
      return checked(await this.attempt(text, false), this.options.model.stamp.dims);
    } finally {
      if (!this.closed) this.callOff = this.after(IDLE_MS, () => void this.endProcess());
    }
  }

  private async attempt(text: string, again: boolean): Promise<Float32Array> {
    const worker = this.worker ?? this.startProcess();
    try {
      return await worker.embed(text);
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw error;
      if (this.worker === worker) this.worker = undefined;
      if (this.closed || again) {
        throw new ZoeyError('embedding_failed', 'The embedder stopped.', { cause: error });
      }
      this.options.log.warn(`The embedder stopped (${error.message}) and is started again.`);
      return this.attempt(text, true);
    }
  }

  private startProcess(): EmbedderProcess {
    const { model, worker, log, start = startWorker } = this.options;
    const { model: id, dtype } = model.stamp;
    const input = {
      root: model.root.path,
      model: id,
      dtype: dtype === 'fp32' ? dtype : 'q8',
      pooling: model.manner.pooling,
    } as const;
    this.worker = new EmbedderProcess(() => start(worker, input), log);
    return this.worker;
  }

  private async endProcess(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.end();
  }
}

/** A vector that points nowhere would be near to everything. */
function checked(vector: Float32Array, dims: number): Float32Array {
  const length = Math.hypot(...vector);
  if (vector.length === dims && Math.abs(length - 1) < 0.01) return vector;
  throw new ZoeyError('embedding_failed', 'The embedding model gave a vector that cannot be used.');
}
