import type { ChildProcess } from 'node:child_process';
import { ZoeyError } from '../../kernel/errors.ts';
import { endHelper, hearWords, holdOpen, startHelper } from '../../kernel/helperProcess.ts';
import type { Log } from '../../kernel/log.ts';
import type { WorkerInput, WorkerReply, WorkerRequest } from './worker/messages.ts';

/** Starts a worker; tests put a watched one in its place. */
export type StartWorker = (file: string, input: WorkerInput) => ChildProcess;

/** The worker ended, or was ended, before it answered. */
export class WorkerGone extends Error {}

/** `--max-old-space-size` bounds the library's own heap, in MB; the WebAssembly memory comes on top. */
const FLAGS = ['--max-old-space-size=512', '--expose-gc'];
/** What of a worker's own words goes into the log, in characters. */
const MAX_WORDS = 500;

export const startWorker: StartWorker = (file, input) =>
  startHelper(file, { args: [JSON.stringify(input)], flags: FLAGS });

interface Waiting {
  resolve(vector: Float32Array): void;
  reject(error: Error): void;
}

/** One worker with one model. It keeps this process alive only while something is asked of it. */
export class EmbedderProcess {
  /** What computes there, once it is known. */
  backend: 'wasm' | 'native' | undefined;
  private readonly worker: ChildProcess;
  private readonly ready: Promise<void>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly log: Log;
  private nextId = 0;
  private onReady: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(start: () => ChildProcess, log: Log) {
    this.log = log;
    this.worker = start();
    this.ready = new Promise<void>((resolve, reject) => {
      this.onReady = { resolve, reject };
    });
    // Whoever asks awaits it; a worker that dies unasked must not fail this process.
    this.ready.catch(() => {});
    this.worker.once('exit', (code, by) => this.fail(new WorkerGone(`it ended with ${code ?? by}`)));
    this.worker.on('error', (error) => this.fail(new WorkerGone(error.message, { cause: error })));
    // @types/node knows what JSON can carry; this channel carries vectors.
    this.worker.on('message', (message: unknown) => this.hear(message as WorkerReply));
    hearWords(this.worker, (words) => log.debug(`embedder: ${words.slice(0, MAX_WORDS)}`));
    holdOpen(this.worker, false);
  }

  /**
   * The vector of one text.
   * @throws WorkerGone where the worker ended; ZoeyError `embedding_failed` where it lives and could not
   */
  async embed(text: string): Promise<Float32Array> {
    holdOpen(this.worker, true);
    try {
      await this.ready;
      const request: WorkerRequest = { id: this.nextId++, text };
      return await new Promise<Float32Array>((resolve, reject) => {
        this.waiting.set(request.id, { resolve, reject });
        this.worker.send(request, (error) => {
          if (error) this.fail(new WorkerGone(error.message, { cause: error }));
        });
      });
    } finally {
      holdOpen(this.worker, false);
    }
  }

  /** Settles when the process is gone, and all its memory with it. */
  end(): Promise<void> {
    return endHelper(this.worker);
  }

  private hear(message: WorkerReply): void {
    switch (message.type) {
      case 'ready':
        this.backend = message.backend;
        this.log.info(`embedder: ready, on ${message.backend === 'wasm' ? 'WebAssembly' : 'native code'}`);
        this.onReady?.resolve();
        break;
      case 'unusable':
        this.onReady?.reject(failure(`The embedding model cannot be loaded: ${message.error}`));
        break;
      case 'vector':
        // What came lies in the buffer of the whole message.
        this.settle(message.id)?.resolve(Float32Array.from(message.vector));
        break;
      case 'failed':
        this.settle(message.id)?.reject(failure(`The text could not be embedded: ${message.error}`));
    }
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private fail(error: Error): void {
    this.onReady?.reject(error);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

const failure = (message: string) => new ZoeyError('embedding_failed', message);
