import { fuseCode } from '../../recall/fusion.ts';
import type { TextHit } from '../../recall/text/search.ts';
import { queryTokens } from '../../recall/text/tokens.ts';
import type { IEmbedder } from '../../types/recall.ts';
import type { StoredChunk } from '../../types/workspaceIndex.ts';
import type { Catalog } from './catalog.ts';

/** Distinct words of a question that are looked for: someone may paste a whole log. */
const MAX_WORDS = 100;
/** Characters of a question that a model of 256 tokens reads. */
const MAX_QUESTION = 1_200;
/** What either side is asked for: more than is given out, since some will turn out to be stale. */
const CANDIDATES = 60;
const NOTHING: ReadonlyMap<string, number> = new Map();
/** How long the question's vector is waited for, in ms; without it, words alone decide. */
const MEANING_MS = 2_000;

export interface IndexQuery {
  roots: readonly string[];
  text: string;
  limit: number;
  /** Glob over paths relative to the folder: `*` and `?` stand for slashes too. */
  path?: string;
  /** As editors name them. */
  languages?: readonly string[];
  signal: AbortSignal;
}

export interface Candidate {
  chunk: StoredChunk;
  score: number;
}

export interface CandidateParts {
  catalog: Catalog;
  embedder: IEmbedder | undefined;
  /** What words find is to be embedded first. */
  onFound(ids: readonly number[]): void;
}

/** The chunks that speak of what is asked, best first: by words and by meaning. */
export async function findCandidates(query: IndexQuery, parts: CandidateParts): Promise<Candidate[]> {
  const { catalog } = parts;
  const limit = Math.max(CANDIDATES, query.limit * 4);
  const accept = await filterOf(query, catalog);
  const options = { limit, ...(accept && { accept }) };
  const asked = queryTokens(query.text).slice(0, MAX_WORDS);
  const words: TextHit[] = asked.length > 0 ? catalog.text.search(asked, options) : [];
  parts.onFound(words.map(({ key }) => Number(key)));
  const also = words.map(({ key }) => key);
  const meaning = await findByMeaning(query, parts, { ...options, also });
  const fused = fuseCode({ words, meaning, limit });
  const chunks = await catalog.store.chunks(fused.map(({ key }) => Number(key)));
  const byId = new Map(chunks.map((chunk) => [String(chunk.id), chunk]));
  const candidates = fused.flatMap(({ key, score }) => {
    const chunk = byId.get(key);
    return chunk ? [{ chunk, score }] : [];
  });
  return byPlaceWhereEqual(candidates);
}

/** Equals in the order of their places: ids tell when a file was read, and should decide nothing. */
function byPlaceWhereEqual(candidates: readonly Candidate[]): Candidate[] {
  const sorted: Candidate[] = [];
  for (let at = 0; at < candidates.length; ) {
    const score = candidates[at]?.score;
    const end = candidates.findIndex((candidate, i) => i > at && candidate.score !== score);
    const equals = candidates.slice(at, end === -1 ? candidates.length : end);
    sorted.push(...equals.sort((a, b) => comparePlaces(a.chunk, b.chunk)));
    at += equals.length;
  }
  return sorted;
}

function comparePlaces(a: StoredChunk, b: StoredChunk): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.startLine - b.startLine;
}

/** Undefined where all that there is counts. */
async function filterOf(
  { roots, path, languages }: IndexQuery,
  { store }: Catalog,
): Promise<((key: string) => boolean) | undefined> {
  const all = await store.counts();
  const ours = await store.counts(roots);
  if (path === undefined && languages === undefined && all.chunks === ours.chunks) return undefined;
  const filter = { roots, ...(path !== undefined && { path }), ...(languages && { languages }) };
  const ids = new Set(await store.find(filter));
  return (key) => ids.has(Number(key));
}

/** Cosines of the nearest, and of those that words found as well. */
async function findByMeaning(
  { text, signal }: IndexQuery,
  { catalog, embedder }: CandidateParts,
  { also, ...options }: { limit: number; accept?: (key: string) => boolean; also: readonly string[] },
): Promise<ReadonlyMap<string, number>> {
  if (!embedder) return NOTHING;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(MEANING_MS)]);
  try {
    const stamp = await embedder.stamp(inTime);
    if (!stamp) return NOTHING;
    const opening = catalog.vectors.open(stamp);
    opening.catch(() => {}); // it is awaited below
    const { embedded } = await catalog.store.counts();
    if (embedded === 0 && (await opening).size === 0) return NOTHING;
    // A model that has to be loaded takes longer than vectors that have to be read.
    const question = text.slice(0, MAX_QUESTION);
    const embedding = embedder.embed([question], { purpose: 'question', signal: inTime });
    const [index, [vector]] = await Promise.all([opening, embedding]);
    if (!vector || index.size === 0) return NOTHING;
    const near = new Map(index.search(vector, options).map(({ key, similarity }) => [key, similarity]));
    for (const key of also) {
      const similarity = near.get(key) ?? index.similarity(key, vector);
      if (similarity !== undefined) near.set(key, similarity);
    }
    return near;
  } catch (error) {
    if (signal.aborted) throw error;
    return NOTHING;
  }
}
