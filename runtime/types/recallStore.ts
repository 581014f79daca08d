import type { MemoryFilter } from './memoryFilter.ts';
import type { Uuid } from './primitives.ts';
import type { BlobStore, EmbeddingJob, EmbeddingStamp } from './recall.ts';

/** A memory at its present state. The version changes with the text. */
export interface MemoryVersion {
  id: Uuid;
  version: string;
}

export interface VectorQuery {
  /** Vectors of another stamp are never compared. */
  stamp: EmbeddingStamp;
  /** Of length 1. */
  vector: Float32Array;
  filter: MemoryFilter;
  limit: number;
  /** The least similarity; -1 otherwise. */
  threshold?: number;
  signal?: AbortSignal;
}

/**
 * What recall asks of a database. That a memory waits for its vector is stored with the memory, so neither is
 * there without the other. Vectors go with their memories.
 */
export interface IRecallStore {
  /**
   * Memories without a vector of this stamp for their present text, the most urgent first: what the person just
   * said, what was told, the rest; within each the newest. Without those that are to be tried later or given up.
   */
  getEmbeddingJobs(query: { stamp: EmbeddingStamp; limit: number; now: number }): Promise<EmbeddingJob[]>;
  /** One transaction. Whatever was changed or removed since its job was given out is passed over. */
  storeEmbeddings(
    stamp: EmbeddingStamp,
    vectors: readonly { id: string; vector: Float32Array }[],
  ): Promise<void>;
  /** Counts an attempt; without `retryAt` it is given up until the text or the model changes. */
  failEmbeddings(stamp: EmbeddingStamp, ids: readonly string[], retryAt: number | undefined): Promise<void>;
  /** `failed` are those that were given up; they are not among those that wait. */
  countEmbeddings(stamp: EmbeddingStamp): Promise<{ waiting: number; failed: number; embedded: number }>;
  /** The vectors of a stamp by the ids of their memories, from the first id after `after` on. */
  getEmbeddings(query: {
    stamp: EmbeddingStamp;
    after?: Uuid;
    limit: number;
  }): Promise<(MemoryVersion & { vector: Float32Array })[]>;
  /** Those of the given ids that have a vector of this stamp for their present text. */
  getEmbeddingsByIds(
    stamp: EmbeddingStamp,
    ids: readonly Uuid[],
  ): Promise<(MemoryVersion & { vector: Float32Array })[]>;
  /** The nearest by cosine, the nearest first. Exact; it does not hold the loop for long. */
  searchEmbeddings(query: VectorQuery): Promise<{ id: Uuid; similarity: number }[]>;
  /** Ids and versions of what the filter finds, newest first, to compare an index with; `next` as of any page. */
  getMemoryVersions(
    query: MemoryFilter & { limit: number; cursor?: string },
  ): Promise<{ items: MemoryVersion[]; next?: string }>;
  /** Where an index of memories keeps its parts: only names that begin with `prefix` are seen. */
  blobs(prefix: string): BlobStore;
}
