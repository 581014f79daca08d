import * as z from 'zod';

/** What a vector was made with. Vectors of different stamps are never compared. */
export const EmbeddingStamp = z.object({
  /** "Xenova/all-MiniLM-L6-v2", "ollama:nomic-embed-text". */
  model: z.string().min(1).max(300),
  dims: z.int().min(1).max(8192),
  /** "w8a32" (8-bit weights, all else in 32 bits), "fp32", or the server's own word. */
  dtype: z.string().max(50),
  pooling: z.string().max(50),
  /** SHA-256 of the weights, or the server's digest, in hex. */
  sha256: z.string().max(100),
});
export type EmbeddingStamp = z.infer<typeof EmbeddingStamp>;

/** The model that texts are embedded with, for the person. */
export const EmbeddingStatus = z.object({
  /** As it is chosen: "org/name" or "ollama:NAME". */
  model: z.string(),
  dims: z.int().optional(),
  /** Where it lies; absent where it is nowhere. */
  source: z.enum(['bundled', 'folder', 'downloaded', 'ollama']).optional(),
  /** `ready` loads at the first need, `loaded` is in memory, `missing` is nowhere, `failed` does not work now. */
  state: z.enum(['ready', 'loaded', 'missing', 'failed']),
  /** One sentence. */
  word: z.string(),
});
export type EmbeddingStatus = z.infer<typeof EmbeddingStatus>;

/** How far texts have their vectors. */
export const EmbeddingProgress = z.object({
  /** `no_model`: search is by words. `unreachable`: the model does not answer; it is tried again. */
  state: z.enum(['idle', 'working', 'paused', 'no_model', 'unreachable']),
  waiting: z.int().min(0),
  /** Given up until the text or the model changes. */
  failed: z.int().min(0),
  embedded: z.int().min(0),
  model: z.string().optional(),
  /** Roughly, by what was embedded of late. */
  secondsLeft: z.int().min(0).optional(),
});
export type EmbeddingProgress = z.infer<typeof EmbeddingProgress>;

/** Turns text into vectors of length 1. */
export interface IEmbedder {
  /** What it embeds with; undefined where no model is there, so that search is by words alone. */
  stamp(signal?: AbortSignal): Promise<EmbeddingStamp | undefined>;
  /**
   * One vector a text, in their order. A question goes before what waits. A model reads the start of a text
   * alone, 256 tokens for the bundled one: longer texts are cut by the caller.
   * @throws ZoeyError `embedding_failed`; never a vector of zeros.
   */
  embed(
    texts: readonly string[],
    options: { purpose: 'question' | 'passage'; signal?: AbortSignal },
  ): Promise<Float32Array[]>;
  /** Ends its worker, if any. */
  close(): Promise<void>;
}

/** A text that waits for its vector. */
export interface EmbeddingJob {
  /** The source's own: it names the text at its present state. */
  id: string;
  text: string;
  /** How often it was tried with this model, in vain. */
  attempts: number;
}

/** What keeps texts and their vectors, and remembers across a crash which of them wait. */
export interface EmbeddingSource {
  readonly name: 'memory' | 'workspace';
  /** The most urgent that wait at `now`, without those that failed and are to be tried later. */
  waiting(stamp: EmbeddingStamp, limit: number, now: number): Promise<EmbeddingJob[]>;
  /** What was changed or removed in the meantime is passed over. */
  store(stamp: EmbeddingStamp, vectors: readonly { id: string; vector: Float32Array }[]): Promise<void>;
  /** Counts the attempt; without `retryAt` it is given up until the text or the model changes. */
  failed(ids: readonly string[], retryAt: number | undefined): Promise<void>;
  counts(stamp: EmbeddingStamp): Promise<{ waiting: number; failed: number; embedded: number }>;
}

/** Where a persisted index keeps its parts: blobs under names, written together in one transaction. */
export interface BlobStore {
  list(): Promise<{ name: string; bytes: number }[]>;
  read(names: readonly string[]): Promise<Map<string, Uint8Array>>;
  /** `undefined` removes. */
  write(changes: ReadonlyMap<string, Uint8Array | undefined>): Promise<void>;
}
