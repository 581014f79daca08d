import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { WorkerInput, WorkerReply, WorkerRequest } from './worker/messages.ts';

/** Starts a worker; tests put a watched one in its place. */
export type StartWorker = (file: string, input: WorkerInput) => ChildProcess;

/** The worker ended, or was ended, before it answered. */
export class WorkerGone extends Error {}

/** `--max-old-space-size` bounds the library's own heap, in MB; the WebAssembly memory comes on top. */
const FLAGS = ['--max-old-space-size=512', '--expose-gc'];
/** Where Node's own libraries lie. */
const KEPT = ['LD_LIBRARY_PATH'];
/** Desktop VS Code runs us in its own program, which is the editor itself unless it is told to be Node. */
const AS_NODE = { ELECTRON_RUN_AS_NODE: '1' };
/** glibc keeps what was freed, for each thread, and more once a large piece was: it took a third of the memory. */
const GLIBC = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };
/** What of a worker's own words goes into the log, in characters. */
const MAX_WORDS = 500;

/**
 * A process of its own: what compiling WebAssembly takes stays with the process that did it, long after a
 * thread has ended. It gets nothing else of this process's environment.
 */
export const startWorker: StartWorker = (file, input) => {
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return spawn(process.execPath, [...FLAGS, file, JSON.stringify(input)], {
    env: { ...Object.fromEntries(kept), ...AS_NODE, ...GLIBC },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
};

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
    for (const words of [this.worker.stdout, this.worker.stderr]) {
      words?.on('data', (chunk) => log.debug(`embedder: ${String(chunk).trim().slice(0, MAX_WORDS)}`));
      if (words && 'unref' in words && typeof words.unref === 'function') words.unref();
    }
    this.holdOpen(false);
  }

  /**
   * The vector of one text.
   * @throws WorkerGone where the worker ended; ZoeyError `embedding_failed` where it lives and could not
   */
  async embed(text: string): Promise<Float32Array> {
    this.holdOpen(true);
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
      this.holdOpen(false);
    }
  }

  /** Settles when the process is gone, and all its memory with it. */
  async end(): Promise<void> {
    const { worker } = this;
    if (worker.pid === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
    this.holdOpen(true);
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
  }

  /** Whether this process waits for the other before it ends. */
  private holdOpen(open: boolean): void {
    const { worker } = this;
    if (open) {
      worker.ref();
      worker.channel?.ref();
    } else {
      worker.unref();
      worker.channel?.unref();
    }
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
