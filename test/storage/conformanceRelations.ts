import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { all, isCode } from '../support/storage/pages.ts';
import { agentId, entity, id, relationship, room } from '../support/storage/samples.ts';

const ids = (items: readonly { id: string }[]) => items.map((item) => item.id);

/** What every database does with who takes part where, and how they stand to each other. */
export function relationConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  beforeEach(() => {
    db = database();
  });

  describe('participants', () => {
    beforeEach(async () => {
      await db.createRooms([room(1), room(2), room(3)]);
      await db.createEntities([11, 12, 13].map((number) => entity(number)));
    });

    it('are added once, listed from both sides, and removed', async () => {
      await db.addParticipantsRoom([id(12), id(11)], id(1));
      await db.addParticipantsRoom([id(11), id(13)], id(1));
      await db.addParticipantsRoom([id(11)], id(2));
      await db.addParticipantsRoom([], id(99));
      const inRoom = await all((cursor) =>
        db.getParticipantsForRoom({ roomId: id(1), limit: 2, ...(cursor && { cursor }) }),
      );
      assert.deepEqual(
        inRoom,
        [11, 12, 13].map((number) => ({ roomId: id(1), entityId: id(number), state: null })),
      );
      const where = () =>
        all((cursor) =>
          db.getParticipantsForEntity({ entityId: id(11), limit: 1, ...(cursor && { cursor }) }),
        );
      assert.deepEqual(
        (await where()).map(({ roomId }) => roomId),
        [id(1), id(2)],
      );
      await db.deleteRoom(id(1), 5);
      assert.deepEqual(
        (await where()).map(({ roomId }) => roomId),
        [id(2)],
      );
      await db.restoreRoom(id(1));
      assert.equal(await db.removeParticipant(id(11), id(1)), true);
      assert.equal(await db.removeParticipant(id(11), id(1)), false);
      assert.equal(await db.isRoomParticipant(id(1), id(11)), false);
      assert.equal(await db.isRoomParticipant(id(2), id(11)), true);
    });

    it('follow a room, mute it, or neither', async () => {
      await db.addParticipantsRoom([id(11)], id(1));
      assert.equal(await db.getParticipantUserState(id(1), id(11)), null);
      for (const state of ['FOLLOWED', 'MUTED', null, 'MUTED'] as const) {
        assert.equal(await db.setParticipantUserState(id(1), id(11), state), true);
        assert.equal(await db.getParticipantUserState(id(1), id(11)), state);
      }
      await db.addParticipantsRoom([id(11)], id(1));
      assert.equal(await db.getParticipantUserState(id(1), id(11)), 'MUTED');
      assert.equal(await db.setParticipantUserState(id(1), id(12), 'MUTED'), false);
      assert.equal(await db.getParticipantUserState(id(1), id(12)), null);
    });

    it('must be there, all of them, and so must the room', async () => {
      await assert.rejects(db.addParticipantsRoom([id(11), id(99)], id(1)), isCode('not_found'));
      assert.equal(await db.isRoomParticipant(id(1), id(11)), false);
      await assert.rejects(db.addParticipantsRoom([id(11)], id(99)), isCode('not_found'));
    });
  });

  describe('relationships', () => {
    const [ana, ben, cem] = [id(11), id(12), id(13)];
    beforeEach(() => db.createEntities([11, 12, 13].map((number) => entity(number))));
    const of = async (entityId: string, ...tags: string[]) => {
      const query = { agentId, entityId, tags };
      const paged = await all((cursor) =>
        db.getRelationships({ ...query, limit: 1, ...(cursor && { cursor }) }),
      );
      assert.deepEqual((await db.getRelationships({ ...query, limit: 9 })).items, paged);
      return ids(paged);
    };

    it('are one at most from one to another', async () => {
      const full = relationship(1, ana, ben, { tags: ['friend', 'colleague'], metadata: { since: 2020 } });
      assert.equal(await db.createRelationship(full), true);
      assert.equal(await db.createRelationship(relationship(2, ana, ben)), false);
      assert.equal(await db.createRelationship(relationship(1, ana, cem)), false);
      assert.equal(await db.createRelationship(relationship(3, ben, ana)), true);
      const between = (sourceEntityId: string, targetEntityId: string) =>
        db.getRelationship({ agentId, sourceEntityId, targetEntityId });
      assert.deepEqual(await between(ana, ben), full);
      assert.deepEqual(await between(ben, ana), relationship(3, ben, ana));
      assert.equal(await between(ana, cem), undefined);
      await assert.rejects(db.createRelationship(relationship(4, ana, id(99))), isCode('not_found'));
    });

    it('are listed from both ends, by every tag that is asked for', async () => {
      await db.createRelationship(relationship(1, ana, ben, { tags: ['a', 'b'] }));
      await db.createRelationship(relationship(2, cem, ana, { tags: ['b', 'B', "it's"] }));
      await db.createRelationship(relationship(3, ana, ana, { tags: ['a'] }));
      await db.createRelationship(relationship(4, ben, cem));
      assert.deepEqual(await of(ana), [id(1), id(2), id(3)]);
      assert.deepEqual(await of(ana, 'b'), [id(1), id(2)]);
      assert.deepEqual(await of(ana, 'a', 'b'), [id(1)]);
      assert.deepEqual(await of(ana, 'B', "it's"), [id(2)]);
      assert.deepEqual(await of(ana, 'it'), []);
      assert.deepEqual(await of(cem), [id(2), id(4)]);
      assert.deepEqual(await of(id(99)), []);
    });

    it('change what a patch names', async () => {
      await db.createRelationship(relationship(1, ana, ben, { tags: ['a'], metadata: { x: 1 } }));
      assert.equal(await db.updateRelationship(id(1), { metadata: { x: null, y: 2 } }), true);
      assert.deepEqual(await of(ana, 'a'), [id(1)]);
      assert.equal(await db.updateRelationship(id(1), { tags: ['b', 'c', 'b'] }), true);
      assert.deepEqual(await of(ana, 'a'), []);
      assert.deepEqual(await of(ana, 'b', 'c'), [id(1)]);
      const { items } = await db.getRelationships({ agentId, entityId: ana, limit: 1 });
      const expected = { tags: ['b', 'c', 'b'], metadata: { y: 2 } };
      assert.deepEqual(items, [relationship(1, ana, ben, expected)]);
      assert.equal(await db.updateRelationship(id(9), { tags: [] }), false);
    });
  });
}
