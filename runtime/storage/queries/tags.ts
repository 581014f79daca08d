import type { QueryBuilder } from './schema.ts';

/** The queries over the tags of tasks or relationships. */
export const tagQueries = (db: QueryBuilder, table: 'task_tags' | 'relationship_tags') => ({
  /** Writes the tags of one owner anew. */
  replace: (ownerId: string, tags: readonly string[]) => [
    db.deleteFrom(table).where('owner_id', '=', ownerId).compile(),
    ...tags.map((tag) =>
      db
        .insertInto(table)
        .values({ owner_id: ownerId, tag })
        .onConflict((conflict) => conflict.columns(['owner_id', 'tag']).doNothing())
        .compile(),
    ),
  ],
});
