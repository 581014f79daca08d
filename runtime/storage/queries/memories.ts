import { sql } from 'kysely';
import { MESSAGE, type MemoryConditions, matching } from './memoryConditions.ts';
import type { TimePage } from './page.ts';
import type { MemoryRow, QueryBuilder } from './schema.ts';

type MemoryPage = MemoryConditions & TimePage & { offset: number };

export type MemoryChange = Partial<
  Pick<MemoryRow, 'text' | 'text_folded' | 'status' | 'detail' | 'importance' | 'metadata'>
> &
  Pick<MemoryRow, 'updated_at'>;

// A literal, as `MESSAGE`.
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

/** That message and all later ones of its room. */
const removeFrom = (db: QueryBuilder, roomId: string, id: string) =>
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
    );

/** The queries over memories. */
export const memoryQueries = (db: QueryBuilder) => ({
  insert: (row: MemoryRow) =>
    db
      .insertInto('memories')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  byId: (id: string) => live(db).selectAll('memories').where('memories.id', '=', id).compile(),

  byIds: (ids: string[]) => live(db).selectAll('memories').where('memories.id', 'in', ids).compile(),

  metadata: (id: string) => db.selectFrom('memories').select('metadata').where('id', '=', id).compile(),

  count: (filter: MemoryConditions) =>
    live(db)
      .where(matching(filter))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .compile(),

  countAll: () =>
    live(db)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .compile(),

  page: ({ after, limit, offset, ...filter }: MemoryPage) =>
    live(db)
      .where(matching(filter))
      .selectAll('memories')
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb(
            eb.refTuple('memories.created_at', 'memories.id'),
            '<',
            eb.tuple(after?.createdAt ?? 0, after?.id ?? ''),
          ),
        ),
      )
      .orderBy('memories.created_at', 'desc')
      .orderBy('memories.id', 'desc')
      .limit(limit)
      .$if(offset > 0, (query) => query.offset(offset))
      .compile(),

  update: (id: string, change: MemoryChange) =>
    db.updateTable('memories').set(change).where('id', '=', id).compile(),

  remove: (id: string) => db.deleteFrom('memories').where('id', '=', id).compile(),

  /** Of those that match, of deleted rooms too. */
  ids: (filter: MemoryConditions) => db.selectFrom('memories').select('id').where(matching(filter)).compile(),

  fragmentsOf: (ids: string[]) =>
    db.selectFrom('memories').select('id').where('document_id', 'in', ids).compile(),

  /** Those that match, of deleted rooms too. */
  removeMatching: (filter: MemoryConditions) => db.deleteFrom('memories').where(matching(filter)).compile(),

  removeFrom: (roomId: string, id: string) => removeFrom(db, roomId, id).compile(),

  interrupt: (at: number) =>
    db
      .updateTable('memories')
      .set({ status: 'interrupted', updated_at: at })
      .where('status', '=', STREAMING)
      .compile(),
});
