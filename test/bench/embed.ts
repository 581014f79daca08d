import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { silentLog } from '../../runtime/kernel/log.ts';
import { BUNDLED_ID } from '../../runtime/models/embedder/catalog.ts';
import { LocalEmbedder } from '../../runtime/models/embedder/local.ts';
import { findModel } from '../../runtime/models/embedder/locate.ts';
import { startWorker } from '../../runtime/models/embedder/process.ts';
import { chunkText } from '../../runtime/workspace/chunk/chunkText.ts';
import { sourceOf } from '../../runtime/workspace/chunk/readSource.ts';
import { doTask } from '../../runtime/workspace/chunk/work.ts';
import { embedderPlaces, nativeWorkerBundle } from '../support/embedder.ts';
import { benchFiles } from './files.ts';

const run = promisify(execFile);

const QUESTION = 'where do we keep the staging database password policy';
/** 211 tokens. */
const CHUNK =
  'export async function loadConfig(path, options) { const raw = await readFile(path); return merge(defaults, JSON.parse(raw)); } '.repeat(
    7,
  );
const SHORT = Array.from(
  { length: 32 },
  (_, i) => `function number ${i} parses the configuration file and returns the merged settings object`,
);

/** Files of a workspace that is wholly embedded; and of a large one, which takes hours on WebAssembly. */
const FILES = 500;
const MANY_FILES = 10_000;
/** Between two words on how far it is. */
const TOLD_EVERY = 1_000;
/** What of a chunk the model reads, in characters. */
const MAX_TEXT = 1_200;

/** Embeds with WebAssembly and, where it can be had, with the native runtime, each in a process of its own. */
export async function benchEmbed() {
  const places = await embedderPlaces();
  if (places === undefined) {
    return { name: 'embed', rows: [{ what: 'skipped', value: 'the weights cannot be had here' }] };
  }
  const native = await nativeWorkerBundle();
  const wasm = await measureApart(places.bundled, places.worker);
  const fast = native === undefined ? undefined : await measureApart(places.bundled, native);
  return {
    name: `Embedding with ${BUNDLED_ID}: WebAssembly on 1 thread, native on 2`,
    rows: Object.entries(wasm).map(([what, value]) => ({
      what,
      value: `WebAssembly ${value}, native ${fast?.[what] ?? 'not here'}`,
    })),
  };
}

/** A workspace of 10,000 files on the fastest runtime that there is: half an hour, on WebAssembly hours. */
export async function benchEmbedMany() {
  const places = await embedderPlaces();
  const worker = (await nativeWorkerBundle()) ?? places?.worker;
  if (!places || worker === undefined) {
    return { name: 'embed-many', rows: [{ what: 'skipped', value: 'the weights cannot be had here' }] };
  }
  const embedder = new LocalEmbedder({ model: await modelIn(places.bundled), worker, log: silentLog });
  const rows = await embedFiles(MANY_FILES, async (texts) => {
    const start = performance.now();
    for (let at = 0; at < texts.length; at += TOLD_EVERY) {
      await embedder.embed(texts.slice(at, at + TOLD_EVERY), { purpose: 'passage' });
      console.error(`${at} of ${texts.length}, ${minutes((performance.now() - start) / 1000)}`);
    }
    return performance.now() - start;
  });
  await embedder.close();
  return {
    name: `Embedding a large workspace with ${BUNDLED_ID}: ${worker === places.worker ? 'WebAssembly' : 'native, on 2 threads'}`,
    rows: Object.entries(rows).map(([what, value]) => ({ what, value })),
  };
}

/** Each in a process of its own, so that none finds what another has warmed up. */
async function measureApart(bundled: string, worker: string): Promise<Record<string, string>> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', __filename, bundled, worker]);
  return JSON.parse(stdout);
}

async function modelIn(bundled: string) {
  const model = await findModel(BUNDLED_ID, [{ source: 'bundled', path: bundled }], silentLog);
  if (model === undefined) throw new Error(`no model in ${bundled}`);
  return model;
}

async function measure(bundled: string, worker: string): Promise<Record<string, string>> {
  const model = await modelIn(bundled);
  let pid: number | undefined;
  const start: typeof startWorker = (file, input) => {
    const started = startWorker(file, input);
    pid = started.pid;
    return started;
  };
  const embedder = new LocalEmbedder({ model, worker, log: silentLog, start });
  const purpose = 'passage';
  const time = async (texts: string[], times: number) => {
    const start = performance.now();
    for (let i = 0; i < times; i++) await embedder.embed(texts, { purpose });
    return (performance.now() - start) / times;
  };
  const load = await time([QUESTION], 1);
  await time([CHUNK], 2);
  const rows = {
    'load and first text': ms(load),
    question: ms(await time([QUESTION], 30)),
    'chunk of code': ms(await time([CHUNK], 10)),
    '32 short texts': ms(await time(SHORT, 3)),
    ...(await embedFiles(FILES, (texts) => time(texts, 1))),
    'memory of its process, at its fullest': await peakMemory(pid),
  };
  await embedder.close();
  return rows;
}

/** How long a workspace of so many files takes, from its chunks to their vectors; `time` is in ms. */
async function embedFiles(
  files: number,
  time: (texts: string[]) => Promise<number>,
): Promise<Record<string, string>> {
  const texts: string[] = [];
  for (const { path, text } of benchFiles(files)) {
    const result = await doTask({ type: 'text', path, text });
    const { lines } = sourceOf(text);
    const chunks = result.type === 'chunks' ? result.chunks : [];
    texts.push(...chunks.map((place) => chunkText({ path, lines, place }).slice(0, MAX_TEXT)));
  }
  const seconds = (await time(texts)) / 1000;
  const count = (of: number) => of.toLocaleString('en');
  const computed = {
    [`${count(MANY_FILES)} such files, computed from the ${files}`]: minutes((seconds * MANY_FILES) / files),
  };
  return {
    [`${count(files)} files of about 2.5 kB, wholly: ${count(texts.length)} chunks`]: minutes(seconds),
    'of these, chunks a second': (texts.length / seconds).toFixed(1),
    ...(files < MANY_FILES && computed),
  };
}

/** As Linux counts it, what it shares with other processes included. */
async function peakMemory(pid: number | undefined): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
  return kilobytes === undefined ? 'not told here' : `${Math.round(Number(kilobytes) / 1024)} MB`;
}

const minutes = (seconds: number) =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
const ms = (value: number) => `${value.toFixed(1)} ms`;

if (require.main === module) {
  const [bundled = '', worker = ''] = process.argv.slice(2);
  measure(bundled, worker).then((rows) => process.stdout.write(JSON.stringify(rows)));
}
