import type { Database } from 'sql.js';
import { type WasmHeap, writeText } from './syscalls.ts';

export type SqlValue = number | string | Uint8Array | null;

/** The functions of SQLite under the names that sql.js exports them by. Pointers and results are numbers. */
export interface SqliteCalls {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _sqlite3_prepare_v2(db: number, sql: number, bytes: number, statement: number, tail: number): number;
  _sqlite3_bind_text(statement: number, at: number, text: number, bytes: number, copies: number): number;
  _sqlite3_bind_blob(statement: number, at: number, blob: number, bytes: number, copies: number): number;
  _sqlite3_bind_double(statement: number, at: number, value: number): number;
  _sqlite3_bind_int(statement: number, at: number, value: number): number;
  _sqlite3_step(statement: number): number;
  _sqlite3_column_count(statement: number): number;
  _sqlite3_column_name(statement: number, column: number): number;
  _sqlite3_column_type(statement: number, column: number): number;
  _sqlite3_column_double(statement: number, column: number): number;
  _sqlite3_column_text(statement: number, column: number): number;
  _sqlite3_column_blob(statement: number, column: number): number;
  _sqlite3_column_bytes(statement: number, column: number): number;
  _sqlite3_reset(statement: number): number;
  _sqlite3_clear_bindings(statement: number): number;
  _sqlite3_finalize(statement: number): number;
}

/** A database of sql.js: `db` is its pointer, and `handleError` throws what SQLite says of a code but 0. */
export interface OpenDatabase extends Omit<Database, 'handleError'> {
  readonly db: number;
  handleError(code: number): unknown;
}

/** Where statements run: one at a time, each from its parameters to its last row. */
export interface StatementHost {
  calls: SqliteCalls;
  heap: WasmHeap;
  scratch: Scratch;
}

const ROW = 100;
const DONE = 101;
const INTEGER = 1;
const FLOAT = 2;
const TEXT = 3;
const BLOB = 4;
/** SQLite reads a value where it is: it stays there until the statement is reset. */
const STATIC = 0;
const POINTER_BYTES = 4;

/** Memory of SQLite's for what is handed to it in one call. */
export class Scratch {
  /** What most rows fit into; what is bigger is given back when it was used. */
  static readonly #KEPT = 65_536;
  readonly #calls: SqliteCalls;
  #at = 0;
  #bytes = 0;

  constructor(calls: SqliteCalls) {
    this.#calls = calls;
  }

  /** Where so many bytes are free, until the next call. */
  reserve(bytes: number): number {
    if (bytes > this.#bytes) {
      this.#free();
      const wanted = Math.max(Scratch.#KEPT, bytes);
      const at = this.#calls._malloc(wanted);
      if (at === 0) throw new Error('out of memory');
      this.#at = at;
      this.#bytes = wanted;
    }
    return this.#at;
  }

  /** What was handed over is not needed any more. */
  release(): void {
    if (this.#bytes > Scratch.#KEPT) this.#free();
  }

  #free(): void {
    if (this.#bytes > 0) this.#calls._free(this.#at);
    this.#bytes = 0;
  }
}

/**
 * A prepared statement. sql.js has one too: it allocates and frees memory for each value, encodes text by
 * itself and asks for the names of the columns at each row, which costs more than what SQLite does with a row.
 */
export class Statement {
  readonly #host: StatementHost;
  readonly #database: OpenDatabase;
  readonly #pointer: number;
  #names: string[] = [];

  constructor(host: StatementHost, database: OpenDatabase, sql: string) {
    this.#host = host;
    this.#database = database;
    const { calls, heap, scratch } = host;
    const out = scratch.reserve(POINTER_BYTES + 3 * sql.length);
    const text = out + POINTER_BYTES;
    const length = writeText(heap.bytes, sql, text);
    database.handleError(calls._sqlite3_prepare_v2(database.db, text, length, out, 0));
    this.#pointer = heap.view.getUint32(out, true);
    scratch.release();
    if (this.#pointer === 0) throw new Error('Nothing to prepare');
  }

  /** All its rows. Throws what SQLite says of a failure, as sql.js does. */
  all(parameters: readonly SqlValue[]): unknown[] {
    const { calls, scratch } = this.#host;
    const rows: unknown[] = [];
    try {
      this.#bind(parameters);
      let code = calls._sqlite3_step(this.#pointer);
      if (code === ROW) this.#readNames();
      for (; code === ROW; code = calls._sqlite3_step(this.#pointer)) rows.push(this.#row());
      if (code !== DONE) this.#database.handleError(code);
    } finally {
      calls._sqlite3_reset(this.#pointer);
      calls._sqlite3_clear_bindings(this.#pointer);
      scratch.release();
    }
    return rows;
  }

  free(): void {
    this.#host.calls._sqlite3_finalize(this.#pointer);
  }

  #bind(parameters: readonly SqlValue[]): void {
    const { calls, heap, scratch } = this.#host;
    const statement = this.#pointer;
    let free = scratch.reserve(mostBytes(parameters));
    // Asked for once: a value is read where it is, so binding allocates nothing and the memory stays in its place.
    const { bytes } = heap;
    for (let index = 0; index < parameters.length; index++) {
      const value = parameters[index];
      const at = index + 1;
      // What is not bound is null.
      if (value === null) continue;
      if (typeof value === 'string') {
        const length = writeText(bytes, value, free);
        this.#check(calls._sqlite3_bind_text(statement, at, free, length, STATIC));
        free += length;
      } else if (typeof value === 'number') {
        const bind = value === (value | 0) ? calls._sqlite3_bind_int : calls._sqlite3_bind_double;
        this.#check(bind(statement, at, value));
      } else if (value instanceof Uint8Array) {
        bytes.set(value, free);
        this.#check(calls._sqlite3_bind_blob(statement, at, free, value.length, STATIC));
        free += value.length;
      } else throw new Error(`A parameter is of type ${typeof value}`);
    }
  }

  #check(code: number): void {
    if (code !== 0) this.#database.handleError(code);
  }

  /** After the first step: until then, a change of the schema may give it other columns. */
  #readNames(): void {
    const { calls, heap } = this.#host;
    const count = calls._sqlite3_column_count(this.#pointer);
    if (count === this.#names.length) return;
    this.#names = Array.from({ length: count }, (_, column) =>
      heap.text(calls._sqlite3_column_name(this.#pointer, column)),
    );
  }

  #row(): Record<string, SqlValue> {
    const row: Record<string, SqlValue> = {};
    for (const [column, name] of this.#names.entries()) row[name] = this.#value(column);
    return row;
  }

  #value(column: number): SqlValue {
    const { calls, heap } = this.#host;
    const statement = this.#pointer;
    const type = calls._sqlite3_column_type(statement, column);
    if (type === INTEGER || type === FLOAT) return calls._sqlite3_column_double(statement, column);
    if (type !== TEXT && type !== BLOB) return null;
    const start = (type === TEXT ? calls._sqlite3_column_text : calls._sqlite3_column_blob)(
      statement,
      column,
    );
    const end = start + calls._sqlite3_column_bytes(statement, column);
    return type === TEXT
      ? heap.bytes.toString('utf8', start, end)
      : Uint8Array.from(heap.bytes.subarray(start, end));
  }
}

/** How much memory the values take at most; a character takes three bytes in UTF-8. */
function mostBytes(parameters: readonly SqlValue[]): number {
  let bytes = 0;
  for (const value of parameters) {
    if (typeof value === 'string') bytes += 3 * value.length;
    else if (value instanceof Uint8Array) bytes += value.length;
  }
  return Math.max(1, bytes);
}
