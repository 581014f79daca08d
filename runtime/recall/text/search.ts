import { Best } from '../best.ts';
import { toBytes } from '../keys.ts';
import { inverseFrequency, wordScore } from './bm25.ts';
import type { TextBuffer } from './buffer.ts';
import { MAX_SEGMENT_DOCUMENTS, type Postings, type TextSegment } from './segment.ts';
import { spellings } from './spelling.ts';

export interface TextHit {
  key: string;
  /** BM25: comparable within one search only. */
  score: number;
  /**
   * Above 0, below 1: how much of the question it has, rare words counting more; nearly 1 where it has every word
   * as often as its length lets expect. A word that no document has counts as the rarest.
   */
  share: number;
}

export interface TextSearchOptions {
  /** How many are wanted at most. */
  limit: number;
  /** Asked before a document takes a place. */
  accept?: (key: string) => boolean;
  /** Whether a word that no document has stands for its nearest spellings. Default true. */
  typos?: boolean;
}

/** Where documents are: segments, and the buffer of the newest. */
export interface TextParts {
  buffer: TextBuffer;
  segments: readonly TextSegment[];
}

/** How much a guessed spelling counts beside a word that stands there. */
const GUESSED = 0.6;

/** One part with the postings of each word of the question, in their order. */
interface Searched {
  part: { dead: ArrayLike<number>; lengths: ArrayLike<number>; keyOf(document: number): string };
  postings: (Postings | undefined)[];
}

/** The documents that have a word of the question, best first, equals by key. */
export function searchText(
  parts: TextParts,
  words: readonly string[],
  options: TextSearchOptions,
): TextHit[] {
  const { documents, tokens } = totals(parts);
  if (documents === 0) return [];
  const distinct = [...new Set(words)];
  const guessed = options.typos === false ? [] : guess(parts, distinct);
  const searched = lookUp(parts, [...distinct, ...guessed]);
  const having = [...distinct, ...guessed].map((_, word) =>
    searched.reduce((sum, { part, postings }) => sum + living(part.dead, postings[word]), 0),
  );
  const weights = having.map(
    (count, word) => inverseFrequency(documents, count) * (word < distinct.length ? 1 : GUESSED),
  );
  const best = new Best(options.limit);
  const average = tokens / documents || 1;
  for (const one of searched) rankPart(one, { weights, average, best, accept: options.accept });
  const possible = weights.slice(0, distinct.length).reduce((sum, weight) => sum + weight, 0);
  return best.list().map(({ key, score }) => ({ key, score, share: shareOf(score / possible) }));
}

/** What of a share is kept for those that have all: a word that stands often gives more than its weight. */
const BEYOND = 0.001;

/** From 0 to 1, more for more: among those that have all that is expected, the best stays the best. */
function shareOf(ratio: number): number {
  return (1 - BEYOND) * Math.min(1, ratio) + (BEYOND * ratio) / (1 + ratio);
}

export function totals({ buffer, segments }: TextParts): { documents: number; tokens: number } {
  return segments.reduce(
    ({ documents, tokens }, one) => ({ documents: documents + one.size, tokens: tokens + one.tokens }),
    { documents: buffer.size, tokens: buffer.tokens },
  );
}

/** The nearest spellings of the words that no document has. */
function guess(parts: TextParts, words: readonly string[]): string[] {
  const missing = words.filter((word) => !isThere(parts, word));
  const guessed = new Set(missing.flatMap((word) => spellings(parts, word, (term) => isThere(parts, term))));
  return [...guessed].filter((spelling) => !words.includes(spelling));
}

function isThere(parts: TextParts, word: string): boolean {
  return lookUp(parts, [word]).some(({ part, postings }) => living(part.dead, postings[0]) > 0);
}

function lookUp({ buffer, segments }: TextParts, words: readonly string[]): Searched[] {
  const bytes = words.map(toBytes);
  const inSegments = segments.map((part) => ({
    part,
    postings: bytes.map((word) => {
      const term = part.termOf(word);
      return term === -1 ? undefined : part.postingsOf(term);
    }),
  }));
  return [...inSegments, { part: buffer, postings: words.map((word) => buffer.postingsOf(word)) }];
}

function living(dead: ArrayLike<number>, postings: Postings | undefined): number {
  if (!postings) return 0;
  let count = 0;
  for (let at = postings.from; at < postings.to; at++) {
    if (dead[postings.documents[at] ?? 0] === 0) count++;
  }
  return count;
}

/** What each document has so far, and which have anything: used anew for each part, all zero in between. */
const scores = new Float64Array(MAX_SEGMENT_DOCUMENTS);
const touched = new Uint16Array(MAX_SEGMENT_DOCUMENTS);

function rankPart(
  { part, postings }: Searched,
  search: { weights: readonly number[]; average: number; best: Best; accept: TextSearchOptions['accept'] },
): void {
  const { weights, average, best, accept } = search;
  let count = 0;
  postings.forEach((list, word) => {
    const weight = weights[word] ?? 0;
    if (list) count = addScores({ part, list, weight, average }, count);
  });
  try {
    for (const document of touched.subarray(0, count)) {
      const score = scores[document] ?? 0;
      if (!best.admits(score)) continue;
      const key = part.keyOf(document);
      if (!accept || accept(key)) best.offer(key, score);
    }
  } finally {
    for (const document of touched.subarray(0, count)) scores[document] = 0;
  }
}

/** Adds one word to the scores; returns how many documents are touched now. */
function addScores(
  word: { part: Searched['part']; list: Postings; weight: number; average: number },
  touchedBefore: number,
): number {
  const { weight, average } = word;
  const { dead, lengths } = word.part;
  const { documents, counts, from, to } = word.list;
  let count = touchedBefore;
  for (let at = from; at < to; at++) {
    const document = documents[at] ?? 0;
    if (dead[document] !== 0) continue;
    const before = scores[document] ?? 0;
    if (before === 0) touched[count++] = document;
    scores[document] = before + wordScore(weight, counts[at] ?? 0, (lengths[document] ?? 0) / average);
  }
  return count;
}
