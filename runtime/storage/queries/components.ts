import type { ComponentRow, QueryBuilder } from './schema.ts';

interface ComponentFilter {
  entityId: string;
  type?: string | undefined;
  worldId?: string | undefined;
  sourceEntityId?: string | undefined;
  limit: number;
}

/** The queries over components. */
export const componentQueries = (db: QueryBuilder) => ({
  insert: (row: ComponentRow) =>
    db
      .insertInto('components')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  latest: ({ entityId, type, worldId, sourceEntityId, limit }: ComponentFilter) =>
    db
      .selectFrom('components')
      .selectAll()
      .where('entity_id', '=', entityId)
      .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
      .$if(worldId !== undefined, (query) => query.where('world_id', '=', worldId ?? ''))
      .$if(sourceEntityId !== undefined, (query) =>
        query.where('source_entity_id', '=', sourceEntityId ?? ''),
      )
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .compile(),

  /** Of several entities, the latest of each first. The order of the entities is that of the index. */
  ofEntities: (entityIds: string[]) =>
    db
      .selectFrom('components')
      .selectAll()
      .where('entity_id', 'in', entityIds)
      .orderBy('entity_id', 'desc')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .compile(),

  replace: ({ id, ...row }: ComponentRow) =>
    db.updateTable('components').set(row).where('id', '=', id).compile(),

  remove: (id: string) => db.deleteFrom('components').where('id', '=', id).compile(),
});
