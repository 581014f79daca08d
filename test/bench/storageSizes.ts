import { execFile } from 'node:child_process';
import nodeFs, { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { SERVER_ENVIRONMENT } from '../../extension/serverEnvironment.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { agentId, id, room } from '../support/storage/samples.ts';
import { BATCH } from './storageRates.ts';
import { sample } from './storageSample.ts';
import { measureTakeover } from './takeover.ts';

const READS = 500;
const STARTS = 5;
const run = promisify(execFile);

/** What a memory of so many messages costs. Bytes are of the whole process. */
export interface Size {
  messages: number;
  /** On disk, for each message. */
  bytesEach: number;
  /** Written to disk for each message, log and all. */
  writtenEach: number;
  pointMs: number;
  listMs: number;
  openMs: number;
  readyMs: number;
  takeoverMs: number;
  rssBeyondNode: number;
  eachMoreAgent: number;
}

export async function measureSize(folder: string, child: string, messages: number): Promise<Size> {
  const storage = path.join(folder, String(messages));
  const file = path.join(storage, 'memory.sqlite');
  const writtenEach = await fill(file, messages);
  const reads = await read(file);
  // As the editor starts it.
  const env = { ...process.env, ...SERVER_ENVIRONMENT };
  const starts: { readyMs: number; rss: number; eachMore: number }[] = [];
  for (let n = 0; n < STARTS; n++) {
    const { stdout } = await run(process.execPath, ['--expose-gc', child, storage], { env });
    starts.push(JSON.parse(stdout));
  }
  const takeovers: number[] = [];
  for (let n = 0; n < STARTS; n++) takeovers.push(await measureTakeover(storage));
  const bare = await run(process.execPath, [
    '--expose-gc',
    '-e',
    'gc();console.log(process.memoryUsage.rss())',
  ]);
  const size = {
    messages,
    bytesEach: statSync(file).size / messages,
    writtenEach,
    ...reads,
    readyMs: median(starts.map(({ readyMs }) => readyMs)),
    takeoverMs: median(takeovers),
    rssBeyondNode: median(starts.map(({ rss }) => rss)) - Number(bare.stdout),
    eachMoreAgent: median(starts.map(({ eachMore }) => eachMore)),
  };
  rmSync(storage, { recursive: true, force: true });
  return size;
}

async function fill(file: string, messages: number): Promise<number> {
  let written = 0;
  const fs = {
    ...nodeFs,
    writeSync: (fd: number, bytes: Uint8Array, offset: number, length: number, at: number) => {
      written += length;
      return nodeFs.writeSync(fd, bytes, offset, length, at);
    },
  };
  const db = createSqliteDatabase({ file, fs, log: silentLog });
  await db.init();
  await db.createRoom(room(1));
  written = 0;
  for (let left = messages; left > 0; left -= BATCH) {
    await db.createMemories(Array.from({ length: Math.min(BATCH, left) }, sample));
  }
  const each = written / messages;
  await db.close();
  return each;
}

async function read(file: string): Promise<Pick<Size, 'pointMs' | 'listMs' | 'openMs'>> {
  const opens: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    const db = createSqliteDatabase({ file, log: silentLog });
    opens.push(await timed(() => db.init()));
    await db.close();
  }
  const db = createSqliteDatabase({ file, log: silentLog });
  await db.init();
  const points: number[] = [];
  const lists: number[] = [];
  const { items } = await db.getMemories({ agentId, limit: READS });
  for (const memory of items) {
    points.push(await timed(() => db.getMemoryById(memory.id)));
    lists.push(await timed(() => db.getMemories({ agentId, roomId: id(1), limit: 20 })));
  }
  await db.close();
  return { pointMs: median(points), listMs: median(lists), openMs: median(opens) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
