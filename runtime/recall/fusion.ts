import type { TextHit } from './text/search.ts';
import type { Updates } from './updates.ts';

/** One of what was found, and how its score came about. */
export interface Fused {
  key: string;
  /** Comparable within one result only. */
  score: number;
  /** The parts of the score, as they were added. */
  why: {
    meaning?: number;
    words?: number;
    exact?: number;
    recency?: number;
    importance?: number;
    update?: number;
  };
}

/** What either side ranks first is among so many. */
const KEPT = 6;
const DAY_MS = 86_400_000;

/** Beside a cosine, of the square of the share: a word in common tells little, most words in common tell much. */
const WORDS = 0.15;
/** For a name that is asked for, in full; as the words, by the share of the question that goes with it. */
const EXACT = 0.15;
/** New and important ones go before equals, and no further: the cosines of neighbours differ by .01 or so. */
const RECENCY = 0.005;
const IMPORTANCE = 0.02;
const FADES_DAYS = 14;
/** What tells of a change goes before what it changed where it is behind by no more than this. */
const UPDATE = 0.2;
/** Enough to go before it. */
const AHEAD = 1e-6;

export interface MemoryCandidates {
  /** Cosine by key; empty where nothing embeds. What only words found has its `similarity` added, if it has a vector. */
  meaning: ReadonlyMap<string, number>;
  /** What the whole question finds by words. */
  words: readonly TextHit[];
  /** What `exactWords` of the question find alone, without typos. */
  exact: readonly TextHit[];
  /** Undefined: neither counts. Importance is from 0 to 1. */
  about?: (key: string) => { createdAt: number; importance: number } | undefined;
  /** What each of these may have made untrue. */
  updates?: Updates | undefined;
  /** In ms since 1970, as `createdAt`. */
  now: number;
  limit: number;
}

/**
 * Memories, best first, equals by key: by meaning; words break ties and rescue identifiers and names. What
 * has no vector yet is taken to be as near as its words let expect.
 */
export function fuseMemories(candidates: MemoryCandidates): Fused[] {
  const { meaning, about, now, updates } = candidates;
  const words = shares(candidates.words);
  const exact = shares(candidates.exact);
  const expected = expectMeaning(meaning, WORDS);
  const ranked = [...new Set([...meaning.keys(), ...words.keys(), ...exact.keys()])].map((key) => {
    const cosine = meaning.get(key);
    const share = words.get(key) ?? 0;
    const facts = about?.(key);
    const days = facts && Math.max(0, now - facts.createdAt) / DAY_MS;
    return withScore(key, {
      meaning: cosine,
      words: cosine === undefined ? expected(share) : WORDS * share ** 2,
      exact: EXACT * (exact.get(key) ?? 0) * share ** 2,
      recency: days === undefined ? undefined : RECENCY * Math.exp(-days / FADES_DAYS),
      importance: facts && IMPORTANCE * facts.importance,
    });
  });
  const firsts = [mostSimilar(meaning), candidates.words[0]?.key];
  const current = updates ? raiseUpdates(ranked, updates) : ranked;
  return keepFirsts(current.sort(byScore), firsts).slice(0, candidates.limit);
}

/** Gives what tells of a change as much as what it changed, if the two are nearer to each other than to the question. */
function raiseUpdates(ranked: readonly Fused[], updates: Updates): Fused[] {
  const byKey = new Map(ranked.map((one) => [one.key, one]));
  return ranked.map((one) => {
    const behind = (updates.get(one.key) ?? []).flatMap(({ id, similarity }) => {
      const older = byKey.get(id);
      return older && similarity >= (older.why.meaning ?? 0) ? [older.score - one.score] : [];
    });
    const most = Math.max(0, ...behind.filter((by) => by <= UPDATE));
    if (most === 0) return one;
    const update = most + AHEAD;
    return { ...one, score: one.score + update, why: { ...one.why, update } };
  });
}

/** Beside a cosine, of the square of the share: words of code tell more than those of prose. */
const CODE_WORDS = 0.3;

/** Code, best first, equals by key: by meaning and by words. */
export function fuseCode(found: {
  /** Cosine by key. What only words found has its `similarity` added, if it has a vector. */
  meaning: ReadonlyMap<string, number>;
  /** Best first. */
  words: readonly TextHit[];
  limit: number;
}): Fused[] {
  const { meaning } = found;
  const words = shares(found.words);
  const expected = expectMeaning(meaning, CODE_WORDS);
  const ranked = [...new Set([...meaning.keys(), ...words.keys()])].map((key) => {
    const cosine = meaning.get(key);
    const share = words.get(key) ?? 0;
    return withScore(key, {
      meaning: cosine,
      words: cosine === undefined ? expected(share) : CODE_WORDS * share ** 2,
    });
  });
  const firsts = [mostSimilar(meaning), found.words[0]?.key];
  return keepFirsts(ranked.sort(byScore), firsts).slice(0, found.limit);
}

function withScore(key: string, parts: { [part in keyof Fused['why']]: number | undefined }): Fused {
  const why: Fused['why'] = {};
  let score = 0;
  for (const part of ['meaning', 'words', 'exact', 'recency', 'importance'] as const) {
    const value = parts[part];
    if (value === undefined || value === 0) continue;
    why[part] = value;
    score += value;
  }
  return { key, score, why };
}

function byScore(a: Fused, b: Fused): number {
  return b.score - a.score || (a.key < b.key ? -1 : 1);
}

function shares(hits: readonly TextHit[]): Map<string, number> {
  return new Map(hits.map(({ key, share }) => [key, share]));
}

/** What a share of the words stands for, where there is no cosine: between those of the farthest and the nearest. */
function expectMeaning(meaning: ReadonlyMap<string, number>, weight: number): (share: number) => number {
  if (meaning.size === 0) return (share) => share;
  const least = Math.min(...meaning.values());
  const most = Math.max(...meaning.values());
  return (share) => least + (most - least) * share + weight * share ** 2;
}

function mostSimilar(meaning: ReadonlyMap<string, number>): string | undefined {
  let best: { key: string; cosine: number } | undefined;
  for (const [key, cosine] of meaning) {
    if (!best || cosine > best.cosine || (cosine === best.cosine && key < best.key)) best = { key, cosine };
  }
  return best?.key;
}

/** Moves the first of either side up into the top few, past others but not past the best. */
function keepFirsts(ranked: readonly Fused[], firsts: readonly (string | undefined)[]): Fused[] {
  const wanted = new Set([ranked[0]?.key, ...firsts].filter((key) => key !== undefined));
  let others = KEPT - wanted.size;
  const top = new Set(ranked.filter(({ key }) => wanted.has(key) || others-- > 0));
  return [...top, ...ranked.filter((one) => !top.has(one))];
}
