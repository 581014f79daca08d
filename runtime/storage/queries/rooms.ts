import type { ExpressionBuilder } from 'kysely';
import { containing } from './like.ts';
import type { IdPage } from './page.ts';
import type { QueryBuilder, RoomRow, Schema } from './schema.ts';
import { fixed, shaped } from './shaped.ts';

/** Where a page of rooms goes on: after the room with these values. */
export interface RoomPosition {
  pinned: number;
  updatedAt: number;
  id: string;
}

interface RoomPage {
  agentId: string;
  /** Folded. */
  words: readonly string[];
  after?: RoomPosition | undefined;
  limit: number;
}

export type RoomChange = Partial<Omit<RoomRow, 'id' | 'agent_id' | 'created_at' | 'deleted_at'>>;

/** The messages of the room in the query around it. */
const messages = (eb: ExpressionBuilder<Schema, 'rooms'>) =>
  eb
    .selectFrom('memories')
    .whereRef('memories.room_id', '=', 'rooms.id')
    .whereRef('memories.agent_id', '=', 'rooms.agent_id')
    .where('memories.kind', '=', 'message');

const liveRooms = (db: QueryBuilder) => db.selectFrom('rooms').where('rooms.deleted_at', 'is', null);
type LiveRooms = ReturnType<typeof liveRooms>;

/** In a search, rows come with `hit`: the newest message that holds one of the words. */
function roomPage(live: LiveRooms, { agentId, words, after, limit }: RoomPage) {
  const inMessage = words.map((word) => containing('memories.text_folded', word));
  return live
    .selectAll('rooms')
    .$if(words.length > 0, (query) =>
      query.select((eb) =>
        messages(eb)
          .select('memories.text')
          .where((inner) => inner.or(inMessage))
          .orderBy('memories.created_at', 'desc')
          .orderBy('memories.id', 'desc')
          .limit(1)
          .as('hit'),
      ),
    )
    .where('rooms.agent_id', '=', agentId)
    .where((eb) =>
      eb.and(
        words.map((word) =>
          eb.or([
            containing('rooms.title_folded', word),
            eb.exists(messages(eb).select('memories.id').where(containing('memories.text_folded', word))),
          ]),
        ),
      ),
    )
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('rooms.pinned', 'rooms.updated_at', 'rooms.id'),
          '<',
          eb.tuple(after?.pinned ?? 0, after?.updatedAt ?? 0, after?.id ?? ''),
        ),
      ),
    )
    .orderBy('rooms.pinned', 'desc')
    .orderBy('rooms.updated_at', 'desc')
    .orderBy('rooms.id', 'desc')
    .limit(limit);
}

/** The queries over rooms. */
export const roomQueries = (db: QueryBuilder) => {
  const live = liveRooms(db);

  return {
    insert: (row: RoomRow) =>
      db
        .insertInto('rooms')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .compile(),

    byId: fixed((id: string) => live.selectAll('rooms').where('id', '=', id).compile()),

    byIds: (ids: string[]) => live.selectAll('rooms').where('id', 'in', ids).compile(),

    ofWorld: (worldId: string, { after, limit }: IdPage) =>
      live
        .selectAll('rooms')
        .where('world_id', '=', worldId)
        .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
        .orderBy('id')
        .limit(limit)
        .compile(),

    count: () => live.select((eb) => eb.fn.countAll<number>().as('count')).compile(),

    page: (page: RoomPage) => roomPage(live, page).compile(),

    update: shaped(
      (id: string, change: RoomChange) =>
        db.updateTable('rooms').set(change).where('id', '=', id).where('deleted_at', 'is', null).compile(),
      (_, change) => Object.keys(change).join(),
      (id, change) => [...Object.values(change), id],
    ),

    hide: (id: string, at: number) =>
      db
        .updateTable('rooms')
        .set({ deleted_at: at })
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .compile(),

    hideWorld: (worldId: string, at: number) =>
      db
        .updateTable('rooms')
        .set({ deleted_at: at })
        .where('world_id', '=', worldId)
        .where('deleted_at', 'is', null)
        .compile(),

    restore: (id: string) =>
      db
        .updateTable('rooms')
        .set({ deleted_at: null })
        .where('id', '=', id)
        .where('deleted_at', 'is not', null)
        .compile(),

    /** Memories go along by their foreign key. */
    purge: (before: number) => db.deleteFrom('rooms').where('deleted_at', '<', before).compile(),
  };
};
