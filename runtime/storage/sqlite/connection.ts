import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Database, Statement } from 'sql.js';
import type { QueryBuilder, Schema } from '../queries/schema.ts';
import type { Engine } from './engine.ts';
import { judge, storageError } from './faults.ts';

type SqlValue = number | string | Uint8Array | null;

/** Statements kept prepared. A search has one form per number of words, so they are not all known before. */
const MAX_STATEMENTS = 64;
const CACHE_KIB = 16_384;
const JOURNAL_BYTES = 8_388_608;

/** Builds queries in SQLite's dialect. Connections run them. */
export const sqliteQueries: QueryBuilder = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/**
 * One open database. Everything is synchronous and throws ZoeyError. Once `broken`, nothing it says can be
 * relied on: it is abandoned, and the file opened anew.
 */
export class Connection {
  readonly #engine: Engine;
  readonly #database: Database;
  readonly #statements = new LRUCache<string, Statement>({
    max: MAX_STATEMENTS,
    dispose: (statement) => void statement.free(),
  });
  #broken = false;

  private constructor(engine: Engine, database: Database) {
    this.#engine = engine;
    this.#database = database;
  }

  /** Opens `file` without changing it, or a new database in memory where it is undefined. */
  static open(engine: Engine, file: string | undefined): Connection {
    try {
      const connection = new Connection(engine, engine.open(file));
      // Before anything else: it lets SQLite keep the index of its log in memory, without a shared file.
      connection.exec('PRAGMA locking_mode = EXCLUSIVE');
      return connection;
    } catch (error) {
      const verdict = judge(error, engine.files);
      engine.files.closeAll();
      throw verdict.error;
    }
  }

  /** Sets how the database is written: durable after every commit, and nothing left of what is deleted. */
  configure(durable: boolean): void {
    const mode = this.pragma(durable ? 'journal_mode = WAL' : 'journal_mode = MEMORY');
    if (durable && mode !== 'wal') throw storageError('storage_read_only', 'The memory cannot be written.');
    this.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA secure_delete = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA journal_size_limit = ${JOURNAL_BYTES};
    `);
  }

  /** True once something failed after which the state of SQLite or of the disk is unknown. */
  get broken(): boolean {
    return this.#broken || this.#engine.files.syncFailed;
  }

  /** Runs statements without parameters. */
  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  /** The first value that a pragma gives. */
  pragma(text: string): SqlValue | undefined {
    return this.#guard(() => this.#database.exec(`PRAGMA ${text}`)[0]?.values[0]?.[0]);
  }

  all<Row>(query: CompiledQuery<Row>): Row[] {
    return this.#guard(() => {
      const statement = this.#prepare(query.sql);
      try {
        statement.bind(query.parameters as SqlValue[]);
        const rows: Row[] = [];
        while (statement.step()) rows.push(statement.getAsObject() as Row);
        return rows;
      } finally {
        statement.reset();
      }
    });
  }

  first<Row>(query: CompiledQuery<Row>): Row | undefined {
    return this.all(query)[0];
  }

  /** Runs a change; returns how many rows it changed. */
  run(query: CompiledQuery<unknown>): number {
    return this.#guard(() => {
      const statement = this.#prepare(query.sql);
      try {
        statement.bind(query.parameters as SqlValue[]);
        statement.step();
      } finally {
        statement.reset();
      }
      return this.#database.getRowsModified();
    });
  }

  /** Moves all of the log into the database and empties the log. */
  checkpoint(): void {
    this.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Closes in order: the log is moved into the database and removed. */
  close(): void {
    try {
      this.#statements.clear();
      this.#guard(() => this.#database.close());
    } finally {
      this.abandon();
    }
  }

  /** Lets the files go as they are, as a crash would. SQLite is not asked: it may be past answering. */
  abandon(): void {
    this.#broken = true;
    this.#engine.files.closeAll();
  }

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    const { files } = this.#engine;
    files.fault = undefined;
    try {
      return work();
    } catch (thrown) {
      const { error, broken } = judge(thrown, files);
      this.#broken ||= broken;
      throw error;
    }
  }
}
