import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../runtime/kernel/log.ts';
import { EmbeddingQueue } from '../../runtime/recall/queue/embeddingQueue.ts';
import { queryTokens } from '../../runtime/recall/text/tokens.ts';
import { openWorkspaceIndex } from '../../runtime/storage/index.ts';
import type { IEmbedder } from '../../runtime/types/recall.ts';
import { Catalog } from '../../runtime/workspace/indexing/catalog.ts';
import { findCandidates } from '../../runtime/workspace/indexing/search.ts';
import { worthGiving } from '../../runtime/workspace/relevance.ts';
import { installPackages } from '../support/packages.ts';
import { bringUpToDate, testIndex } from '../support/workspace/index.ts';
import { DEPTH, type Evaluation, type Outcome } from './scores.ts';
import { answers, type CodeQuestion, type Place, readCodeSet, readMemorySet } from './sets.ts';
import { byWindows } from './windows.ts';

/** What of the packages is source, as its authors wrote it. */
const SOURCES = [
  '@tanstack/query-core/src',
  'preact/src',
  'preact/hooks/src',
  'preact/compat/src',
  'preact/debug/src',
  'undici/lib',
];
const CODE = /\.(m?js|ts)$/;
/** Places that a turn looks at. */
const LOOKED_AT = 6;
const never = new AbortController().signal;

type Way = (question: string) => Promise<Place[]>;

/** Asks each question in each way; the rank is that of the first place that answers it. */
export async function evalCode(
  embedder: IEmbedder | undefined,
  pick: <T>(questions: readonly T[]) => T[],
): Promise<Evaluation> {
  const questions = pick((await readCodeSet()).questions);
  const folder = await mkdtemp(path.join(tmpdir(), 'zoey-eval-'));
  try {
    const root = path.join(folder, 'workspace');
    const installed = path.join(await installPackages(__dirname, 'eval'), 'node_modules');
    for (const source of SOURCES) {
      await cp(path.join(installed, source), path.join(root, source), { recursive: true });
    }
    const windows = byWindows(await readAll(root));
    const file = path.join(folder, 'index.sqlite');
    const ways = new Map<string, Way>([['minisearch, 40 lines', async (question) => windows(question)]]);
    await build(file, root, embedder);
    const catalog = await Catalog.open(await openWorkspaceIndex({ file, log: silentLog }), silentLog);
    for (const [name, way] of await waysOf(catalog, root, embedder)) ways.set(name, way);
    const outcomes = new Map<string, Outcome[]>();
    for (const [name, ask] of ways) {
      const found: Outcome[] = [];
      for (const question of questions) {
        const places = (await ask(question.question)).slice(0, DEPTH);
        const at = places.findIndex((place) => answers(question, place));
        found.push({ style: `${question.package}, ${question.style}`, rank: at === -1 ? undefined : at + 1 });
      }
      outcomes.set(name, found);
    }
    const others = pick((await readMemorySet()).questions);
    const note = embedder && (await given(productSearch(catalog, root, embedder), questions, others));
    await catalog.close();
    return { outcomes, note };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Indexes the packages, with all vectors. */
async function build(file: string, root: string, embedder: IEmbedder | undefined): Promise<void> {
  const index = testIndex({ file, ...(embedder && { embedder }) });
  await bringUpToDate(index, root);
  if (embedder) {
    const queue = new EmbeddingQueue({
      embedder,
      sources: [index.embeddings],
      idle: async () => {},
      paused: false,
      clock: Date.now,
      log: silentLog,
    });
    queue.start();
    let told = Date.now();
    for await (const { waiting } of queue.progress(never)) {
      if (Date.now() - told < 15_000) continue;
      told = Date.now();
      process.stderr.write(`  ${waiting} pieces of code wait for their vectors\n`);
    }
    await queue.close();
  }
  await index.close();
}

/** What the product's search is made of, each side by itself, and the product's search. */
async function waysOf(
  catalog: Catalog,
  root: string,
  embedder: IEmbedder | undefined,
): Promise<Map<string, Way>> {
  const placesOf = async (ids: readonly number[]): Promise<Place[]> => {
    const chunks = new Map((await catalog.store.chunks(ids)).map((chunk) => [chunk.id, chunk]));
    return ids.flatMap((id) => chunks.get(id) ?? []);
  };
  const ways = new Map<string, Way>();
  ways.set('text alone', async (question) => {
    const hits = catalog.text.search(queryTokens(question), { limit: DEPTH });
    return placesOf(hits.map(({ key }) => Number(key)));
  });
  const stamp = await embedder?.stamp();
  if (!embedder || !stamp) return ways;
  const vectors = await catalog.vectors.open(stamp);
  ways.set('vectors alone', async (question) => {
    const [vector] = await embedder.embed([question], { purpose: 'question' });
    const hits = vector ? vectors.search(vector, { limit: DEPTH }) : [];
    return placesOf(hits.map(({ key }) => Number(key)));
  });
  const fused = productSearch(catalog, root, embedder);
  ways.set('fused', async (text) => (await fused(text)).map(({ chunk }) => chunk));
  return ways;
}

function productSearch(catalog: Catalog, root: string, embedder: IEmbedder) {
  return (text: string) => {
    const query = { roots: [root], text, limit: DEPTH, signal: never };
    return findCandidates(query, { catalog, embedder, onFound: () => {} });
  };
}

/** What of the places that are looked at is given to a model, for questions about this code and about other things. */
async function given(
  search: ReturnType<typeof productSearch>,
  questions: readonly CodeQuestion[],
  others: readonly { question: string }[],
): Promise<string> {
  let answered = 0;
  let kept = 0;
  const count = async (text: string, right: (place: Place) => boolean) => {
    const looked = (await search(text)).slice(0, LOOKED_AT);
    const worth = worthGiving(looked, text);
    if (looked.some(({ chunk }) => right(chunk))) answered += 1;
    if (worth.some(({ chunk }) => right(chunk))) kept += 1;
    return worth.length;
  };
  const mean = async (counts: Promise<number>[]) =>
    ((await Promise.all(counts)).reduce((sum, n) => sum + n, 0) / counts.length).toFixed(1);
  const about = await mean(questions.map((one) => count(one.question, (place) => answers(one, place))));
  const beside = await mean(others.map(({ question }) => count(question, () => false)));
  return (
    `Of ${LOOKED_AT} places a model is given ${about} on average where the question is about this code, and ${beside} ` +
    `where it is about other things; ${kept} of the ${answered} right ones among the ${LOOKED_AT} are given.`
  );
}

async function readAll(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !CODE.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(root, file).replaceAll('\\', '/'), await readFile(file, 'utf8'));
  }
  return files;
}
