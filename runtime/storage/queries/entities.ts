import type { IdPage } from './page.ts';
import type { EntityNameRow, EntityRow, QueryBuilder } from './schema.ts';

/** The queries over entities and their names. */
export const entityQueries = (db: QueryBuilder) => ({
  insert: (row: EntityRow) =>
    db
      .insertInto('entities')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  byId: (id: string) => db.selectFrom('entities').selectAll().where('id', '=', id).compile(),

  byIds: (ids: string[]) => db.selectFrom('entities').selectAll().where('id', 'in', ids).compile(),

  ofRoom: (roomId: string, { after, limit }: IdPage) =>
    db
      .selectFrom('participants')
      .innerJoin('entities', 'entities.id', 'participants.entity_id')
      .selectAll('entities')
      .where('participants.room_id', '=', roomId)
      .$if(after !== undefined, (query) => query.where('participants.entity_id', '>', after ?? ''))
      .orderBy('participants.entity_id')
      .limit(limit)
      .compile(),

  /** `names` are folded. */
  byNames: (agentId: string, names: string[], { after, limit }: IdPage) =>
    db
      .selectFrom('entities')
      .selectAll()
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('entity_names')
          .select('entity_id')
          .where('entity_names.agent_id', '=', agentId)
          .where('name', 'in', names),
      )
      .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(limit)
      .compile(),

  update: (id: string, change: Partial<EntityRow>) =>
    db.updateTable('entities').set(change).where('id', '=', id).compile(),

  remove: (id: string) => db.deleteFrom('entities').where('id', '=', id).compile(),

  insertName: (row: EntityNameRow) =>
    db
      .insertInto('entity_names')
      .values(row)
      .onConflict((conflict) => conflict.columns(['agent_id', 'name', 'entity_id']).doNothing())
      .compile(),

  removeNames: (entityId: string) =>
    db.deleteFrom('entity_names').where('entity_id', '=', entityId).compile(),
});
