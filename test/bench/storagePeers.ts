import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { migrations } from '../../runtime/storage/migrations.ts';
import { memoryQueries } from '../../runtime/storage/queries/memories.ts';
import { roomQueries } from '../../runtime/storage/queries/rooms.ts';
import { memoryToRow, roomToRow } from '../../runtime/storage/rows.ts';
import { sqliteQueries } from '../../runtime/storage/sqlite/connection.ts';
import { installPackages } from '../support/packages.ts';
import { room } from '../support/storage/samples.ts';
import { sample } from './storageSample.ts';

const PEERS = path.join(__dirname, 'peers');
const BUILD_MS = 600_000;
const RUN_MS = 120_000;
const run = promisify(execFile);

/** What a peer reaches, or why it could not be measured. */
export type Measured<T> = T | string;

/** The folder where the peers are installed, each of which may be missing. */
export async function installPeers(): Promise<Measured<{ folder: string }>> {
  try {
    const folder = await installPackages(PEERS, 'bench-storage');
    for (const script of ['betterSqlite.mjs', 'eliza.mjs']) {
      copyFileSync(path.join(PEERS, script), path.join(folder, script));
    }
    return { folder };
  } catch (error) {
    return `not measured: the packages could not be installed (${firstLine(error)})`;
  }
}

/** Rows a second into the same schema, `batch` a transaction. It is compiled here, once. */
export async function betterSqlite(
  folder: string,
  scratch: string,
  { rows, batch }: { rows: number; batch: number },
): Promise<Measured<{ rate: number }>> {
  const home = path.join(folder, 'node_modules', 'better-sqlite3');
  try {
    if (!existsSync(path.join(home, 'build', 'Release', 'better_sqlite3.node'))) await compile(home);
    const memories = memoryQueries(sqliteQueries);
    const inserts = Array.from({ length: rows }, () => memories.insert(memoryToRow(sample())));
    const { sql, parameters } = roomQueries(sqliteQueries).insert(roomToRow(room(1)));
    const plan = {
      statements: migrations.flatMap(({ statements }) => statements),
      before: [{ sql, parameters }],
      insert: inserts[0]?.sql,
      rows: inserts.map((insert) => insert.parameters),
      batch,
    };
    const file = path.join(scratch, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    const { rate } = await answer(folder, ['betterSqlite.mjs', path.join(scratch, 'peer.sqlite'), file]);
    return { rate: Number(rate) };
  } catch (error) {
    return `not measured: ${firstLine(error)}`;
  }
}

/** Messages a second through the other runtime. */
export async function eliza(
  folder: string,
  scratch: string,
  count: number,
): Promise<Measured<{ together: number; singly: number }>> {
  try {
    const args = ['eliza.mjs', path.join(scratch, 'eliza'), String(count), sample().content.text];
    const { together, singly } = await answer(folder, args);
    return { together: Number(together), singly: Number(singly) };
  } catch (error) {
    return `not measured: ${firstLine(error)}`;
  }
}

/** Where there are no headers or no compiler, that is the answer. */
async function compile(home: string): Promise<void> {
  const prefix = path.dirname(path.dirname(process.execPath));
  const headers = existsSync(path.join(prefix, 'include', 'node')) ? [`--nodedir=${prefix}`] : [];
  await run('npx', ['--yes', 'node-gyp', 'rebuild', '--release', ...headers], {
    cwd: home,
    timeout: BUILD_MS,
    maxBuffer: 2 ** 26,
    shell: process.platform === 'win32',
  });
}

async function answer(cwd: string, args: readonly string[]): Promise<Record<string, unknown>> {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  const { stdout } = await run(process.execPath, args, { cwd, env, timeout: RUN_MS, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
