import { setImmediate as afterEvents } from 'node:timers/promises';
import { CompiledQuery } from 'kysely';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Connection } from './connection.ts';

/** A transaction is closed once it has this many rows or lasted this long, so that reads get their turn. */
const MAX_ROWS = 2048;
const MAX_MS = 12;
/** Writes that may wait; a caller that is faster than the disk for so long is told to wait. */
const MAX_WAITING = 16_384;

const BEGIN = CompiledQuery.raw('BEGIN IMMEDIATE');
const COMMIT = CompiledQuery.raw('COMMIT');
const ROLLBACK = CompiledQuery.raw('ROLLBACK');
const SAVE = CompiledQuery.raw('SAVEPOINT job');
const KEEP = CompiledQuery.raw('RELEASE job');
const UNDO = CompiledQuery.raw('ROLLBACK TO job');

interface Job {
  rows: number;
  /** Runs in a transaction. It may run again where the first one was rolled back. */
  run(connection: Connection): undefined;
  resolve(): void;
  reject(error: ZoeyError): void;
}

export interface GroupCommitOptions {
  /** The connection to write with; waits while it is being opened anew. */
  connect(): Promise<Connection>;
  /** Monotonic milliseconds. */
  now(): number;
}

/**
 * Joins writes that arrive together into one transaction, since a sync costs the same for one row as for a
 * thousand. A write is acknowledged only after its COMMIT returned.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #waiting: Job[] = [];
  #draining: Promise<void> | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the work's result once it is durable. A failing work leaves nothing of itself behind and
   * does not touch those that share its transaction.
   * @param rows About how many rows it writes.
   */
  write<T>(rows: number, work: (connection: Connection) => T): Promise<T> {
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new ZoeyError('storage_busy', 'Too much is waiting to be saved.'));
    }
    return new Promise<T>((resolve, reject) => {
      let result: T;
      const run = (connection: Connection): undefined => {
        result = work(connection);
      };
      this.#waiting.push({ rows, run, resolve: () => resolve(result), reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    // What arrives in the same round of events goes into the same transaction.
    await afterEvents();
    while (this.#waiting.length > 0) {
      try {
        const connection = await this.#options.connect();
        this.#commit(connection, this.#waiting);
      } catch (error) {
        rejectAll(this.#waiting, ZoeyError.from(error));
      }
      await afterEvents();
    }
    this.#draining = undefined;
  }

  /**
   * Takes as many jobs from the head of `queue` as fit into one transaction, and settles them. Most never fail:
   * they are done without savepoints first, and all of them once more with those where one does.
   */
  #commit(connection: Connection, queue: Job[], apart = false): void {
    const failed = new Map<Job, ZoeyError>();
    const batch: Job[] = [];
    try {
      connection.run(BEGIN);
      for (const job of this.#fitting(queue)) {
        batch.push(job);
        const error = apart ? attempt(connection, job) : job.run(connection);
        if (error !== undefined) failed.set(job, error);
      }
      connection.run(COMMIT);
    } catch (thrown) {
      const error = ZoeyError.from(thrown);
      // SQLite may have rolled back by itself; where it may be asked, a second time does no harm.
      if (!connection.broken) quietly(() => connection.run(ROLLBACK));
      if (batch.length === 0) rejectAll(queue, error);
      else if (apart || batch.length === 1) this.#settleFailed(connection, batch, error);
      else this.#commitApart(connection, batch);
      return;
    }
    for (const job of batch) {
      const error = failed.get(job);
      if (error === undefined) job.resolve();
      else job.reject(error);
    }
  }

  #commitApart(connection: Connection, batch: Job[]): void {
    while (batch.length > 0) this.#commit(connection, batch, true);
  }

  /** Takes jobs from the head of `queue`, at least one, until the transaction is big or old enough. */
  *#fitting(queue: Job[]): Generator<Job> {
    const deadline = this.#options.now() + MAX_MS;
    let rows = 0;
    for (let job = queue[0]; job !== undefined; job = queue[0]) {
      const full = rows + job.rows > MAX_ROWS || this.#options.now() > deadline;
      if (rows > 0 && full) return;
      rows += Math.max(1, job.rows);
      queue.shift();
      yield job;
    }
  }

  /** A transaction failed as a whole. What is too big for the disk need not take the small ones along. */
  #settleFailed(connection: Connection, batch: Job[], error: ZoeyError): void {
    if (batch.length === 1) rejectAll(batch, error);
    for (const job of batch) {
      if (connection.broken) job.reject(error);
      else this.#commit(connection, [job]);
    }
  }
}

/** Runs a job in a savepoint of its own. Throws where the transaction did not survive its failure. */
function attempt(connection: Connection, job: Job): ZoeyError | undefined {
  connection.run(SAVE);
  try {
    job.run(connection);
    connection.run(KEEP);
    return undefined;
  } catch (thrown) {
    if (connection.broken) throw thrown;
    try {
      connection.run(UNDO);
      connection.run(KEEP);
    } catch {
      throw thrown;
    }
    return ZoeyError.from(thrown);
  }
}

function rejectAll(queue: Job[], error: ZoeyError): void {
  for (const job of queue.splice(0)) job.reject(error);
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // There was nothing to do.
  }
}
