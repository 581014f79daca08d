import { sql } from 'kysely';
import { insertion, insertions } from './insertion.ts';
import { MESSAGE, type MemoryConditions, matching } from './memoryConditions.ts';
import type { TimePage } from './page.ts';
import type { MemoryRow, QueryBuilder } from './schema.ts';
import { fixed, shaped } from './shaped.ts';

type MemoryPage = MemoryConditions & TimePage & { offset: number };

export type MemoryChange = Partial<
  Pick<MemoryRow, 'text' | 'text_folded' | 'status' | 'detail' | 'importance' | 'metadata' | 'content_hash'>
> &
  Pick<MemoryRow, 'updated_at'>;

// A literal, as `MESSAGE`.
const STREAMING = sql<string>`'streaming'`;

/** Without those of deleted rooms. */
export const live = (db: QueryBuilder) =>
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

/** Newest first. */
const page = (db: QueryBuilder, { after, limit, offset, ...filter }: MemoryPage) =>
  live(db)
    .where(matching(filter))
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
    .$if(offset > 0, (query) => query.offset(offset));

/** What was being written; in one room, or in none, where that is said. */
const interrupt = (db: QueryBuilder, at: number, roomId: string | null | undefined) =>
  db
    .updateTable('memories')
    .set((eb) => ({
      status: 'interrupted',
      updated_at: at,
      waiting: eb.case().when('text', '<>', '').then(sql<number>`1`).else(null).end(),
    }))
    .where('status', '=', STREAMING)
    .$if(roomId !== undefined, (query) => query.where('room_id', 'is not distinct from', roomId ?? null));

const updateContent = (
  db: QueryBuilder,
  id: string,
  { change, waiting }: { change: MemoryChange & { content_hash: string }; waiting: number | null },
) =>
  db
    .updateTable('memories')
    .set((eb) => ({
      ...change,
      waiting: eb
        .case()
        .when(
          eb.and([
            eb('content_hash', '=', change.content_hash),
            eb.or([eb('status', 'is', null), eb('status', '<>', STREAMING)]),
          ]),
        )
        .then(eb.ref('waiting'))
        .else(waiting)
        .end(),
    }))
    .where('id', '=', id)
    .compile();

/** Those whose id is there already stay as they are. */
const insert = (db: QueryBuilder, rows: MemoryRow | readonly MemoryRow[]) =>
  db
    .insertInto('memories')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile();

/** The queries over memories. */
export const memoryQueries = (db: QueryBuilder) => ({
  insert: insertion((row: MemoryRow) => insert(db, row)),

  insertAll: insertions((rows: readonly MemoryRow[]) => insert(db, rows)),

  byId: fixed((id: string) => live(db).selectAll('memories').where('memories.id', '=', id).compile()),

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

  /** How many come after an id in the order of ids, up to `limit` of them, and the last of these. */
  countAfter: (id: string, limit: number) =>
    db
      .selectFrom(
        db.selectFrom('memories').select('id').where('id', '>', id).orderBy('id').limit(limit).as('next'),
      )
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('id').as('last')])
      .compile(),

  countOfDeleted: () =>
    db
      .selectFrom('memories')
      .where('room_id', 'in', (eb) =>
        eb.selectFrom('rooms').select('rooms.id').where('rooms.deleted_at', 'is not', null),
      )
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .compile(),

  page: (of: MemoryPage) => page(db, of).selectAll('memories').compile(),

  update: (id: string, change: MemoryChange) =>
    db.updateTable('memories').set(change).where('id', '=', id).compile(),

  /** A text that stays as it was does not wait anew, unless it was not waiting because it was being written. */
  updateContent: shaped(
    (id: string, change: MemoryChange & { content_hash: string }, waiting: number | null) =>
      updateContent(db, id, { change, waiting }),
    (_, change, waiting) => `${waiting} ${Object.keys(change)}`,
    (id, change) => [...Object.values(change), change.content_hash, id],
  ),

  removeByIds: (ids: readonly string[]) => db.deleteFrom('memories').where('id', 'in', ids).compile(),

  versions: ({ after, limit, ...filter }: MemoryConditions & TimePage) =>
    page(db, { ...filter, after, limit, offset: 0 })
      .select(['memories.id', 'memories.created_at', 'memories.content_hash'])
      .compile(),

  remove: (id: string) => db.deleteFrom('memories').where('id', '=', id).compile(),

  /** Of those that match, of deleted rooms too. */
  ids: (filter: MemoryConditions) => db.selectFrom('memories').select('id').where(matching(filter)).compile(),

  fragmentsOf: (ids: string[]) =>
    db.selectFrom('memories').select('id').where('document_id', 'in', ids).compile(),

  /** Those that match, of deleted rooms too. */
  removeMatching: (filter: MemoryConditions) => db.deleteFrom('memories').where(matching(filter)).compile(),

  removeFrom: (roomId: string, id: string) => removeFrom(db, roomId, id).compile(),

  interrupt: (at: number, roomId?: string | null) => interrupt(db, at, roomId).compile(),
});
