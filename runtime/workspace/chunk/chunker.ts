import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { ZoeyError } from '../../kernel/errors.ts';
import type { ChunkResult, ChunkTask } from './work.ts';

/** How long the thread stays without work, in ms: it holds the grammars that it loaded. */
const IDLE_MS = 30_000;
/** No batch takes as long; one that does hangs. */
const BATCH_MS = 60_000;
const HEAP_MB = 512;

interface Reply {
  id: number;
  results?: ChunkResult[];
  error?: string;
}

interface Pending {
  tasks: readonly ChunkTask[];
  tries: number;
  resolve(results: ChunkResult[]): void;
  reject(error: ZoeyError): void;
  timer: NodeJS.Timeout;
}

/** Has files read and cut in a thread of its own, which is started on need and ends when idle. */
export class Chunker {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #next = 0;
  #closed = false;

  /** The results of a batch, in its order. A thread that dies is replaced once for each batch. */
  run(tasks: readonly ChunkTask[]): Promise<ChunkResult[]> {
    if (this.#closed) return Promise.reject(new ZoeyError('server_stopped', 'The index was closed.'));
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      const timer = setTimeout(() => void this.#worker?.terminate(), BATCH_MS);
      this.#pending.set(id, { tasks, tries: 0, resolve, reject, timer });
      this.#send(id);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    for (const id of this.#pending.keys()) {
      this.#settle(id)?.reject(new ZoeyError('server_stopped', 'The index was closed.'));
    }
    await worker?.terminate();
  }

  #send(id: number): void {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    this.#worker.ref();
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.tries++;
    this.#worker.postMessage({ id, tasks: pending.tasks });
  }

  #start(): Worker {
    const file = workerFile();
    const worker = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      execArgv: file.endsWith('.ts') ? ['--require', 'tsx/cjs'] : [],
    });
    worker.on('message', (reply: Reply) => {
      const pending = this.#settle(reply.id);
      if (reply.results) pending?.resolve(reply.results);
      else pending?.reject(new ZoeyError('internal', `Cutting files failed: ${reply.error}`));
      if (this.#pending.size === 0) this.#rest();
    });
    let failure: unknown;
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => this.#ended(worker, failure));
    return worker;
  }

  #ended(worker: Worker, failure: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const [id, { tries }] of [...this.#pending]) {
      if (tries < 2) this.#send(id);
      else {
        const message = 'A file could not be cut: the thread ended.';
        this.#settle(id)?.reject(new ZoeyError('internal', message, { cause: failure }));
      }
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    clearTimeout(pending?.timer);
    this.#pending.delete(id);
    return pending;
  }

  /** Nothing is waited for: the thread keeps no process alive, and ends after a while. */
  #rest(): void {
    this.#worker?.unref();
    this.#idle = setTimeout(() => {
      const worker = this.#worker;
      this.#worker = undefined;
      void worker?.terminate();
    }, IDLE_MS).unref();
  }
}

/** As it ships: beside the server. From source: the file beside this one. */
function workerFile(): string {
  const shipped = path.join(__dirname, 'chunker.js');
  return existsSync(shipped) ? shipped : path.join(__dirname, 'worker.ts');
}
