import { setTimeout as setTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import type { Runtime } from '../../index.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { FunctionName } from '../../protocol/contract.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { NotStarted } from '../failure.ts';
import { makeFolder, readOwner } from './lock.ts';
import { own } from './own.ts';
import type { Seat } from './seat.ts';
import { visit } from './visit.ts';

/** Functions that change nothing, so that a call cut off half-way may be made once more. */
const READS: ReadonlySet<FunctionName> = new Set<FunctionName>([
  'actions.list',
  'coding.apply',
  'coding.rename',
  'coding.complete',
  'coding.propose',
  'agents.get',
  'agents.list',
  'rooms.list',
  'rooms.messages',
  'memory.list',
  'memory.search',
  'memory.history',
  'memory.watch',
  'recall.search',
  'recall.status',
  'models.list',
  'models.status',
  'privacy.audit',
  'privacy.ledger',
  'status',
  'tasks.get',
  'tasks.list',
  'workspace.search',
  'workspace.index',
  'workspace.status',
]);

interface JoinOptions {
  storageDir: string;
  /** Opens the runtime over the folder; called when this process has become its owner. */
  open: () => Promise<Runtime>;
  log: Log;
  /** Opens a runtime over nothing. A guest does so once, so that all is loaded when it takes over. */
  rehearse?: () => Promise<Runtime>;
  /** How long a guest waits before that, in ms; 1 s by default. */
  rehearseMs?: number;
  /** How long to wait for an owner that does not answer, in ms; 10 s by default. */
  patienceMs?: number;
}

/** A memory that this process uses together with others. */
export interface JoinedMemory {
  invoke: Invoke;
  /** Undefined before the first answer, and between two owners. */
  role(): Seat['role'] | undefined;
  close(): Promise<void>;
}

/**
 * Joins the memory in a folder: as its owner if there is none alive, as a guest of the owner otherwise, and
 * as the next owner when that one ends. It starts at once; what goes wrong is thrown by the calls that wait
 * for it, and the next call tries again.
 */
export function joinMemory(options: JoinOptions): JoinedMemory {
  const member = new Member(options);
  member.start();
  return {
    invoke: (name, input, callOptions) => member.invoke(name, input, callOptions),
    role: () => member.role,
    close: () => member.close(),
  };
}

class Member {
  readonly #options: JoinOptions & { patienceMs: number; rehearseMs: number };
  readonly #closing = new AbortController();
  #seat: Promise<Seat> | undefined;
  #current: Seat | undefined;
  #rehearsal: NodeJS.Timeout | undefined;

  constructor(options: JoinOptions) {
    this.#options = { patienceMs: 10_000, rehearseMs: 1_000, ...options };
  }

  get role(): Seat['role'] | undefined {
    return this.#current?.role;
  }

  start(): void {
    this.#sit().catch((error: unknown) => {
      if (!this.#closing.signal.aborted) {
        this.#options.log.error(`The memory did not open: ${ZoeyError.from(error).message}`);
      }
    });
  }

  async *invoke(...[name, input, options]: Parameters<Invoke>): ReturnType<Invoke> {
    let again = READS.has(name);
    for (;;) {
      const seat = await unlessAborted(this.#sit(), options.signal);
      try {
        return yield* seat.invoke(name, input, options);
      } catch (thrown) {
        const error = ZoeyError.from(thrown);
        if (error.code !== 'server_stopped' || this.#closing.signal.aborted) throw error;
        if (!(error instanceof NotStarted)) {
          if (!again) throw error;
          again = false;
        }
        this.#leave(seat);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#rehearsal);
    const seat = await this.#seat?.catch(() => undefined);
    await seat?.close();
  }

  #sit(): Promise<Seat> {
    this.#seat ??= this.#settle().then(
      (seat) => {
        this.#current = seat;
        if (seat.role === 'guest') this.#rehearseSoon();
        seat.ended.then(() => {
          if (this.#leave(seat)) this.start();
        });
        return seat;
      },
      (error: unknown) => {
        this.#seat = undefined;
        throw error;
      },
    );
    return this.#seat;
  }

  #rehearseSoon(): void {
    const { rehearse, rehearseMs, log } = this.#options;
    if (!rehearse) return;
    this.#rehearsal ??= setTimer(async () => {
      if (this.#current?.role !== 'guest') return;
      try {
        const runtime = await rehearse();
        await runtime.close();
      } catch (error) {
        log.debug(`a rehearsal failed: ${ZoeyError.from(error).message}`);
      }
    }, rehearseMs).unref();
  }

  /** No new call goes there. Returns false where another seat was taken already, or none is wanted. */
  #leave(seat: Seat): boolean {
    if (this.#current !== seat || this.#closing.signal.aborted) return false;
    this.#current = undefined;
    this.#seat = undefined;
    return true;
  }

  async #settle(): Promise<Seat> {
    const { storageDir, open, log, patienceMs } = this.#options;
    const { signal } = this.#closing;
    const deadline = performance.now() + patienceMs;
    makeFolder(storageDir);
    let failure: ZoeyError | undefined;
    while (!signal.aborted) {
      const owner = readOwner(storageDir);
      if (owner === undefined) {
        const seat = await own({ storageDir, open, log });
        if (seat !== undefined) {
          log.info('This process owns the memory.');
          return seat;
        }
      } else {
        try {
          const greetingMs = Math.max(1, deadline - performance.now());
          const seat = await visit({ owner, greetingMs, patienceMs });
          log.info(`Process ${owner.pid} owns the memory; calls go there.`);
          return seat;
        } catch (error) {
          failure = ZoeyError.from(error);
        }
      }
      if (performance.now() >= deadline) {
        throw new ZoeyError('storage_busy', 'Another process holds this memory and does not answer.', {
          cause: failure,
        });
      }
      // An owner that is about to end, or another that is about to begin, needs a moment.
      await setTimeout(10 + Math.random() * 10, undefined, { signal }).catch(() => {});
    }
    throw new ZoeyError('server_stopped', 'The memory was closed.');
  }
}

/** What `work` gives; rejects with `cancelled` as soon as the signal says so. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new ZoeyError('cancelled', 'Stopped.', { cause: signal.reason }));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
