import { sql } from 'kysely';
import type { MemoryRow, QueryBuilder } from './schema.ts';

/** Where a page of memories goes on: before the memory with these values. */
export interface MemoryPosition {
  createdAt: number;
  id: string;
}

export interface MemoryFilter {
  agentId: string;
  kinds?: readonly string[] | undefined;
  roomId?: string | undefined;
}

interface MemoryPage extends MemoryFilter {
  before?: MemoryPosition | undefined;
  limit: number;
}

export type MemoryChange = Partial<
  Pick<MemoryRow, 'text' | 'text_folded' | 'status' | 'detail' | 'importance'>
> &
  Pick<MemoryRow, 'updated_at'>;

// Literals, not parameters: a partial index is only used where the planner sees the value.
const MESSAGE = sql<string>`'message'`;
const STREAMING = sql<string>`'streaming'`;

/** Without those of deleted rooms. */
const live = (db: QueryBuilder) =>
  db
    .selectFrom('memories')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('rooms')
            .select('rooms.id')
            .whereRef('rooms.id', '=', 'memories.room_id')
            .where('rooms.deleted_at', 'is not', null),
        ),
      ),
    );

const matching = (db: QueryBuilder, { agentId, kinds, roomId }: MemoryFilter) =>
  live(db)
    .where('memories.agent_id', '=', agentId)
    .$if(kinds !== undefined, (query) =>
      query.where((eb) => eb.or((kinds ?? []).map((kind) => eb('memories.kind', '=', kind)))),
    )
    .$if(kinds !== undefined && !kinds.includes('message'), (query) =>
      query.where('memories.kind', '<>', MESSAGE),
    )
    .$if(roomId !== undefined, (query) => query.where('memories.room_id', '=', roomId ?? ''));

/** The queries over memories. */
export const memoryQueries = (db: QueryBuilder) => ({
  insert: (row: MemoryRow) =>
    db
      .insertInto('memories')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  byId: (id: string) => live(db).selectAll('memories').where('memories.id', '=', id).compile(),

  count: (filter: MemoryFilter) =>
    matching(db, filter)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .compile(),

  countAll: () =>
    live(db)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .compile(),

  page: ({ before, limit, ...filter }: MemoryPage) =>
    matching(db, filter)
      .selectAll('memories')
      .$if(before !== undefined, (query) =>
        query.where((eb) =>
          eb(
            eb.refTuple('memories.created_at', 'memories.id'),
            '<',
            eb.tuple(before?.createdAt ?? 0, before?.id ?? ''),
          ),
        ),
      )
      .orderBy('memories.created_at', 'desc')
      .orderBy('memories.id', 'desc')
      .limit(limit)
      .compile(),

  update: (id: string, change: MemoryChange) =>
    db.updateTable('memories').set(change).where('id', '=', id).compile(),

  remove: (id: string) => db.deleteFrom('memories').where('id', '=', id).compile(),

  /** That message and all later ones of its room. */
  removeFrom: (roomId: string, id: string) =>
    db
      .deleteFrom('memories')
      .where('room_id', '=', roomId)
      .where('kind', '=', MESSAGE)
      .where((eb) =>
        eb(
          eb.refTuple('created_at', 'id'),
          '>=',
          eb
            .selectFrom('memories as first')
            .select(['first.created_at', 'first.id'])
            .where('first.id', '=', id)
            .where('first.room_id', '=', roomId)
            .where('first.kind', '=', MESSAGE)
            .$asTuple('created_at', 'id'),
        ),
      )
      .compile(),

  interrupt: (at: number) =>
    db
      .updateTable('memories')
      .set({ status: 'interrupted', updated_at: at })
      .where('status', '=', STREAMING)
      .compile(),
});
