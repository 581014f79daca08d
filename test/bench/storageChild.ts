// A process with one agent over a memory, then with more: `storageChild.js FOLDER`. Prints one JSON line.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRuntime, type Runtime } from '../../runtime/index.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { Caller } from '../../runtime/types/host.ts';

const MORE = 4;
/** How long V8 goes on compiling SQLite in the background, in memory that it gives back. */
const SETTLED_MS = 3000;

async function open(storageDir: string): Promise<Runtime> {
  const runtime = await createRuntime({ log: silentLog, version: '0.0.0', storageDir });
  const caller = Caller.parse({ host: 'test', settings: { ollamaUrl: 'http://127.0.0.1:49151' } });
  const rooms = runtime.invoke('rooms.list', { limit: 20 }, { caller, signal: new AbortController().signal });
  await rooms.next();
  return runtime;
}

async function resident(): Promise<number> {
  await sleep(SETTLED_MS);
  global.gc?.();
  return process.memoryUsage.rss();
}

async function main(): Promise<void> {
  const start = performance.now();
  const runtime = await open(process.argv[2] ?? '');
  const readyMs = performance.now() - start;
  const rss = await resident();
  const folder = mkdtempSync(path.join(tmpdir(), 'zoey-bench-'));
  const others: Runtime[] = [];
  for (let n = 0; n < MORE; n++) others.push(await open(path.join(folder, String(n))));
  const eachMore = ((await resident()) - rss) / MORE;
  console.log(JSON.stringify({ readyMs, rss, eachMore }));
  for (const one of [runtime, ...others]) await one.close();
  rmSync(folder, { recursive: true, force: true });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
