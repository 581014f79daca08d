import { live } from './memories.ts';
import type { EmbeddingFailureRow, QueryBuilder } from './schema.ts';

interface JobQuery {
  modelId: string;
  now: number;
  limit: number;
}

/** Joined with how the model failed at the present text: no failure, or one whose time to try again has come. */
const toBeTried = (db: QueryBuilder, { modelId, now }: JobQuery) =>
  live(db)
    .leftJoin('embedding_failures as failure', (join) =>
      join
        .onRef('failure.memory_id', '=', 'memories.id')
        .onRef('failure.content_hash', '=', 'memories.content_hash')
        .on('failure.model_id', '=', modelId),
    )
    .where((eb) => eb.or([eb('failure.memory_id', 'is', null), eb('failure.retry_at', '<=', now)]))
    .select(['memories.id', 'memories.text', 'memories.content_hash', 'failure.attempts']);

/** The queries over what waits for a vector. */
export const waitingQueries = (db: QueryBuilder) => ({
  next: (query: JobQuery) =>
    toBeTried(db, query)
      .where('memories.waiting', 'is not', null)
      .orderBy('memories.waiting', 'desc')
      .orderBy('memories.created_at', 'desc')
      .orderBy('memories.id', 'desc')
      .limit(query.limit)
      .compile(),

  /** Those that have a vector of other models only. */
  outdated: (query: JobQuery, modelIds: readonly string[]) =>
    toBeTried(db, query)
      .innerJoin('embeddings', 'embeddings.memory_id', 'memories.id')
      .where('embeddings.model_id', 'in', modelIds)
      .where('memories.waiting', 'is', null)
      .limit(query.limit)
      .compile(),

  versions: (ids: readonly string[]) =>
    db.selectFrom('memories').select(['id', 'content_hash']).where('id', 'in', ids).compile(),

  settle: (ids: readonly string[]) =>
    db.updateTable('memories').set({ waiting: null }).where('id', 'in', ids).compile(),

  setHash: (id: string, contentHash: string) =>
    db.updateTable('memories').set({ content_hash: contentHash }).where('id', '=', id).compile(),

  count: () =>
    db
      .selectFrom('memories')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('waiting', 'is not', null)
      .compile(),

  countOutdated: (modelIds: readonly string[]) =>
    db
      .selectFrom('embeddings')
      .innerJoin('memories', 'memories.id', 'embeddings.memory_id')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('embeddings.model_id', 'in', modelIds)
      .where('memories.waiting', 'is', null)
      .compile(),
});

/** The queries over texts at which a model failed. */
export const failureQueries = (db: QueryBuilder) => ({
  remove: (ids: readonly string[]) =>
    db.deleteFrom('embedding_failures').where('memory_id', 'in', ids).compile(),

  add: (row: EmbeddingFailureRow) =>
    db
      .insertInto('embedding_failures')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('memory_id').doUpdateSet((eb) => ({
          attempts: eb
            .case()
            .when(
              eb.and([
                eb('embedding_failures.model_id', '=', eb.ref('excluded.model_id')),
                eb('embedding_failures.content_hash', '=', eb.ref('excluded.content_hash')),
              ]),
            )
            .then(eb('embedding_failures.attempts', '+', eb.ref('excluded.attempts')))
            .else(eb.ref('excluded.attempts'))
            .end(),
          model_id: eb.ref('excluded.model_id'),
          content_hash: eb.ref('excluded.content_hash'),
          retry_at: eb.ref('excluded.retry_at'),
        })),
      )
      .compile(),

  countGivenUp: (modelId: string) =>
    db
      .selectFrom('embedding_failures')
      .innerJoin('memories', (join) =>
        join
          .onRef('memories.id', '=', 'embedding_failures.memory_id')
          .onRef('memories.content_hash', '=', 'embedding_failures.content_hash'),
      )
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('embedding_failures.model_id', '=', modelId)
      .where('embedding_failures.retry_at', 'is', null)
      .compile(),
});
