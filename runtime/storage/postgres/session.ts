import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledQuery } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { FORGETS, REPLACES } from '../forgets.ts';
import type { QueryResult, Store, Work } from '../work.ts';
import type { PostgresAddress } from './address.ts';
import { Erasure } from './erasure.ts';
import { Fault, judge } from './faults.ts';
import { migrate } from './migrate.ts';
import { createPool, POOL_SIZE } from './pool.ts';
import { Turnstile } from './turnstile.ts';
import { encodeValue } from './values.ts';
import { prepareVectorIndex } from './vectorIndex.ts';

/** Reads and writes that may wait for a connection. */
const MAX_WAITING = 16_384;
/** A server that starts anew is back within seconds; the waits double from the first on, in ms. */
const ATTEMPTS = 7;
const FIRST_WAIT_MS = 100;

export interface SessionOptions {
  address: PostgresAddress;
  log: Log;
  /** From 0 to 1, exclusive: how much of a wait is waited. */
  random?: () => number;
}

/** A connection that a unit of work is done on, and how far it came. */
interface Seat {
  client: PoolClient;
  /** Where the database is, for the words of an error. */
  shown: string;
  /** Set while nobody can say whether the server has committed. */
  inDoubt: boolean;
  /** Tables out of which the transaction removed what a person may want to be forgotten. */
  forgets: Set<string>;
  replaces: boolean;
}

/** The connections to a database over time. What fails because the server went away is tried again. */
export class Session implements Store {
  readonly #options: SessionOptions;
  readonly #turnstile = new Turnstile(POOL_SIZE, MAX_WAITING);
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #erasure: Erasure;
  #vectors: string | undefined;
  #pool: Pool | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #closed = new AbortController();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#erasure = new Erasure({ schema: options.address.schema, log: options.log });
  }

  /** For the person, where bytes of what was forgotten could not be removed. */
  get notice(): string | undefined {
    return this.#erasure.notice;
  }

  get ready(): boolean {
    return this.#pool !== undefined;
  }

  /** The version of pgvector, where the server has it. */
  get vectors(): string | undefined {
    return this.#vectors;
  }

  async start(): Promise<void> {
    await this.#closing;
    if (this.#pool !== undefined) return;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  /** Takes nothing more, lets what is under way end, then closes. */
  async stop(): Promise<void> {
    await this.#opening?.catch(() => {});
    const pool = this.#pool;
    if (pool !== undefined) {
      this.#pool = undefined;
      this.#closed.abort();
      this.#closing = Promise.allSettled([...this.#underWay])
        .then(() => this.#erasure.end(pool))
        .then(() => pool.end());
    }
    await this.#closing;
  }

  /** Sees what was committed; of several queries a later one may see more. */
  read<T>(work: () => Work<T>): Promise<T> {
    return this.#use(async (seat) => perform(seat, work()));
  }

  /** In one transaction that sees the state at its start, and is begun anew where another changed that. */
  write<T>(_rows: number, work: () => Work<T>): Promise<T> {
    return this.#use((seat) => commit(seat, work));
  }

  async #open(): Promise<void> {
    const { address, log } = this.#options;
    this.#closed = new AbortController();
    const pool = createPool(address, log);
    try {
      const client = await pool.connect();
      try {
        await migrate(client, address.schema);
        this.#vectors = await prepareVectorIndex(client, log);
      } finally {
        client.release();
      }
    } catch (error) {
      await pool.end();
      throw judge(error, address.shown);
    }
    this.#pool = pool;
  }

  #use<T>(work: (seat: Seat) => Promise<T>): Promise<T> {
    const pool = this.#pool;
    if (pool === undefined) {
      return Promise.reject(new ZoeyError('storage_failed', 'The memory is not open.'));
    }
    const done = this.#turnstile.pass(() => this.#insist(pool, work));
    this.#underWay.add(done);
    return done.finally(() => this.#underWay.delete(done));
  }

  async #insist<T>(pool: Pool, work: (seat: Seat) => Promise<T>): Promise<T> {
    const { random = Math.random } = this.#options;
    const { signal } = this.#closed;
    let again: Fault['again'];
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(pool, work, again === 'contended');
      } catch (error) {
        again = error instanceof Fault ? error.again : undefined;
        if (again === undefined || attempt >= ATTEMPTS || signal.aborted) throw error;
      }
      if (again === 'contended') continue;
      await sleep(random() * FIRST_WAIT_MS * 2 ** attempt, undefined, { signal }).catch(() => {});
    }
  }

  /** @param queue Whether to wait for the others who failed as we did, so that one of them gets ahead. */
  async #attempt<T>(pool: Pool, work: (seat: Seat) => Promise<T>, queue: boolean): Promise<T> {
    const { shown, schema } = this.#options.address;
    const lock = [`zoey/${schema}/contended`];
    let seat: Seat | undefined;
    let lost = false;
    try {
      const client = await pool.connect();
      seat = { client, shown, inDoubt: false, forgets: new Set(), replaces: false };
      if (queue) await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', lock);
      const value = await work(seat);
      for (const table of seat.forgets) this.#erasure.forgot(pool, table);
      if (seat.replaces) this.#erasure.replaced(pool);
      if (queue) await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', lock);
      return value;
    } catch (thrown) {
      // Whatever state a connection is in that held the lock, the server forgets it with the connection.
      const error = judge(thrown, shown);
      lost = queue || (error instanceof Fault && error.again === 'lost');
      throw lost && seat?.inDoubt ? unsure(error) : error;
    } finally {
      seat?.client.release(lost);
    }
  }
}

async function commit<T>(seat: Seat, work: () => Work<T>): Promise<T> {
  const { client } = seat;
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  let value: T;
  try {
    value = await perform(seat, work());
  } catch (error) {
    // Where this fails too, the connection is gone, and the transaction with it.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
  seat.inDoubt = true;
  await client.query('COMMIT');
  seat.inDoubt = false;
  return value;
}

/** Does a unit of work. What a query throws is thrown where the work asked for it. */
async function perform<T>(seat: Seat, work: Work<T>): Promise<T> {
  let step = work.next();
  while (!step.done) {
    let result: QueryResult;
    try {
      result = await execute(seat, step.value);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    step = work.next(result);
  }
  return step.value;
}

async function execute(seat: Seat, query: CompiledQuery<unknown>): Promise<QueryResult> {
  const values = query.parameters.map(encodeValue);
  try {
    const { rows, rowCount } = await seat.client.query({ text: query.sql, values });
    const changes = rowCount ?? 0;
    const [, forgotten] = FORGETS.exec(query.sql) ?? [];
    if (changes > 0 && forgotten !== undefined) seat.forgets.add(forgotten);
    if (changes > 0 && REPLACES.test(query.sql)) seat.replaces = true;
    return { rows, changes };
  } catch (error) {
    throw judge(error, seat.shown);
  }
}

function unsure(error: ZoeyError): ZoeyError {
  return new ZoeyError('storage_unreachable', 'The database went away while this was being saved.', {
    hint: 'Look whether it is there, then try again.',
    cause: error,
  });
}
