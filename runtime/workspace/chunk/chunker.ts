import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import { endHelper, hearWords, holdOpen, startHelper } from '../../kernel/helperProcess.ts';
import type { ChunkResult, ChunkTask } from './work.ts';

/** How long the process stays without work, in ms: it holds the grammars that it loaded. */
const IDLE_MS = 30_000;
/** No batch takes as long; one that does hangs. */
const BATCH_MS = 60_000;
/** Room for young objects is kept once it was taken, and more of it makes nothing faster here. */
const FLAGS = ['--max-old-space-size=512', '--max-semi-space-size=8'];
/** What of the process's last words is told with its end, in characters. */
const MAX_WORDS = 2_000;

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
  /** Ends a process that hangs. */
  timer?: NodeJS.Timeout;
}

/** Has files read and cut in a process of its own, which is started on need and ends when idle. */
export class Chunker {
  readonly #pending = new Map<number, Pending>();
  #worker: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #next = 0;
  #closed = false;

  constructor(private readonly start: () => ChildProcess = startWorker) {}

  /** The results of a batch, in its order. A process that dies is replaced once for each batch. */
  run(tasks: readonly ChunkTask[]): Promise<ChunkResult[]> {
    if (this.#closed) return Promise.reject(new ZoeyError('server_stopped', 'The index was closed.'));
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#pending.set(id, { tasks, tries: 0, resolve, reject });
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
    if (worker) await endHelper(worker);
  }

  #send(id: number): void {
    clearTimeout(this.#idle);
    this.#worker ??= this.#begin();
    const worker = this.#worker;
    holdOpen(worker, true);
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.tries++;
    pending.timer = setTimeout(() => worker.kill('SIGKILL'), BATCH_MS);
    // Where it can't be sent, the process has ended, which is heard of.
    worker.send({ id, tasks: pending.tasks }, () => {});
  }

  #begin(): ChildProcess {
    const worker = this.start();
    let words = '';
    hearWords(worker, (heard) => {
      words = (words + heard).slice(-MAX_WORDS);
    });
    worker.on('message', (message: unknown) => this.#hear(message as Reply));
    worker.on('error', (error) => {
      words += String(error);
      // It never ran, so nothing else will tell of its end.
      if (worker.pid === undefined) this.#ended(worker, words);
    });
    worker.on('exit', () => this.#ended(worker, words));
    return worker;
  }

  #hear(reply: Reply): void {
    const pending = this.#settle(reply.id);
    if (reply.results) pending?.resolve(reply.results);
    else pending?.reject(new ZoeyError('internal', `Cutting files failed: ${reply.error}`));
    if (this.#pending.size === 0) this.#rest();
  }

  #ended(worker: ChildProcess, words: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const [id, { tries, timer }] of [...this.#pending]) {
      clearTimeout(timer);
      if (tries < 2) this.#send(id);
      else {
        const message = 'A file could not be cut: the process ended.';
        this.#settle(id)?.reject(new ZoeyError('internal', message, { cause: new Error(words) }));
      }
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    clearTimeout(pending?.timer);
    this.#pending.delete(id);
    return pending;
  }

  /** Nothing is waited for: the process holds up no other, and ends after a while. */
  #rest(): void {
    const worker = this.#worker;
    if (!worker) return;
    holdOpen(worker, false);
    this.#idle = setTimeout(() => {
      if (this.#worker === worker) this.#worker = undefined;
      void endHelper(worker);
    }, IDLE_MS).unref();
  }
}

function startWorker(): ChildProcess {
  const file = workerFile();
  return startHelper(file, {
    flags: [...FLAGS, ...(file.endsWith('.ts') ? ['--require', 'tsx/cjs'] : [])],
  });
}

/** As it ships: beside the server. From source: the file beside this one. */
function workerFile(): string {
  const shipped = path.join(__dirname, 'chunker.js');
  return existsSync(shipped) ? shipped : path.join(__dirname, 'worker.ts');
}
