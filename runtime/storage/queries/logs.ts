import type { TimePage } from './page.ts';
import type { LogRow, QueryBuilder } from './schema.ts';

interface LogPage extends TimePage {
  agentId: string;
  type?: string | undefined;
  entityId?: string | undefined;
  roomId?: string | undefined;
}

/** The queries over logs. */
export const logQueries = (db: QueryBuilder) => ({
  insert: (row: LogRow) =>
    db
      .insertInto('logs')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  page: ({ agentId, type, entityId, roomId, after, limit }: LogPage) =>
    db
      .selectFrom('logs')
      .selectAll()
      .where('agent_id', '=', agentId)
      .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
      .$if(entityId !== undefined, (query) => query.where('entity_id', '=', entityId ?? ''))
      .$if(roomId !== undefined, (query) => query.where('room_id', '=', roomId ?? ''))
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after?.createdAt ?? 0, after?.id ?? '')),
        ),
      )
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .compile(),

  remove: (ids: string[]) => db.deleteFrom('logs').where('id', 'in', ids).compile(),

  /** Removes all but the newest `keep` of an agent. */
  trim: (agentId: string, keep: number) =>
    db
      .deleteFrom('logs')
      .where('agent_id', '=', agentId)
      .where((eb) =>
        eb(
          eb.refTuple('created_at', 'id'),
          '<=',
          eb
            .selectFrom('logs')
            .select(['created_at', 'id'])
            .where('agent_id', '=', agentId)
            .orderBy('created_at', 'desc')
            .orderBy('id', 'desc')
            .limit(1)
            .offset(keep)
            .$asTuple('created_at', 'id'),
        ),
      )
      .compile(),
});
