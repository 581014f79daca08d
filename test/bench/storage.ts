import { closeSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InitSqlJsStatic } from 'sql.js';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { migrations } from '../../runtime/storage/migrations.ts';
import { memoryQueries } from '../../runtime/storage/queries/memories.ts';
import { memoryToRow } from '../../runtime/storage/rows.ts';
import { sqliteQueries } from '../../runtime/storage/sqlite/connection.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { message, room } from '../support/storage/samples.ts';

const RUNS = 5;
/** What is there already: a few months of use. */
const BEFORE = 10_000;
const MESSAGES = 5000;
const SINGLY = 300;
/** Messages that the peer writes between two exports. */
const BATCH = 500;
const TEXT = 'A message of common length, as people write them in a conversation about code. '.repeat(3);

/** What one run measures, in messages a second. */
interface Rates {
  together: number;
  singly: number;
  peer: number;
  peerSingly: number;
}

/** Measures durable messages a second, beside sql.js by itself, which writes its whole database each time. */
export async function benchStorage(): Promise<{ name: string; rows: { what: string; value: string }[] }> {
  const runs: Rates[] = [];
  for (let run = 0; run < RUNS; run++) runs.push({ ...(await ours()), ...(await peer()) });
  const row = (what: string, pick: (rates: Rates) => number) => ({
    what,
    value: `${Math.round(median(runs.map(pick))).toLocaleString('en')} messages/s`,
  });
  return {
    name: `Storage: messages on disk, on top of ${BEFORE}, medians of ${RUNS}`,
    rows: [
      row(`createMemories, ${MESSAGES} at once`, (rates) => rates.together),
      row('createMemories, one after the other', (rates) => rates.singly),
      row(`sql.js by itself, export() every ${BATCH}`, (rates) => rates.peer),
      row('sql.js by itself, export() every message', (rates) => rates.peerSingly),
    ],
  };
}

async function ours(): Promise<Pick<Rates, 'together' | 'singly'>> {
  return inFolder(async (folder) => {
    const db = createSqliteDatabase({ file: path.join(folder, 'memory.sqlite'), log: silentLog });
    await db.init();
    await db.createRoom(room(1));
    await db.createMemories(Array.from({ length: BEFORE }, sample));
    const together = await rate(MESSAGES, () =>
      Promise.all(Array.from({ length: MESSAGES }, () => db.createMemories([sample()]))),
    );
    const singly = await rate(SINGLY, async () => {
      for (let n = 0; n < SINGLY; n++) await db.createMemories([sample()]);
    });
    await db.close();
    return { together, singly };
  });
}

async function peer(): Promise<Pick<Rates, 'peer' | 'peerSingly'>> {
  const stock = createRequire(__filename)('sql.js') as InitSqlJsStatic;
  const sql = await stock();
  const queries = memoryQueries(sqliteQueries);
  return inFolder(async (folder) => {
    const db = new sql.Database();
    for (const step of migrations) for (const statement of step.statements) db.run(statement);
    const insert = db.prepare(queries.insert(memoryToRow(sample())).sql);
    const add = (count: number) => {
      db.run('BEGIN');
      for (let n = 0; n < count; n++)
        insert.run([...queries.insert(memoryToRow(sample())).parameters] as string[]);
      db.run('COMMIT');
    };
    const save = () => writeWhole(path.join(folder, 'peer.sqlite'), db.export());
    add(BEFORE);
    const peer = await rate(MESSAGES, async () => {
      for (let n = 0; n < MESSAGES; n += BATCH) {
        add(BATCH);
        save();
      }
    });
    const peerSingly = await rate(SINGLY / 10, async () => {
      for (let n = 0; n < SINGLY / 10; n++) {
        add(1);
        save();
      }
    });
    db.close();
    return { peer, peerSingly };
  });
}

/** As safe as ours: the old file stays until the new one is on disk. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const fd = openSync(`${file}.new`, 'w');
  writeSync(fd, bytes);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${file}.new`, file);
}

function sample(): Memory {
  return message(0, {
    id: uuidv7(),
    content: { text: TEXT, role: 'user', status: 'complete' },
    createdAt: Date.now(),
  });
}

async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (count * 1000) / (performance.now() - start);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zoey-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
