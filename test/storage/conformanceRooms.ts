import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { all, isCode } from '../support/storage/pages.ts';
import { agentId, id, message, note, otherAgentId, room } from '../support/storage/samples.ts';

/** What every database does with rooms. `database` gives the open one of the running test. */
export function roomConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  beforeEach(() => {
    db = database();
  });

  describe('rooms', () => {
    it('gives back what was created', async () => {
      const created = room(1, {
        title: 'Ünïcode — 日本語 👩‍💻',
        pinned: true,
        createdAt: 5,
        updatedAt: 1_800_000_000_000,
      });
      await db.createRoom(created);
      assert.deepEqual(await db.getRoom(id(1)), created);
      assert.equal(await db.getRoom(id(2)), undefined);
    });

    it('leaves a room that exists as it is', async () => {
      await db.createRoom(room(1));
      await db.createRoom(room(1, { title: 'Another' }));
      assert.equal((await db.getRoom(id(1)))?.title, 'Room 1');
    });

    it('lists pinned ones first, then the latest, of one agent', async () => {
      await db.createRoom(room(1));
      await db.createRoom(room(2, { pinned: true }));
      await db.createRoom(room(3));
      await db.createRoom(room(4, { pinned: true, updatedAt: 0 }));
      await db.createRoom(room(5, { updatedAt: 3 }));
      await db.createRoom(room(6, { agentId: otherAgentId }));
      for (const limit of [1, 2, 3, 5, 50]) {
        const found = await all((cursor) => db.getRooms({ agentId, limit, ...(cursor && { cursor }) }));
        assert.deepEqual(
          found.map((item) => item.id),
          [2, 4, 5, 3, 1].map(id),
          `limit ${limit}`,
        );
      }
      const { next } = await db.getRooms({ agentId, limit: 5 });
      assert.equal(next, undefined);
    });

    it('refuses a cursor that is none of its own', async () => {
      await assert.rejects(db.getRooms({ agentId, limit: 1, cursor: "1' or 1" }), isCode('invalid_input'));
      await assert.rejects(db.getMemories({ agentId, limit: 1, cursor: 'x' }), isCode('invalid_input'));
    });

    it('changes only what a patch names', async () => {
      await db.createRoom(room(1));
      assert.equal(await db.updateRoom(id(1), { pinned: true }), true);
      assert.equal(await db.updateRoom(id(1), { title: 'New' }), true);
      assert.equal(await db.updateRoom(id(1), {}), true);
      assert.deepEqual(await db.getRoom(id(1)), room(1, { title: 'New', pinned: true }));
      assert.equal(await db.updateRoom(id(2), { title: 'New' }), false);
      assert.equal(await db.updateRoom(id(2), {}), false);
    });

    it('hides a deleted room with its memories, and brings both back', async () => {
      await db.createRoom(room(1));
      await db.createMemories([message(2), note(3)]);
      assert.equal(await db.deleteRoom(id(1), 10), true);
      assert.equal(await db.deleteRoom(id(1), 11), false);
      assert.equal(await db.getRoom(id(1)), undefined);
      assert.deepEqual((await db.getRooms({ agentId, limit: 9 })).items, []);
      assert.deepEqual((await db.getMemories({ agentId, limit: 9 })).items, [note(3)]);
      assert.equal(await db.getMemoryById(id(2)), undefined);
      assert.equal(await db.countMemories({ agentId }), 1);
      assert.equal(await db.updateRoom(id(1), { title: 'x' }), false);
      assert.equal(await db.restoreRoom(id(1)), true);
      assert.equal(await db.restoreRoom(id(1)), false);
      assert.deepEqual(await db.getRoom(id(1)), room(1));
      assert.deepEqual((await db.getMemories({ agentId, limit: 9 })).items, [note(3), message(2)]);
    });

    it('purges rooms deleted before a time, with all their memories', async () => {
      await db.createRoom(room(1));
      await db.createRoom(room(2));
      await db.createRoom(room(3));
      await db.createMemories([message(4), note(5)]);
      await db.deleteRoom(id(1), 10);
      await db.deleteRoom(id(2), 20);
      assert.equal(await db.purgeRooms(20), 1);
      assert.equal(await db.restoreRoom(id(1)), false);
      assert.equal(await db.restoreRoom(id(2)), true);
      await db.createRoom(room(1));
      assert.equal(await db.getMemoryById(id(4)), undefined);
      assert.notEqual(await db.getMemoryById(id(5)), undefined);
    });
  });

  describe('the search for rooms', () => {
    const search = async (...words: string[]) =>
      (await db.getRooms({ agentId, limit: 9, words })).items.map(({ id, snippet }) => [id, snippet]);
    const said = (number: number, text: string, roomNumber: number): Memory =>
      message(number, { roomId: id(roomNumber), content: { text, role: 'user' } });

    it('finds rooms that hold every word, in the title or in some message', async () => {
      await db.createRoom(room(1, { title: 'Parsing dates' }));
      await db.createRoom(room(2, { title: 'Colours' }));
      await db.createMemories([
        said(3, 'How do I parse a DATE?', 1),
        said(4, 'Blue', 1),
        said(5, 'blue dates', 2),
      ]);
      assert.deepEqual(await search('dates', 'blue'), [
        [id(2), 'blue dates'],
        [id(1), 'Blue'],
      ]);
      assert.deepEqual(await search('parsing', 'how'), [[id(1), 'How do I parse a DATE?']]);
      assert.deepEqual(await search('colours'), [[id(2), undefined]]);
      assert.deepEqual(await search('dates', 'green'), []);
      assert.equal((await search()).length, 2);
      assert.equal((await search('')).length, 2);
    });

    it('takes the snippet from the newest message that has a hit', async () => {
      await db.createRoom(room(1));
      await db.createMemories([said(2, 'old apple', 1), said(3, 'new apple', 1), said(4, 'pear', 1)]);
      assert.deepEqual(await search('apple'), [[id(1), 'new apple']]);
    });

    it('looks past case in every script', async () => {
      await db.createRoom(room(1, { title: 'ΟΔΟΣ Straße ÉCOLE' }));
      for (const word of ['οδος', 'ΟΔΟΣ', 'STRASSE', 'straße', 'école', 'e\u0301cole', 'École']) {
        assert.equal((await search(word)).length, 1, word);
      }
    });

    it('takes wildcards and quotes literally', async () => {
      await db.createRoom(room(1, { title: '100%_a\\b"\'' }));
      await db.createRoom(room(2, { title: '100xya.b' }));
      for (const word of ['%', '_', '\\', '"', "'", '%_a\\b']) {
        assert.deepEqual(await search(word), [[id(1), undefined]], word);
      }
    });

    it('looks at messages only, and pages as the list does', async () => {
      for (const number of [1, 2, 3]) await db.createRoom(room(number, { title: 'same' }));
      await db.createMemories([note(9, { roomId: id(1), content: { text: 'hidden' } })]);
      assert.deepEqual(await search('hidden'), []);
      const pages = await all((cursor) =>
        db.getRooms({ agentId, limit: 1, words: ['same'], ...(cursor && { cursor }) }),
      );
      assert.deepEqual(
        pages.map((item) => item.id),
        [3, 2, 1].map(id),
      );
    });
  });
}
