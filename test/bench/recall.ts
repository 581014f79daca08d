import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import MiniSearch from 'minisearch';
import type { InitSqlJsStatic } from 'sql.js';
import { silentLog } from '../../runtime/kernel/log.ts';
import { fuseCode } from '../../runtime/recall/fusion.ts';
import { openTextIndex, type TextIndex } from '../../runtime/recall/text/textIndex.ts';
import { queryTokens, tokenize } from '../../runtime/recall/text/tokens.ts';
import { openVectorIndex, type VectorIndex } from '../../runtime/recall/vectors/vectorIndex.ts';
import { openWorkspaceIndex } from '../../runtime/storage/workspaceIndex/index.ts';
import { clusteredVectors, randomFrom } from '../support/vectors.ts';
import { bundled } from './bundled.ts';
import { codeChunks } from './codeChunks.ts';

const CHUNKS = 100_000;
const DIMS = 384;
const LIMIT = 50;
const QUERIES = 300;
/** Peers that are slower are asked less often. */
const PEER_QUERIES = 60;
/** How often a process is started to open both. */
const OPENINGS = 5;
/** Documents between two flushes, as an indexer does. */
const BATCH = 2000;

type Rows = { what: string; value: string }[];

/** Search at 100k chunks of code, beside minisearch and SQLite's FTS4 over the same words in the same run. */
export async function benchRecall(): Promise<{ name: string; rows: Rows }> {
  const chunks = codeChunks(CHUNKS);
  const queries = questions(chunks);
  const folder = mkdtempSync(path.join(tmpdir(), 'zoey-bench-'));
  try {
    const rows = [
      ...(await ours(path.join(folder, 'memory.sqlite'), chunks, queries)),
      ...(await minisearch(chunks, queries.slice(0, PEER_QUERIES))),
      ...(await fts4(chunks, queries.slice(0, PEER_QUERIES))),
    ];
    return { name: `Search: ${chunks.length} chunks of about 300 characters of code, best ${LIMIT}`, rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Four words of a chunk: rare ones and such as `const` that half of all have, as they come. */
function questions(chunks: readonly string[]): string[][] {
  const random = randomFrom(1);
  return Array.from({ length: QUERIES }, () => {
    const words = queryTokens(chunks[Math.floor(random() * chunks.length)] ?? '');
    return Array.from({ length: 4 }, () => words[Math.floor(random() * words.length)] ?? 'const');
  });
}

/** A process of its own, as after a start: the middle of some. */
async function opening(file: string): Promise<{ words: number; both: number }> {
  const program = await bundled('recallChild.ts', path.dirname(file));
  const runs = Array.from({ length: OPENINGS }, () => {
    const out = execFileSync(process.execPath, [program, file, String(DIMS)]);
    return JSON.parse(out.toString()) as { words: number; both: number };
  });
  return runs.sort((a, b) => a.both - b.both)[Math.floor(OPENINGS / 2)] ?? { words: 0, both: 0 };
}

async function ours(file: string, chunks: readonly string[], queries: readonly string[][]): Promise<Rows> {
  const rows = await build(file, chunks);
  const opened = await opening(file);
  const database = await openWorkspaceIndex({ file, log: silentLog });
  const store = database.blobs;
  const asked = [...clusteredVectors({ count: QUERIES, clusters: 500, dims: DIMS, noise: 2 })];
  const before = await memory();
  const text = await openTextIndex({ store, prefix: 'text/', schema: '1' });
  const vectors = await openVectorIndex({ store, prefix: 'vectors/', dims: DIMS, schema: '1' });
  rows.push(
    { what: 'from opening to the first search by words', value: ms(opened.words) },
    { what: 'from opening to the first search by words and vectors', value: ms(opened.both) },
    { what: 'memory of both, once opened', value: megabytes((await memory()) - before) },
    {
      what: 'search by words',
      value: percentiles(time(queries, (query) => text.search(query, { limit: LIMIT }))),
    },
    {
      what: 'search by words, one of them misspelt',
      value: percentiles(
        time(queries.slice(0, PEER_QUERIES), (query) =>
          text.search([...query, 'embeddding'], { limit: LIMIT }),
        ),
      ),
    },
    {
      what: 'search by vectors',
      value: percentiles(time(asked, ([, vector]) => vectors.search(vector, { limit: LIMIT }))),
    },
    {
      what: 'hybrid search (embedding the question apart)',
      value: percentiles(
        time(asked, ([, vector], at) => hybrid({ text, vectors }, queries[at] ?? [], vector)),
      ),
    },
  );
  await database.close();
  return rows;
}

function hybrid(
  { text, vectors }: { text: TextIndex; vectors: VectorIndex },
  words: readonly string[],
  vector: Float32Array,
): unknown {
  const found = text.search(words, { limit: LIMIT });
  const near = vectors
    .search(vector, { limit: LIMIT })
    .map(({ key, similarity }) => [key, similarity] as const);
  const also = found.map(({ key }) => [key, vectors.similarity(key, vector) ?? 0] as const);
  return fuseCode({ meaning: new Map([...also, ...near]), words: found, limit: LIMIT });
}

async function build(file: string, chunks: readonly string[]): Promise<Rows> {
  const database = await openWorkspaceIndex({ file, log: silentLog });
  const store = database.blobs;
  const text = await openTextIndex({ store, prefix: 'text/', schema: '1' });
  const start = performance.now();
  for (let at = 0; at < chunks.length; at += BATCH) {
    chunks.slice(at, at + BATCH).forEach((chunk, n) => {
      text.add({ key: keyOf(at + n), version: '0123456789abcdef', tokens: tokenize(chunk) });
    });
    await text.flush();
  }
  const built = performance.now() - start;
  // Every segment has a removed document then.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let at = 0; at < 4000; at++) text.remove(keyOf(at * 7));
  delay.enable();
  await text.purge();
  delay.disable();
  for (let at = 0; at < 4000; at++) {
    text.add({ key: keyOf(at * 7), version: '0123456789abcdef', tokens: tokenize(chunks[at * 7] ?? '') });
  }
  await text.flush();
  const vectors = await openVectorIndex({ store, prefix: 'vectors/', dims: DIMS, schema: '1' });
  const adding = performance.now();
  for (const [key, vector] of clusteredVectors({ count: chunks.length, clusters: 500, dims: DIMS })) {
    vectors.add({ key: keyOf(Number(key.slice(1))), version: '0123456789abcdef', vector });
  }
  await vectors.flush();
  const added = performance.now() - adding;
  const sizes = await store.list();
  await database.close();
  const bytes = (prefix: string) =>
    sizes.filter(({ name }) => name.startsWith(prefix)).reduce((sum, one) => sum + one.bytes, 0);
  return [
    { what: 'indexing words, merged and on disk', value: rate(chunks.length, built) },
    { what: 'indexing vectors, on disk (making them included)', value: rate(chunks.length, added) },
    { what: 'event loop held at most while all segments are rewritten', value: ms(delay.max / 1e6) },
    { what: 'on disk, words', value: megabytes(bytes('text/')) },
    { what: 'on disk, vectors', value: megabytes(bytes('vectors/')) },
  ];
}

async function minisearch(chunks: readonly string[], queries: readonly string[][]): Promise<Rows> {
  const before = await memory();
  const start = performance.now();
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    tokenize,
    processTerm: (term) => term,
  });
  index.addAll(chunks.map((text, id) => ({ id, text })));
  const built = performance.now() - start;
  return [
    { what: 'minisearch: indexing, in memory', value: rate(chunks.length, built) },
    { what: 'minisearch: memory', value: megabytes((await memory()) - before) },
    {
      what: 'minisearch: search',
      value: percentiles(
        time(queries, (query) => index.search(query.join(' '), { combineWith: 'OR' }).slice(0, LIMIT)),
      ),
    },
  ];
}

async function fts4(chunks: readonly string[], queries: readonly string[][]): Promise<Rows> {
  const sql = await (createRequire(__filename)('sql.js') as InitSqlJsStatic)();
  const database = new sql.Database();
  database.create_function('bm25', (info: Uint8Array) => bm25(new Uint32Array(info.slice().buffer)));
  const start = performance.now();
  database.run('CREATE VIRTUAL TABLE chunks USING fts4(text)');
  database.run('BEGIN');
  const insert = database.prepare('INSERT INTO chunks(text) VALUES (?)');
  for (const chunk of chunks) insert.run([tokenize(chunk).join(' ')]);
  database.run('COMMIT');
  const built = performance.now() - start;
  const select = database.prepare(
    "SELECT rowid FROM chunks WHERE chunks MATCH ? ORDER BY bm25(matchinfo(chunks, 'pcnalx')) DESC LIMIT ?",
  );
  const times = time(queries, (query) => {
    select.bind([query.map((word) => `"${word}"`).join(' OR '), LIMIT]);
    while (select.step()) select.get();
  });
  database.close();
  return [
    { what: 'FTS4: indexing, in memory', value: rate(chunks.length, built) },
    { what: 'FTS4: search, ranked by BM25', value: percentiles(times) },
  ];
}

/** From `matchinfo(chunks, 'pcnalx')` of one column: phrases, columns, rows, average and own length, then the hits. */
function bm25(info: Uint32Array): number {
  const [phrases = 0, , rows = 0, average = 1, own = 0] = info;
  let score = 0;
  for (let phrase = 0; phrase < phrases; phrase++) {
    const count = info[5 + phrase * 3] ?? 0;
    const having = info[5 + phrase * 3 + 2] ?? 0;
    const weight = Math.log(1 + (rows - having + 0.5) / (having + 0.5));
    score += (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * own) / average));
  }
  return score;
}

/** As long as the ids that are used. */
function keyOf(number: number): string {
  return `0198c0de-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

function time<T>(items: readonly T[], work: (item: T, at: number) => unknown): number[] {
  return items.map((item, at) => {
    const start = performance.now();
    work(item, at);
    return performance.now() - start;
  });
}

function percentiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => ms(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  return `p50 ${at(0.5)}, p95 ${at(0.95)}`;
}

function rate(count: number, took: number): string {
  return `${Math.round((count * 1000) / took).toLocaleString('en')} chunks/s`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

/** Bytes in use, without what could be collected. */
async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What holds a buffer goes first, the buffer with the next round.
  for (let round = 0; round < 3; round++) {
    collect();
    await afterEvents();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
