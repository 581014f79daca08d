import { live } from './memories.ts';
import { type MemoryConditions, matching } from './memoryConditions.ts';
import type { EmbeddingModelRow, EmbeddingRow, QueryBuilder } from './schema.ts';
import { fixed } from './shaped.ts';

/** A vector's place among those of a model, by the ids of their memories. */
interface VectorPage {
  modelId: string;
  after: string;
  limit: number;
}

/** Vectors of a model that are of the present text of their memories. */
const present = (db: QueryBuilder) =>
  db
    .selectFrom('embeddings')
    .innerJoin('memories', 'memories.id', 'embeddings.memory_id')
    .whereRef('embeddings.content_hash', '=', 'memories.content_hash');

/** The queries over vectors and the models that made them. */
export const embeddingQueries = (db: QueryBuilder) => ({
  addModel: (row: EmbeddingModelRow) =>
    db
      .insertInto('embedding_models')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  models: () => db.selectFrom('embedding_models').select('id').compile(),

  put: (row: EmbeddingRow) =>
    db
      .insertInto('embeddings')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('memory_id').doUpdateSet((eb) => ({
          model_id: eb.ref('excluded.model_id'),
          content_hash: eb.ref('excluded.content_hash'),
          vector: eb.ref('excluded.vector'),
        })),
      )
      .compile(),

  /** Where a text changed: a vector of what it said before goes. */
  removeOther: fixed((memoryId: string, contentHash: string) =>
    db
      .deleteFrom('embeddings')
      .where('memory_id', '=', memoryId)
      .where('content_hash', '<>', contentHash)
      .compile(),
  ),

  countEmbedded: (modelId: string) =>
    db
      .selectFrom('embeddings')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('model_id', '=', modelId)
      .compile(),

  page: ({ modelId, after, limit }: VectorPage) =>
    present(db)
      .select(['embeddings.memory_id', 'embeddings.content_hash', 'embeddings.vector'])
      .where('embeddings.model_id', '=', modelId)
      .where('embeddings.memory_id', '>', after)
      .orderBy('embeddings.memory_id')
      .limit(limit)
      .compile(),

  byIds: (modelId: string, ids: readonly string[]) =>
    present(db)
      .select(['embeddings.memory_id', 'embeddings.content_hash', 'embeddings.vector'])
      .where('embeddings.memory_id', 'in', ids)
      .where('embeddings.model_id', '=', modelId)
      .compile(),

  /** As `page`, of live memories that match. */
  matchingPage: ({ modelId, after, limit }: VectorPage, filter: MemoryConditions) =>
    live(db)
      .innerJoin('embeddings', 'embeddings.memory_id', 'memories.id')
      .whereRef('embeddings.content_hash', '=', 'memories.content_hash')
      .where(matching(filter))
      .where('embeddings.model_id', '=', modelId)
      .where('embeddings.memory_id', '>', after)
      .select(['embeddings.memory_id', 'embeddings.content_hash', 'embeddings.vector'])
      .orderBy('embeddings.memory_id')
      .limit(limit)
      .compile(),
});
