import type { CompiledQuery } from 'kysely';
import { shaped } from './shaped.ts';

/** An insert of one row: without undefined, and in the order of its columns. */
export function insertion<Row extends object>(
  build: (row: Row) => CompiledQuery<unknown>,
): (row: Row) => CompiledQuery<unknown> {
  return shaped(
    build,
    (row) => Object.keys(row).join(),
    (row) => Object.values(row),
  );
}

/** Rows of one statement, which opens the table and each of its indexes once for all of them. */
const ROWS = 16;

/** Inserts of many rows in their order, several a statement where there are enough. All have the same columns. */
export function insertions<Row extends object>(
  build: (rows: readonly Row[]) => CompiledQuery<unknown>,
): (rows: readonly Row[]) => CompiledQuery<unknown>[] {
  const insert = shaped(build, (rows) => `${rows.length} ${columnsOf(rows)}`, valuesOf);
  return (rows) => {
    const queries: CompiledQuery<unknown>[] = [];
    const whole = rows.length - (rows.length % ROWS);
    for (let at = 0; at < whole; at += ROWS) queries.push(insert(rows.slice(at, at + ROWS)));
    for (const row of rows.slice(whole)) queries.push(insert([row]));
    return queries;
  };
}

function columnsOf<Row extends object>([first]: readonly Row[]): (keyof Row)[] {
  return Object.keys(first ?? {}) as (keyof Row)[];
}

function valuesOf<Row extends object>(rows: readonly Row[]): unknown[] {
  const columns = columnsOf(rows);
  const values: unknown[] = [];
  for (const row of rows) for (const column of columns) values.push(row[column]);
  return values;
}
