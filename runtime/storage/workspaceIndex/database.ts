import nodeFs from 'node:fs';
import path from 'node:path';
import { CompiledQuery } from 'kysely';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { Connection } from '../sqlite/connection.ts';
import { createEngine } from '../sqlite/engine.ts';
import { storageError } from '../sqlite/faults.ts';
import { GroupCommit } from '../sqlite/groupCommit.ts';
import { migrate } from '../sqlite/migrate.ts';
import { indexSchema } from './schema.ts';

export type SqlValue = string | number | Uint8Array | null;

/** Runs statements. Within a write they share its transaction. */
export interface Sql {
  all<Row>(text: string, values?: readonly SqlValue[]): Row[];
  /** Returns how many rows it changed. */
  run(text: string, values?: readonly SqlValue[]): number;
}

export interface IndexDatabaseOptions {
  /** Absolute path; in memory where it is absent. */
  file?: string;
  /** Throws away what is there. */
  fresh?: boolean;
  log: Log;
}

/** The file of the index: like the memory's in how it is written, but thrown away where it is damaged. */
export class IndexDatabase {
  readonly #file: string | undefined;
  readonly #connection: Connection;
  readonly #commits: GroupCommit;
  #closed = false;

  private constructor(file: string | undefined, connection: Connection) {
    this.#file = file;
    this.#connection = connection;
    this.#commits = new GroupCommit({ connect: async () => this.#use(), now: () => performance.now() });
  }

  static async open({ file, fresh, log }: IndexDatabaseOptions): Promise<IndexDatabase> {
    if (file !== undefined) nodeFs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    if (fresh && file !== undefined) discard(file);
    try {
      return new IndexDatabase(file, await connect(file));
    } catch (error) {
      if (file === undefined || !isUseless(error)) throw error;
      log.warn(`workspace index: it is made anew, since it can't be read: ${ZoeyError.from(error).message}`);
      discard(file);
      return new IndexDatabase(file, await connect(file));
    }
  }

  async read<T>(work: (sql: Sql) => T): Promise<T> {
    return work(sqlOf(this.#use()));
  }

  /** In one transaction; resolves once it is on disk. */
  write<T>(rows: number, work: (sql: Sql) => T): Promise<T> {
    return this.#commits.write(rows, (connection) => work(sqlOf(connection)));
  }

  bytes(): number {
    if (this.#file === undefined) return 0;
    const names = [this.#file, `${this.#file}-wal`];
    return names.reduce(
      (sum, name) => sum + (nodeFs.statSync(name, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  async close(): Promise<void> {
    await this.#commits.idle();
    if (this.#closed) return;
    this.#closed = true;
    if (this.#connection.broken) this.#connection.abandon();
    else this.#connection.close();
  }

  #use(): Connection {
    if (this.#closed) throw storageError('storage_failed', 'The index is closed.');
    return this.#connection;
  }
}

async function connect(file: string | undefined): Promise<Connection> {
  const connection = Connection.open(await createEngine(nodeFs), file);
  try {
    // Of a new file: parts of indexes of half a megabyte are read faster so. One that is there stays as it is.
    connection.exec('PRAGMA page_size = 16384');
    connection.configure(file !== undefined);
    // What a power cut takes away is found again by the next look at the files.
    connection.exec('PRAGMA synchronous = NORMAL');
    migrate(connection, indexSchema);
    return connection;
  } catch (error) {
    connection.abandon();
    throw error;
  }
}

/** The log goes first: left behind alone, it would be played into whatever takes the file's place. */
function discard(file: string): void {
  for (const suffix of ['-wal', '-journal', '']) nodeFs.rmSync(file + suffix, { force: true });
}

function isUseless(error: unknown): boolean {
  return ZoeyError.is(error) && (error.code === 'storage_corrupt' || error.code === 'storage_newer');
}

function sqlOf(connection: Connection): Sql {
  return {
    all: <Row>(text: string, values: readonly SqlValue[] = []) =>
      connection.all(CompiledQuery.raw(text, [...values]) as CompiledQuery<Row>),
    run: (text, values = []) => connection.run(CompiledQuery.raw(text, [...values])),
  };
}
