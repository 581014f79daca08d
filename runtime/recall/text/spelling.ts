import type { TextBuffer } from './buffer.ts';
import type { TextSegment } from './segment.ts';

/** From this many letters on a word may have one wrong, and from `TWO_WRONG` on two. */
const ONE_WRONG = 4;
const TWO_WRONG = 8;
/** So many spellings stand for one word. */
const MOST = 3;

/** Only words of plain letters: in a number every digit tells. */
const PLAIN = /^[a-z]+$/;
const LETTER_A = 97;
/** In place of a set: the word has something else than plain letters. */
const NOT_PLAIN = 0xffffffff;

/**
 * The nearest spellings of a word that no document has: those with the fewest letters changed, left out,
 * added or swapped, in alphabetical order.
 * @param isThere Whether a document has the word: segments also list words of removed ones.
 */
export function spellings(
  parts: { buffer: TextBuffer; segments: readonly TextSegment[] },
  word: string,
  isThere: (word: string) => boolean,
): string[] {
  if (word.length < ONE_WRONG || !PLAIN.test(word)) return [];
  const most = word.length < TWO_WRONG ? 1 : 2;
  const found = new Map<string, number>();
  const consider = (term: string) => {
    if (found.has(term)) return;
    const distance = editDistance(word, term);
    if (distance <= most && isThere(term)) found.set(term, distance);
  };
  for (const segment of parts.segments) {
    for (const term of similarTerms(segment, word, most)) consider(term);
  }
  for (const term of parts.buffer.words()) {
    if (Math.abs(term.length - word.length) <= most && PLAIN.test(term)) consider(term);
  }
  const nearest = Math.min(...found.values());
  return [...found]
    .filter(([, distance]) => distance === nearest)
    .map(([term]) => term)
    .sort()
    .slice(0, MOST);
}

/** Each change of a letter alters the set of letters by two at most: most words are ruled out by that alone. */
function* similarTerms(segment: TextSegment, word: string, most: number): Generator<string> {
  const sets = letterSetsOf(segment);
  const wanted = letterSet(Buffer.from(word));
  for (let term = 0; term < segment.terms; term++) {
    const set = sets[term] ?? NOT_PLAIN;
    if (set === NOT_PLAIN || bitsIn(set ^ wanted) > 2 * most) continue;
    if (Math.abs(segment.termLength(term) - word.length) > most) continue;
    yield Buffer.from(segment.termBytes(term)).toString('latin1');
  }
}

/** Made when a segment is first asked; segments do not change. */
const letterSets = new WeakMap<TextSegment, Uint32Array>();

function letterSetsOf(segment: TextSegment): Uint32Array {
  const known = letterSets.get(segment);
  if (known) return known;
  const sets = Uint32Array.from({ length: segment.terms }, (_, term) => letterSet(segment.termBytes(term)));
  letterSets.set(segment, sets);
  return sets;
}

function letterSet(word: Uint8Array): number {
  let set = 0;
  for (const byte of word) {
    const letter = byte - LETTER_A;
    if (letter < 0 || letter > 25) return NOT_PLAIN;
    set |= 1 << letter;
  }
  return set;
}

function bitsIn(word: number): number {
  let rest = word;
  let bits = 0;
  for (; rest !== 0; bits++) rest &= rest - 1;
  return bits;
}

/** How many letters must be changed, left out, added or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
