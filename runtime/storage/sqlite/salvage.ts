import { setImmediate as afterEvents } from 'node:timers/promises';
import { CompiledQuery } from 'kysely';
import { ZoeyError } from '../../kernel/errors.ts';
import { Connection } from './connection.ts';
import { createEngine } from './engine.ts';
import type { StorageFs } from './hostFiles.ts';
import { firstBytes, readOnlyFs } from './readOnlyFs.ts';

/**
 * What is taken out of a damaged database, in an order in which nothing refers to what comes later. What is
 * computed from these is not: it is made anew.
 */
export const SALVAGED = [
  'agents',
  'worlds',
  'rooms',
  'entities',
  'entity_names',
  'components',
  'participants',
  'memories',
  'relationships',
  'relationship_tags',
  'tasks',
  'task_tags',
  'settings',
  'ledger',
  'audit',
  'logs',
  'embedding_models',
  'embeddings',
  'embedding_failures',
] as const;
/** Refers to a row of the same table that comes later. */
const LATER = 'superseded_by';
/** What the person is told about where it is lost. */
const COUNTED = ['rooms', 'memories'] as const;

/** Rows taken at once. */
const BATCH = 128;
/** Beyond any row that there is. */
const LAST_ROW = 2 ** 40;
const PAGE_BYTES = 4096;

type SqlValue = number | string | Uint8Array | null;
type Row = Record<string, SqlValue>;

/** What became of a damaged database. */
export interface Salvaged {
  /** Whether anything in it could be read at all. */
  readable: boolean;
  /** Rows taken over, since they were missing. */
  added: number;
  /** Conversations and memories that were in it and are gone; undefined where it cannot be told. */
  lost: number | undefined;
}

interface SalvageOptions {
  fs: StorageFs;
  /** The damaged database. It is not changed. */
  aside: string;
  /** A copy of it: its first page stands in for a damaged one. */
  copy: string | undefined;
  /** What is missing there is added. */
  target: Connection;
}

/** Takes what can be read out of a damaged database, in slices. Safe to run again after a crash. */
export async function salvage(options: SalvageOptions): Promise<Salvaged> {
  const source = await openDamaged(options);
  if (source === undefined) return { readable: false, added: 0, lost: undefined };
  const { target } = options;
  let added = 0;
  let lost: number | undefined = 0;
  try {
    for (const table of SALVAGED) {
      const columns = commonColumns(source, target, table);
      if (columns.length === 0) continue;
      const insert = insertion(table, columns);
      const later: CompiledQuery<unknown>[] = [];
      for (const rows of readableRows(source, table, columns)) {
        const value = (row: Row, name: string) => (name === LATER ? null : (row[name] ?? null));
        const inserts = rows.map((row) =>
          raw(
            insert,
            columns.map((name) => value(row, name)),
          ),
        );
        added += runTogether(target, inserts);
        later.push(...rows.filter((row) => row[LATER] != null).map((row) => reference(table, row)));
        await afterEvents();
      }
      while (later.length > 0) runTogether(target, later.splice(0, BATCH));
    }
    for (const table of COUNTED) {
      for (const count of missing(source, target, table)) {
        lost = count === undefined || lost === undefined ? undefined : lost + count;
        await afterEvents();
      }
    }
  } finally {
    source.abandon();
  }
  return { readable: true, added, lost };
}

