import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { testRuntime } from '../support/testRuntime.ts';
import { benchFiles } from './files.ts';

const FILES = 3_000;
const SAVES = 20;
/** Between two calls of somebody else, in ms. */
const CALL_MS = 20;

type Rows = { what: string; value: string }[];
type Runtime = Awaited<ReturnType<typeof testRuntime>>;

/** A workspace of generated files, indexed by the whole runtime while somebody else calls it. */
export async function benchIndex(): Promise<{ name: string; rows: Rows }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zoey-bench-'));
  const workspace = path.join(folder, 'workspace');
  const storageDir = path.join(folder, 'storage');
  makeFiles(workspace);
  try {
    const first = await testRuntime({ storageDir });
    const rows = [...(await indexAll(first, workspace)), ...(await save(first, workspace))];
    await first.runtime.close();
    rows.push(...(await reopen(storageDir, workspace)));
    return { name: `Index: ${FILES} files of about 2.5 kB, by words`, rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFiles(workspace: string): void {
  for (const { path: relative, text } of benchFiles(FILES)) {
    const file = path.join(workspace, relative);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function indexAll(zoey: Runtime, workspace: string): Promise<Rows> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const done = new AbortController();
  const calls = callMeanwhile(zoey, done.signal);
  delay.enable();
  const started = performance.now();
  const { chunks, bytes } = await zoey.call('workspace.index', {}, { workspace });
  const seconds = (performance.now() - started) / 1000;
  delay.disable();
  done.abort();
  const times = (await calls).sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1)} ms`;
  return [
    { what: 'files a second', value: Math.round(FILES / seconds).toLocaleString('en') },
    { what: 'chunks', value: chunks.toLocaleString('en') },
    { what: 'on disk', value: `${(bytes / 2 ** 20).toFixed(1)} MB` },
    { what: `another's call meanwhile, p50 of ${times.length}`, value: at(0.5) },
    { what: "another's call meanwhile, p99", value: at(0.99) },
    { what: "another's call meanwhile, longest", value: at(1) },
    { what: 'event loop held at most', value: `${(delay.max / 1e6).toFixed(0)} ms` },
  ];
}

async function callMeanwhile(zoey: Runtime, signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const started = performance.now();
    await zoey.call('rooms.list', {});
    times.push(performance.now() - started);
    await setTimeout(CALL_MS, undefined, { signal }).catch(() => {});
  }
  return times;
}

async function save(zoey: Runtime, workspace: string): Promise<Rows> {
  const times: number[] = [];
  for (let i = 0; i < SAVES; i++) {
    const name = `zebra${i}crossing`;
    writeFileSync(path.join(workspace, `saved${i}.ts`), `export function ${name}() {\n  return ${i};\n}\n`);
    const started = performance.now();
    await zoey.call('workspace.index', { paths: [`saved${i}.ts`] }, { workspace });
    const { items } = await zoey.call('workspace.search', { query: name, limit: 1 }, { workspace });
    if (items[0]?.path !== `saved${i}.ts`) throw new Error('A saved file was not found.');
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return [
    { what: `saved until found, median of ${SAVES}`, value: `${times[SAVES / 2]?.toFixed(0)} ms` },
    { what: 'saved until found, longest', value: `${times.at(-1)?.toFixed(0)} ms` },
  ];
}

async function reopen(storageDir: string, workspace: string): Promise<Rows> {
  const zoey = await testRuntime({ storageDir });
  const started = performance.now();
  await zoey.call('workspace.search', { query: 'zebra7crossing', limit: 5 }, { workspace });
  const first = performance.now() - started;
  const looking = performance.now();
  await zoey.call('workspace.index', {}, { workspace });
  const look = performance.now() - looking;
  await zoey.runtime.close();
  return [
    { what: 'opened until the first answer', value: `${first.toFixed(0)} ms` },
    { what: 'a look at all files, nothing changed', value: `${look.toFixed(0)} ms` },
  ];
}
