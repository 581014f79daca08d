import { setImmediate as afterEvents } from 'node:timers/promises';
import { throwIfAborted } from '../../kernel/errors.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { IRecallStore, VectorQuery } from '../../types/recallStore.ts';
import { chunks, whole } from '../check.ts';
import { foldWords } from '../fold.ts';
import { embeddingQueries } from '../queries/embeddings.ts';
import type { EmbeddingRow } from '../queries/schema.ts';
import { modelIdOf, toVector } from '../vectors.ts';
import { all, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

type EmbeddingArea = Pick<IRecallStore, 'getEmbeddings' | 'getEmbeddingsByIds' | 'searchEmbeddings'>;

type FoundVector = Omit<EmbeddingRow, 'model_id'>;

/** How many vectors a search reads before it lets others work: a few milliseconds of them. */
const SEARCHED_AT_ONCE = 500;
/** Vectors of memories. */
export function embeddingArea({ store, queries }: AreaParts): EmbeddingArea {
  const embeddings = embeddingQueries(queries);

  async function search({ stamp, vector, filter, limit, threshold = -1, signal }: VectorQuery) {
    const { words, ...rest } = filter;
    const conditions = { ...rest, words: foldWords(words) };
    const modelId = modelIdOf(stamp);
    const most = whole('limit', limit);
    let best: { id: Uuid; similarity: number }[] = [];
    for (let after = ''; ; ) {
      const page = { modelId, after, limit: SEARCHED_AT_ONCE };
      const rows = await store.read(() => all(embeddings.matchingPage(page, conditions)));
      const near = rows.map((row) => ({ id: row.memory_id, similarity: dot(vector, toVector(row.vector)) }));
      best = [...best, ...near.filter(({ similarity }) => similarity >= threshold)]
        .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
        .slice(0, most);
      const last = rows.at(-1);
      if (last === undefined || rows.length < SEARCHED_AT_ONCE) return best;
      after = last.memory_id;
      await afterEvents();
      if (signal) throwIfAborted(signal);
    }
  }

  return {
    async getEmbeddings({ stamp, after = '', limit }) {
      const page = { modelId: modelIdOf(stamp), after, limit: whole('limit', limit) };
      return (await store.read(() => all(embeddings.page(page)))).map(toVersion);
    },
    async getEmbeddingsByIds(stamp, ids) {
      const rows = await store.read(function* (): Work<FoundVector[]> {
        const found: FoundVector[] = [];
        for (const part of chunks(ids)) found.push(...(yield* all(embeddings.byIds(modelIdOf(stamp), part))));
        return found;
      });
      return rows.map(toVersion);
    },
    searchEmbeddings: search,
  };
}

function toVersion(row: FoundVector) {
  return { id: row.memory_id, version: row.content_hash, vector: toVector(row.vector) };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
