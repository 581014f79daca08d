import { createHash } from 'node:crypto';
import { tokenize } from '../../runtime/recall/text/tokens.ts';
import type { EmbeddingStamp, IEmbedder } from '../../runtime/types/recall.ts';

const STAMP: EmbeddingStamp = {
  model: 'fake/bag-of-words',
  dims: 64,
  dtype: 'fp32',
  pooling: 'mean',
  sha256: 'fake-1',
};

export interface FakeEmbedderOptions {
  /** What differs from the usual stamp, for tests of another model; `dims` is obeyed. */
  stamp?: Partial<EmbeddingStamp>;
  /** No model at all: the stamp is undefined, and embedding throws what this gives. */
  missing?: () => Error;
  /** Called before each batch; what it throws is thrown, and what it waits for is waited for. */
  before?: (texts: readonly string[], signal: AbortSignal | undefined) => unknown;
}

/**
 * An embedder without a model: each word turns one of the vector's dimensions, so texts are near when they
 * share words. The same text gives the same vector, on any machine. It keeps the batches it was asked for.
 */
export function fakeEmbedder(options: FakeEmbedderOptions = {}): IEmbedder & { asked: string[][] } {
  const stamp = { ...STAMP, ...options.stamp };
  const asked: string[][] = [];
  return {
    asked,
    stamp: async () => (options.missing ? undefined : stamp),
    async embed(texts, { signal }) {
      signal?.throwIfAborted();
      asked.push([...texts]);
      if (options.missing) throw options.missing();
      await options.before?.(texts, signal);
      signal?.throwIfAborted();
      return texts.map((text) => bagOfWords(text, stamp.dims));
    },
    close: async () => {},
  };
}

function bagOfWords(text: string, dims: number): Float32Array {
  const vector = new Float32Array(dims);
  const words = tokenize(text);
  // A text without words still has a direction: a vector of zeros is near to nothing and everything.
  for (const word of words.length > 0 ? words : [`\0${text}`]) {
    const hash = createHash('sha256').update(word).digest();
    const at = hash.readUInt32LE(0) % dims;
    vector[at] = (vector[at] ?? 0) + ((hash[4] ?? 0) % 2 === 0 ? 1 : -1);
  }
  const length = Math.hypot(...vector);
  // Opposite words may cancel each other out.
  if (length === 0) vector[createHash('sha256').update(text).digest().readUInt32LE(0) % dims] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
}
