import { createHash } from 'node:crypto';
import { throwIfAborted } from '../kernel/errors.ts';
import type { Place } from './copyPlace.ts';
import { copyQueries, type Row, type Step } from './copySteps.ts';
import { all } from './work.ts';

/** What a table holds. */
export interface TableCheck {
  table: string;
  rows: number;
  /** In hex; the same for the same rows, whatever their order. */
  checksum: string;
}

/** Reads all rows of a table that are ours. */
export async function checkTable(
  { store, queries }: Place,
  { step, isOurs, signal }: { step: Step; isOurs: (row: Row) => boolean; signal: AbortSignal },
): Promise<TableCheck> {
  const sum = Buffer.alloc(32);
  let rows = 0;
  let after: string[] | undefined;
  for (;;) {
    throwIfAborted(signal);
    const query = copyQueries(queries).page(step, after);
    const page = await store.read(() => all(query));
    const last = page.at(-1);
    if (last === undefined) return { table: step.table, rows, checksum: sum.toString('hex') };
    after = step.key.map((column) => String(last[column]));
    for (const row of page.filter(isOurs)) {
      rows += 1;
      for (const [at, byte] of hash(row).entries()) sum[at] = (sum[at] ?? 0) ^ byte;
    }
  }
}

function hash(row: Row): Buffer {
  const columns = Object.keys(row).sort();
  const values = columns.map((column) => {
    const value = row[column];
    return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value;
  });
  return createHash('sha256')
    .update(JSON.stringify([columns, values]))
    .digest();
}
