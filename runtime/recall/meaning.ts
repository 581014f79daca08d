import type { IDatabaseAdapter } from '../types/database.ts';
import type { MemoryFilter } from '../types/memoryFilter.ts';
import type { Uuid } from '../types/primitives.ts';
import type { EmbeddingStamp } from '../types/recall.ts';
import type { MemoryIndex } from './memoryIndex.ts';
import { dot } from './vectors/dot.ts';

/** A question as a vector. */
export interface Asked {
  stamp: EmbeddingStamp;
  vector: Float32Array;
}

export interface MeaningQuery {
  asked: Asked;
  limit: number;
  /** What words found: how near those are is told as well. */
  also: readonly Uuid[];
  filter: MemoryFilter;
  accept: ((id: Uuid) => boolean) | undefined;
}

/** The nearest of the memories of an index, and those that were named, by cosine. */
export type NearestInMeaning = (index: MemoryIndex, query: MeaningQuery) => Promise<Map<Uuid, number>>;

/** By the index of vectors in this process. */
export const byIndex: NearestInMeaning = async (index, { asked, limit, also, accept }) => {
  const vectors = await index.vectors(asked.stamp);
  const hits = vectors.search(asked.vector, { limit, ...(accept && { accept }) });
  const near = new Map(hits.map(({ key, similarity }) => [key, similarity]));
  for (const id of also) {
    const similarity = vectors.similarity(id, asked.vector);
    if (similarity !== undefined) near.set(id, similarity);
  }
  return near;
};

/** By the database: other processes write to it too, and it may have an index of its own. */
export function byDatabase(database: IDatabaseAdapter): NearestInMeaning {
  return async (_index, { asked: { stamp, vector }, limit, also, filter }) => {
    const hits = await database.searchEmbeddings({ stamp, vector, filter, limit });
    const near = new Map(hits.map(({ id, similarity }) => [id, similarity]));
    const missing = also.filter((id) => !near.has(id));
    for (const row of await database.getEmbeddingsByIds(stamp, missing))
      near.set(row.id, dot(vector, row.vector));
    return near;
  };
}
