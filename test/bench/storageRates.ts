import { execFile } from 'node:child_process';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type { InitSqlJsStatic } from 'sql.js';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { migrations } from '../../runtime/storage/migrations.ts';
import { memoryQueries } from '../../runtime/storage/queries/memories.ts';
import { memoryToRow } from '../../runtime/storage/rows.ts';
import { sqliteQueries } from '../../runtime/storage/sqlite/connection.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { anAgent } from '../support/agent.ts';
import { room } from '../support/storage/samples.ts';
import { bundled } from './bundled.ts';
import { sample } from './storageSample.ts';

export const BATCH = 1024;
export const ROWS = 20 * BATCH;
const SINGLY = 300;
/** Messages that sql.js by itself writes between two exports. */
const EXPORT_EVERY = 500;

/** What one run measures, in messages a second. */
export interface Rates {
  batches: number;
  together: number;
  singly: number;
  /** Stored, and left without an answer. */
  received: number;
  /** Stored and answered: questions and answers. */
  answered: number;
  exports: number;
}

export async function ourRates(folder: string): Promise<Rates> {
  return {
    ...(await store(folder)),
    received: await turns(folder, 'GROUP'),
    answered: 2 * (await turns(folder, 'DM')),
    exports: await stockRate(folder),
  };
}

/** The agent's own `createMemory`, as plugins call it, and the database below it. */
async function store(folder: string): Promise<Pick<Rates, 'batches' | 'together' | 'singly'>> {
  const database = createSqliteDatabase({ file: path.join(folder, 'ours.sqlite'), log: silentLog });
  await database.init();
  await database.createRoom(room(1));
  const { agent } = await anAgent({ database });
  const add = (one: Memory) => agent.createMemory(one, 'messages');
  await Promise.all(samples(BATCH).map(add));
  // Made beforehand, as those of the others are.
  const apart = Array.from({ length: ROWS / BATCH }, () => samples(BATCH));
  const batches = await rate(ROWS, async () => {
    for (const batch of apart) await database.createMemories(batch);
  });
  const atOnce = samples(ROWS / 2);
  const together = await rate(ROWS / 2, () => Promise.all(atOnce.map(add)));
  const inTurn = samples(SINGLY);
  const singly = await rate(SINGLY, async () => {
    for (const one of inTurn) await add(one);
  });
  await database.close();
  return { batches, together, singly };
}

/** In a process of its own, built as the package is: what loads TypeScript costs some of it otherwise. */
async function turns(folder: string, type: 'DM' | 'GROUP'): Promise<number> {
  const program = await bundled('storageTurnsChild.ts', path.join(folder, 'turns'));
  const { stdout } = await promisify(execFile)(process.execPath, [program, path.join(folder, type), type]);
  return Number(stdout);
}

function samples(count: number): Memory[] {
  return Array.from({ length: count }, sample);
}

async function stockRate(folder: string): Promise<number> {
  const stock = createRequire(__filename)('sql.js') as InitSqlJsStatic;
  const db = new (await stock()).Database();
  for (const step of migrations) for (const statement of step.statements) db.run(statement);
  const queries = memoryQueries(sqliteQueries);
  const insert = db.prepare(queries.insert(memoryToRow(sample())).sql);
  const count = 10 * EXPORT_EVERY;
  const measured = await rate(count, async () => {
    for (let n = 0; n < count; n += EXPORT_EVERY) {
      db.run('BEGIN');
      for (let i = 0; i < EXPORT_EVERY; i++) {
        insert.run([...queries.insert(memoryToRow(sample())).parameters] as string[]);
      }
      db.run('COMMIT');
      writeWhole(path.join(folder, 'stock.sqlite'), db.export());
    }
  });
  db.close();
  return measured;
}

/** As safe as ours: the old file stays until the new one is on disk. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const fd = openSync(`${file}.new`, 'w');
  writeSync(fd, bytes);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${file}.new`, file);
}

async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (count * 1000) / (performance.now() - start);
}
