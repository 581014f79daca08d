import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { LRUCache } from 'lru-cache';
import { FORGETS, REPLACES } from '../forgets.ts';
import type { QueryBuilder, Schema } from '../queries/schema.ts';
import type { QueryResult } from '../work.ts';
import type { Engine } from './engine.ts';
import { judge, storageError } from './faults.ts';
import { type OpenDatabase, type SqlValue, Statement } from './statement.ts';

/** Statements kept prepared. A search has one form per number of words, so they are not all known before. */
const MAX_STATEMENTS = 64;
const CACHE_KIB = 16_384;
const JOURNAL_BYTES = 8_388_608;
/** Pages in the log after which SQLite moves them into the database by itself. */
const LOG_PAGES = 2000;

interface Prepared {
  statement: Statement;
  forgets: boolean;
  replaces: boolean;
}

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
  readonly #database: OpenDatabase;
  readonly #statements = new LRUCache<string, Prepared>({
    max: MAX_STATEMENTS,
    dispose: ({ statement }) => statement.free(),
  });
  #broken = false;
  #forgotten = 0;
  #replaced = 0;

  private constructor(engine: Engine, database: OpenDatabase) {
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
      PRAGMA wal_autocheckpoint = ${LOG_PAGES};
    `);
  }

  /** True once something failed after which the state of SQLite or of the disk is unknown. */
  get broken(): boolean {
    return this.#broken || this.#engine.files.syncFailed;
  }

  /** Grows whenever rows are removed that a person may want to be forgotten. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Grows whenever a part of an index is written anew or removed. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Runs statements without parameters. */
  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  /** The first value that a pragma gives. */
  pragma(text: string): SqlValue | undefined {
    return this.#guard(() => this.#database.exec(`PRAGMA ${text}`)[0]?.values[0]?.[0]);
  }

  /**
   * Reads the whole file and compares it with itself.
   * @throws ZoeyError `storage_corrupt` where it is damaged, another where a page could not be read.
   */
  verify(): void {
    this.#guard(() => {
      const found = this.#database.exec('PRAGMA integrity_check(1)')[0]?.values[0]?.[0];
      if (found !== 'ok') throw new Error('database disk image is malformed', { cause: found });
    });
  }

  /** Runs a query; gives its rows, and of a change how many rows it changed. */
  execute(query: CompiledQuery<unknown>): QueryResult {
    return this.#guard(() => {
      const { statement, forgets, replaces } = this.#prepare(query.sql);
      const rows = statement.all(query.parameters as readonly SqlValue[]);
      const changes = this.#database.getRowsModified();
      if (changes > 0 && forgets) this.#forgotten += 1;
      if (changes > 0 && replaces) this.#replaced += 1;
      return { rows, changes };
    });
  }

  all<Row>(query: CompiledQuery<Row>): Row[] {
    return this.execute(query).rows as Row[];
  }

  first<Row>(query: CompiledQuery<Row>): Row | undefined {
    return this.all(query)[0];
  }

  /** Runs a change; returns how many rows it changed. */
  run(query: CompiledQuery<unknown>): number {
    return this.execute(query).changes;
  }

  /** Moves all of the log into the database and empties the log. */
  checkpoint(): void {
    this.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Moves all of the log into the database, then lets it grow, so that the database stays as it is. */
  freeze(): void {
    this.checkpoint();
    this.exec('PRAGMA wal_autocheckpoint = 0');
  }

  /** Ends `freeze`. */
  thaw(): void {
    this.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
  }

  /** Lets go of the pages in memory: they may hold remnants of rows that are gone from the file. */
  forgetPages(): void {
    this.exec('PRAGMA shrink_memory');
  }

  /** Where the tables and indexes begin, by number of page. */
  roots(): number[] {
    const sql = 'SELECT rootpage AS root FROM sqlite_schema WHERE rootpage > 0';
    return this.all<{ root: number }>(CompiledQuery.raw(sql) as CompiledQuery<{ root: number }>).map(
      ({ root }) => root,
    );
  }

  /** Its file was found to be damaged: it is opened anew, and restored then. */
  markBroken(): void {
    this.#broken = true;
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

  #prepare(sql: string): Prepared {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      const statement = new Statement(this.#engine, this.#database, sql);
      prepared = { statement, forgets: FORGETS.test(sql), replaces: REPLACES.test(sql) };
      this.#statements.set(sql, prepared);
    }
    return prepared;
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
