import type { TimePage } from './page.ts';
import type { LogRow, QueryBuilder } from './schema.ts';
import { trim } from './trim.ts';

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
    trim(db, { table: 'logs', by: ['created_at', 'id'], keep, agentId }),
});
