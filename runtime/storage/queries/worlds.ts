import type { IdPage } from './page.ts';
import type { QueryBuilder, WorldRow } from './schema.ts';

/** The queries over worlds. */
export const worldQueries = (db: QueryBuilder) => ({
  insert: (row: WorldRow) =>
    db
      .insertInto('worlds')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  byId: (id: string) => db.selectFrom('worlds').selectAll().where('id', '=', id).compile(),

  page: (agentId: string, { after, limit }: IdPage) =>
    db
      .selectFrom('worlds')
      .selectAll()
      .where('agent_id', '=', agentId)
      .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(limit)
      .compile(),

  update: (id: string, change: Partial<WorldRow>) =>
    db.updateTable('worlds').set(change).where('id', '=', id).compile(),

  remove: (id: string) => db.deleteFrom('worlds').where('id', '=', id).compile(),
});
