import type { IdPage } from './page.ts';
import type { AgentRow, QueryBuilder } from './schema.ts';

/** The queries over agents. */
export const agentQueries = (db: QueryBuilder) => ({
  insert: (row: AgentRow) =>
    db
      .insertInto('agents')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  byId: (id: string) => db.selectFrom('agents').selectAll().where('id', '=', id).compile(),

  page: ({ after, limit }: IdPage) =>
    db
      .selectFrom('agents')
      .selectAll()
      .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(limit)
      .compile(),

  update: (id: string, change: Partial<AgentRow>) =>
    db.updateTable('agents').set(change).where('id', '=', id).compile(),

  remove: (id: string) => db.deleteFrom('agents').where('id', '=', id).compile(),

  /** What belongs to an agent, so that nothing is removed before what refers to it; the rest goes by foreign key. */
  removeBelongings: (id: string) => [
    db.deleteFrom('memories').where('agent_id', '=', id).compile(),
    db.deleteFrom('tasks').where('agent_id', '=', id).compile(),
    db.deleteFrom('logs').where('agent_id', '=', id).compile(),
    db.deleteFrom('cache').where('agent_id', '=', id).compile(),
    db.deleteFrom('relationships').where('agent_id', '=', id).compile(),
    db.deleteFrom('components').where('agent_id', '=', id).compile(),
    db.deleteFrom('entities').where('agent_id', '=', id).compile(),
    // Twice, since each has an index of its own.
    db.deleteFrom('rooms').where('agent_id', '=', id).where('deleted_at', 'is', null).compile(),
    db.deleteFrom('rooms').where('agent_id', '=', id).where('deleted_at', 'is not', null).compile(),
    db.deleteFrom('worlds').where('agent_id', '=', id).compile(),
  ],
});
