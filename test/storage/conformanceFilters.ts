import assert from 'node:assert/strict';
import type { ForgetFilter, IDatabaseAdapter, MemoryFilter } from '../../runtime/types/database.ts';
import { all, isCode } from '../support/storage/pages.ts';
import {
  agentId,
  fragment,
  id,
  message,
  note,
  otherAgentId,
  personId,
  room,
  world,
} from '../support/storage/samples.ts';

const somebody = id(0xd);

/** How every database finds memories, and how it forgets them. */
export function filterConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  const fill = async () => {
    db = database();
    await db.createWorld(world(50));
    await db.createRooms([room(1, { worldId: id(50) }), room(2), room(3, { worldId: id(50) })]);
    await db.createMemories([
      message(100, { content: { text: 'Apples and PEARS' } }),
      message(101, { entityId: somebody }),
      message(102, { roomId: id(2), unique: true }),
      message(103, { roomId: id(2), unique: false }),
      note(104, { kind: 'document', content: { text: 'pears' } }),
      fragment(105, 104),
      fragment(106, 104, { content: { text: 'apples' } }),
      note(107, { entityId: somebody, roomId: id(3), kind: 'fact' }),
      note(108, { agentId: otherAgentId }),
    ]);
  };
  const numbers = (memories: readonly { id: string }[]) =>
    memories.map((memory) => Number.parseInt(memory.id.slice(-12), 16));

  const filters: [string, Omit<MemoryFilter, 'agentId'>, number[]][] = [
    ['who said it', { entityId: somebody }, [107, 101]],
    ['who said it, of a kind', { entityId: somebody, kinds: ['message'] }, [101]],
    ['the world', { worldId: id(50) }, [107, 101, 100]],
    ['a world that is not there', { worldId: id(51) }, []],
    ['the document', { documentId: id(104) }, [106, 105]],
    ['a time on', { start: 106 }, [107, 106]],
    ['a time before', { before: 102 }, [101, 100]],
    ['a time range', { start: 101, before: 103 }, [102, 101]],
    ['what repeats nothing', { unique: true, kinds: ['message'] }, [102, 101, 100]],
    ['a word', { words: ['pear'] }, [104, 100]],
    ['every word, case aside', { words: ['APPLES', 'Pears'] }, [100]],
    ['words that say nothing', { words: [''], kinds: ['fact'] }, [107]],
    ['many things at once', { worldId: id(50), entityId: somebody, words: ['note'], start: 1 }, [107]],
  ];

  describe('memories are found by', () => {
    beforeEach(fill);

    for (const [what, filter, expected] of filters) {
      it(what, async () => {
        const found = await all((cursor) =>
          db.getMemories({ agentId, limit: 2, ...filter, ...(cursor && { cursor }) }),
        );
        assert.deepEqual(numbers(found), expected);
        assert.equal(await db.countMemories({ agentId, ...filter }), expected.length);
      });
    }

    it('offset; past the end is empty, a negative one is refused', async () => {
      const at = async (offset: number) =>
        numbers((await db.getMemories({ agentId, limit: 3, offset })).items);
      assert.deepEqual(await at(0), [107, 106, 105]);
      assert.deepEqual(await at(2), [105, 104, 103]);
      assert.deepEqual(await at(7), [100]);
      assert.deepEqual(await at(8), []);
      assert.deepEqual(await at(1_000_000), []);
      for (const offset of [-1, 0.5, Number.NaN]) await assert.rejects(at(offset), isCode('invalid_input'));
      await assert.rejects(db.getMemories({ agentId, limit: -1 }), isCode('invalid_input'));
    });

    it('ids, in their order, without what is missing or hidden', async () => {
      await db.deleteRoom(id(2), 1);
      const ids = [105, 999, 100, 102, 104].map(id);
      assert.deepEqual(numbers(await db.getMemoriesByIds(ids)), [105, 100, 104]);
      assert.deepEqual(await db.getMemoriesByIds([]), []);
      const many = Array.from({ length: 1_200 }, (_, n) => id(n));
      assert.equal((await db.getMemoriesByIds(many)).length, 7);
    });

    it('several rooms together, the newest of all', async () => {
      const found = async (limit: number, ...rooms: number[]) =>
        numbers(await db.getMemoriesByRoomIds({ agentId, roomIds: rooms.map(id), limit }));
      assert.deepEqual(await found(3, 1, 2), [103, 102, 101]);
      assert.deepEqual(await found(9, 2, 1, 2, 99), [103, 102, 101, 100]);
      assert.deepEqual(await found(9), []);
      const facts = await db.getMemoriesByRoomIds({
        agentId,
        roomIds: [id(1), id(3)],
        kinds: ['fact'],
        limit: 9,
      });
      assert.deepEqual(numbers(facts), [107]);
    });
  });

  describe('a memory', () => {
    beforeEach(fill);

    it('keeps its document, its metadata and whether it repeats another', async () => {
      const full = fragment(200, 104, {
        unique: false,
        metadata: { position: 0, tags: ['a'], deep: { x: null } },
      });
      await db.createMemories([full]);
      assert.deepEqual(await db.getMemoryById(id(200)), full);
      assert.equal((await db.getMemoryById(id(102)))?.unique, true);
    });

    it('has metadata that are merged on update', async () => {
      await db.createMemories([note(200, { metadata: { a: 1, b: { c: 2 } } })]);
      assert.equal(
        await db.updateMemory(id(200), { updatedAt: 9, metadata: { a: null, b: { d: 3 } } }),
        true,
      );
      const expected = { metadata: { b: { c: 2, d: 3 } }, updatedAt: 9 };
      assert.deepEqual(await db.getMemoryById(id(200)), note(200, expected));
      assert.equal(await db.updateMemory(id(201), { updatedAt: 9, metadata: { a: 1 } }), false);
      assert.equal(await db.updateMemory(id(107), { updatedAt: 9, metadata: { a: 1 } }), true);
      assert.deepEqual((await db.getMemoryById(id(107)))?.metadata, { a: 1 });
    });

    it('cannot be a fragment of what is not there', async () => {
      await assert.rejects(db.createMemories([fragment(200, 999)]), isCode('not_found'));
    });

    it('takes its fragments along when it is deleted', async () => {
      assert.equal(await db.deleteMemories([id(104)]), 1);
      assert.deepEqual(await db.getMemoriesByIds([105, 106].map(id)), []);
    });
  });

  describe('forgetting', () => {
    beforeEach(fill);

    const forgets: [string, Omit<ForgetFilter, 'agentId'>, number[]][] = [
      ['an id', { ids: [id(101)] }, [101]],
      ['ids that are there', { ids: [100, 104, 999].map(id) }, [100, 104, 105, 106]],
      ['no ids', { ids: [] }, []],
      ['no kinds', { kinds: [] }, []],
      ['a fragment alone', { ids: [id(105)] }, [105]],
      ['a room', { roomId: id(2) }, [102, 103]],
      ['a room’s notes', { roomId: id(1), kinds: ['note', 'fact'] }, []],
      ['a kind, documents with their fragments', { kinds: ['document'] }, [104, 105, 106]],
      ['what is older', { before: 102 }, [100, 101]],
      ['what was said by somebody', { entityId: somebody }, [101, 107]],
      ['what says something', { words: ['apples'] }, [100, 106]],
      ['ids that also say something', { ids: [100, 101].map(id), words: ['apples'] }, [100]],
    ];
    for (const [what, filter, expected] of forgets) {
      it(`${what} removes that and nothing else`, async () => {
        const before = (await db.getMemories({ agentId, limit: 99 })).items;
        const forgotten = await db.deleteAllMemories({ agentId, ...filter });
        assert.deepEqual(numbers(forgotten.map((id) => ({ id }))).sort(), expected);
        const left = numbers((await db.getMemories({ agentId, limit: 99 })).items);
        assert.deepEqual(
          left,
          numbers(before).filter((number) => !expected.includes(number)),
        );
        assert.equal(await db.countMemories({ agentId: otherAgentId }), 1);
        assert.equal(await db.countMemories({ agentId: personId }), 0);
      });
    }

    it('takes fragments of fragments along', async () => {
      await db.createMemories([fragment(200, 105), fragment(201, 200)]);
      const forgotten = await db.deleteAllMemories({ agentId, ids: [id(104)] });
      assert.deepEqual(forgotten.sort(), [104, 105, 106, 200, 201].map(id));
      assert.deepEqual(await db.getMemoriesByIds(forgotten), []);
    });

    it('reaches what is in deleted rooms', async () => {
      await db.deleteRoom(id(1), 1);
      assert.deepEqual(await db.deleteAllMemories({ agentId, words: ['pears'], kinds: ['message'] }), [
        id(100),
      ]);
      await db.restoreRoom(id(1));
      assert.equal(await db.getMemoryById(id(100)), undefined);
    });

    it('by many ids at once', async () => {
      await db.createMemories(Array.from({ length: 1_200 }, (_, n) => note(1_000 + n)));
      const ids = Array.from({ length: 2_000 }, (_, n) => id(1_000 + n));
      assert.equal((await db.deleteAllMemories({ agentId, ids })).length, 1_200);
    });

    it('is refused where nothing is named', async () => {
      for (const filter of [
        {},
        { unique: true },
        { kinds: undefined },
        { words: [] },
        { words: ['', ' '] },
        { words: [''], kinds: ['note'] },
      ]) {
        const asked = { agentId, ...filter } as ForgetFilter;
        await assert.rejects(db.deleteAllMemories(asked), isCode('invalid_input'), JSON.stringify(filter));
      }
      assert.equal(await db.countMemories({ agentId }), 8);
    });
  });
}
