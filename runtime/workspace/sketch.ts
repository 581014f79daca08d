/**
 * What is kept of a file between questions: which words it has and how often, as hashes. Some hundred
 * times smaller than an index of places, and enough to tell which few files are worth reading.
 */
export interface Sketch {
  /** Hashes of the distinct words, ascending. */
  words: Uint32Array;
  /** How often each occurs, at most 255. */
  counts: Uint8Array;
}

export const EMPTY_SKETCH: Sketch = { words: new Uint32Array(0), counts: new Uint8Array(0) };

/** FNV-1a over UTF-16 code units. Two words of one hash only make a file be read in vain. */
export function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) {
    hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Makes a sketch of words that come in parts. */
export class SketchBuilder {
  readonly #counts = new Map<number, number>();

  add(tokens: readonly string[]): void {
    for (const token of tokens) {
      const hash = hashWord(token);
      this.#counts.set(hash, (this.#counts.get(hash) ?? 0) + 1);
    }
  }

  build(): Sketch {
    const words = Uint32Array.from(this.#counts.keys()).sort();
    const counts = Uint8Array.from(words, (word) => Math.min(255, this.#counts.get(word) ?? 0));
    return { words, counts };
  }
}

/** How often the word of a hash occurs. */
export function countIn({ words, counts }: Sketch, hash: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return words[low] === hash ? (counts[low] ?? 0) : 0;
}

/** Bytes of memory, about. */
export function sketchBytes(sketch: Sketch): number {
  return sketch.words.byteLength + sketch.counts.byteLength + 400;
}