/** Where its first page is damaged, that of the copy tells as well where its tables begin. */
async function openDamaged({ fs, aside, copy }: SalvageOptions): Promise<Connection | undefined> {
  const firstPages = copy === undefined ? [undefined] : [undefined, firstBytes(fs, copy, PAGE_BYTES)];
  for (const firstPage of firstPages) {
    const opened = await openReading(readOnlyFs(fs, aside, firstPage), aside);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

async function openReading(fs: StorageFs, file: string): Promise<Connection | undefined> {
  let connection: Connection | undefined;
  try {
    connection = Connection.open(await createEngine(fs), file);
    const tables = connection.first<{ count: number }>(raw('SELECT count(*) AS count FROM sqlite_schema'));
    if (tables !== undefined && tables.count > 0) return connection;
  } catch {
    // It cannot be read this way.
  }
  connection?.abandon();
  return undefined;
}

function commonColumns(source: Connection, target: Connection, table: string): string[] {
  const theirs = new Set(columnsOf(source, table));
  return columnsOf(target, table).filter((name) => theirs.has(name));
}

function columnsOf(connection: Connection, table: string): string[] {
  const rows = attempt(() =>
    connection.all<{ name: string }>(raw('SELECT name FROM pragma_table_info(?)', [table])),
  );
  return rows?.map(({ name }) => name) ?? [];
}

/** Adds a row; one that is there already is brought up to date where it is older. */
function insertion(table: string, columns: readonly string[]): string {
  const values = columns.map(() => '?').join(', ');
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values})`;
  if (!columns.includes('id') || !columns.includes('updated_at')) return `${insert} ON CONFLICT DO NOTHING`;
  const changes = columns.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
  return `${insert} ON CONFLICT (id) DO UPDATE SET ${changes.join(', ')}
    WHERE excluded.updated_at > ${table}.updated_at`;
}

function reference(table: string, row: Row): CompiledQuery<unknown> {
  const sql = `UPDATE ${table} SET ${LATER} = ? WHERE id = ? AND ${LATER} IS NULL`;
  return raw(sql, [row[LATER] ?? null, row.id ?? null]);
}

/** In one transaction. A row that refers to what is lost is left out. */
function runTogether(target: Connection, changes: readonly CompiledQuery<unknown>[]): number {
  let added = 0;
  target.exec('BEGIN IMMEDIATE');
  try {
    for (const change of changes) added += attempt(() => target.run(change), 'not_found') ?? 0;
    target.exec('COMMIT');
  } catch (error) {
    if (!target.broken) attempt(() => target.exec('ROLLBACK'));
    throw error;
  }
  return added;
}

/** The rows of a table by their number, leaving out those that cannot be read. */
function* readableRows(source: Connection, table: string, columns: readonly string[]): Generator<Row[]> {
  const sql = `SELECT rowid AS "rowid", ${columns.join(', ')} FROM ${table} NOT INDEXED
    WHERE rowid >= ? ORDER BY rowid LIMIT ?`;
  const read = (from: number, limit: number) =>
    attempt(() => source.all<Row & { rowid: number }>(raw<Row & { rowid: number }>(sql, [from, limit])));
  let from = 1;
  let limit = BATCH;
  for (;;) {
    const rows = read(from, limit);
    const last = rows?.at(-1);
    if (rows !== undefined) {
      if (last === undefined) return;
      yield rows;
      from = last.rowid + 1;
      limit = BATCH;
    } else if (limit > 1) {
      // Up to the damage in smaller steps.
      limit = Math.ceil(limit / 4);
    } else {
      const beyond = firstReadable(from, (row) => read(row, 1) !== undefined);
      if (beyond === undefined) return;
      from = beyond;
      limit = BATCH;
    }
  }
}

/** The first row after `from` that can be read, found in steps that double and then halve. */
function firstReadable(from: number, isReadable: (row: number) => boolean): number | undefined {
  let step = 1;
  while (!isReadable(from + step)) {
    step *= 2;
    if (from + step > LAST_ROW) return undefined;
  }
  let unreadable = from + Math.floor(step / 2);
  let readable = from + step;
  while (readable - unreadable > 1) {
    const middle = Math.floor((readable + unreadable) / 2);
    if (isReadable(middle)) readable = middle;
    else unreadable = middle;
  }
  return readable;
}

/** The index of a table tells which rows there were; undefined where it cannot be read to its end. */
function* missing(source: Connection, target: Connection, table: string): Generator<number | undefined> {
  const ids = `SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ${BATCH}`;
  for (let after = ''; ; ) {
    const page = attempt(() => source.all<{ id: string }>(raw<{ id: string }>(ids, [after])));
    const last = page?.at(-1);
    if (page === undefined) yield undefined;
    if (page === undefined || last === undefined) return;
    after = last.id;
    const marks = page.map(() => '?').join(', ');
    const there = target.first<{ count: number }>(
      raw(
        `SELECT count(*) AS count FROM ${table} WHERE id IN (${marks})`,
        page.map(({ id }) => id),
      ),
    );
    yield page.length - (there?.count ?? 0);
  }
}

/** Undefined where it fails: of damage, or with the code given. */
function attempt<T>(work: () => T, code = 'storage_corrupt'): T | undefined {
  try {
    return work();
  } catch (error) {
    const ours = ZoeyError.from(error);
    if (ours.code === code || (code === 'storage_corrupt' && ours.code === 'storage_failed'))
      return undefined;
    throw error;
  }
}

function raw<R>(sql: string, parameters: SqlValue[] = []): CompiledQuery<R> {
  return CompiledQuery.raw(sql, parameters) as CompiledQuery<R>;
}
