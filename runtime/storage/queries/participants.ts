import type { IdPage } from './page.ts';
import type { ParticipantRow, QueryBuilder } from './schema.ts';
import { fixed } from './shaped.ts';

/** The queries over who takes part where. */
export const participantQueries = (db: QueryBuilder) => ({
  insert: (row: ParticipantRow) =>
    db
      .insertInto('participants')
      .values(row)
      .onConflict((conflict) => conflict.columns(['room_id', 'entity_id']).doNothing())
      .compile(),

  get: fixed((roomId: string, entityId: string) =>
    db
      .selectFrom('participants')
      .selectAll()
      .where('room_id', '=', roomId)
      .where('entity_id', '=', entityId)
      .compile(),
  ),

  ofRoom: (roomId: string, { after, limit }: IdPage) =>
    db
      .selectFrom('participants')
      .selectAll()
      .where('room_id', '=', roomId)
      .$if(after !== undefined, (query) => query.where('entity_id', '>', after ?? ''))
      .orderBy('entity_id')
      .limit(limit)
      .compile(),

  ofEntity: (entityId: string, { after, limit }: IdPage) =>
    db
      .selectFrom('participants')
      .innerJoin('rooms', 'rooms.id', 'participants.room_id')
      .selectAll('participants')
      .where('participants.entity_id', '=', entityId)
      .where('rooms.deleted_at', 'is', null)
      .$if(after !== undefined, (query) => query.where('participants.room_id', '>', after ?? ''))
      .orderBy('participants.room_id')
      .limit(limit)
      .compile(),

  setState: (roomId: string, entityId: string, state: string | null) =>
    db
      .updateTable('participants')
      .set({ state })
      .where('room_id', '=', roomId)
      .where('entity_id', '=', entityId)
      .compile(),

  remove: (roomId: string, entityId: string) =>
    db.deleteFrom('participants').where('room_id', '=', roomId).where('entity_id', '=', entityId).compile(),
});
