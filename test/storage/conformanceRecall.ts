import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import type { EmbeddingStamp } from '../../runtime/types/recall.ts';
import { isCode } from '../support/storage/pages.ts';
import {
  agentId,
  fragment,
  id,
  job,
  message,
  note,
  otherAgentId,
  room,
  stamp,
  vector,
} from '../support/storage/samples.ts';

const other: EmbeddingStamp = { ...stamp, sha256: 'another' };

/** What every database keeps for recall. */
export function recallConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  const jobs = async (of = stamp, now = 0, limit = 50) =>
    (await db.getEmbeddingJobs({ stamp: of, limit, now })).map(({ id }) => id);
  const embed = (number: number, text = `Note ${number}`, of = stamp) =>
    db.storeEmbeddings(of, [{ id: job(number, text), vector: vector(number) }]);
  const vectors = async (of = stamp) =>
    (await db.getEmbeddings({ stamp: of, limit: 50 })).map(({ id }) => id);

  describe('what waits for its vector', () => {
    beforeEach(async () => {
      db = database();
      await db.createRooms([room(1), room(2)]);
    });

    it('comes by urgency, then the newest first', async () => {
      const said = (role: 'user' | 'assistant') => ({ content: { text: role, role } });
      await db.createMemories([
        message(10, said('assistant')),
        message(11, said('user')),
        note(12),
        note(13),
        message(14, said('user')),
      ]);
      const expected = [job(14, 'user'), job(11, 'user'), job(13, 'Note 13'), job(12, 'Note 12')];
      assert.deepEqual(await jobs(), [...expected, job(10, 'assistant')]);
      assert.deepEqual(await jobs(stamp, 0, 2), expected.slice(0, 2));
      assert.deepEqual(await db.countEmbeddings(stamp), { waiting: 5, failed: 0, embedded: 0 });
    });

    it('has something to say, is complete, and is in no deleted room', async () => {
      await db.createMemories([
        note(10, { content: { text: ' \n' } }),
        message(11, { content: { text: 'half', role: 'assistant', status: 'streaming' } }),
        message(12, { roomId: id(2) }),
      ]);
      await db.deleteRoom(id(2), 5);
      assert.deepEqual(await jobs(), []);
      await db.updateMemory(id(11), { content: { text: 'half', status: 'complete' }, updatedAt: 20 });
      assert.deepEqual(await jobs(), [job(11, 'half')]);
    });

    it('is what a crash left half-written, too', async () => {
      const half = (text: string) => ({ content: { text, role: 'assistant', status: 'streaming' } }) as const;
      await db.createMemories([message(10, half('half')), message(11, half(''))]);
      await db.interruptStreaming(5);
      assert.deepEqual(await jobs(), [job(10, 'half')]);
    });

    it('waits no more once it is embedded, and again where its text changes', async () => {
      await db.createMemories([note(10)]);
      await embed(10);
      assert.deepEqual(await jobs(), []);
      assert.deepEqual(await db.countEmbeddings(stamp), { waiting: 0, failed: 0, embedded: 1 });
      await db.updateMemory(id(10), { content: { text: 'Note 10' }, updatedAt: 11 });
      assert.deepEqual(await jobs(), []);
      assert.deepEqual(await vectors(), [id(10)]);
      await db.updateMemory(id(10), { content: { text: 'Changed' }, updatedAt: 12 });
      assert.deepEqual(await jobs(), [job(10, 'Changed')]);
      assert.deepEqual(await vectors(), []);
    });

    it('is passed over where the text changed or went meanwhile', async () => {
      await db.createMemories([note(10), note(11)]);
      await db.updateMemory(id(10), { content: { text: 'Changed' }, updatedAt: 12 });
      await db.deleteMemories([id(11)]);
      await embed(10);
      await embed(11);
      assert.deepEqual(await vectors(), []);
      assert.deepEqual(await jobs(), [job(10, 'Changed')]);
    });

    it('waits anew for another model, while the old vectors stay until they are replaced', async () => {
      await db.createMemories([note(10), note(11)]);
      await embed(10);
      await embed(11);
      assert.deepEqual((await jobs(other)).sort(), [job(10, 'Note 10'), job(11, 'Note 11')]);
      assert.deepEqual(await db.countEmbeddings(other), { waiting: 2, failed: 0, embedded: 0 });
      await embed(10, 'Note 10', other);
      assert.deepEqual(await vectors(), [id(11)]);
      assert.deepEqual(await vectors(other), [id(10)]);
      assert.deepEqual(await jobs(other), [job(11, 'Note 11')]);
      assert.deepEqual(await db.countEmbeddings(other), { waiting: 1, failed: 0, embedded: 1 });
    });

    it('is tried later where it failed, counted, and given up until text or model change', async () => {
      await db.createMemories([note(10)]);
      const name = job(10, 'Note 10');
      await db.failEmbeddings(stamp, [name], 100);
      assert.deepEqual(await jobs(stamp, 99), []);
      const [again] = await db.getEmbeddingJobs({ stamp, limit: 1, now: 100 });
      assert.deepEqual(again, { id: name, text: 'Note 10', attempts: 1 });
      await db.failEmbeddings(stamp, [name], undefined);
      assert.deepEqual(await jobs(stamp, 1e12), []);
      assert.deepEqual(await db.countEmbeddings(stamp), { waiting: 0, failed: 1, embedded: 0 });
      const [ofOther] = await db.getEmbeddingJobs({ stamp: other, limit: 1, now: 0 });
      assert.deepEqual(ofOther, { id: name, text: 'Note 10', attempts: 0 });
      await db.updateMemory(id(10), { content: { text: 'Changed' }, updatedAt: 12 });
      const [changed] = await db.getEmbeddingJobs({ stamp, limit: 1, now: 0 });
      assert.deepEqual(changed, { id: job(10, 'Changed'), text: 'Changed', attempts: 0 });
      assert.equal((await db.countEmbeddings(stamp)).failed, 0);
    });

    it('goes with its memory, and so does its vector', async () => {
      await db.createMemories([note(10), note(11), message(12)]);
      await embed(10);
      await db.failEmbeddings(stamp, [job(11, 'Note 11')], undefined);
      await embed(12, 'Message 12');
      await db.deleteAllMemories({ agentId, ids: [id(10), id(11)] });
      await db.deleteRoom(id(1), 5);
      await db.purgeRooms(6);
      assert.deepEqual(await db.countEmbeddings(stamp), { waiting: 0, failed: 0, embedded: 0 });
    });

    it('is never a vector of zeros, of another length or of no numbers', async () => {
      await db.createMemories([note(10)]);
      for (const wrong of [
        [0, 0, 0],
        [1, 0],
        [1, Number.NaN, 0],
        [Number.POSITIVE_INFINITY, 0, 0],
      ]) {
        const vector = Float32Array.from(wrong);
        const storing = db.storeEmbeddings(stamp, [{ id: job(10, 'Note 10'), vector }]);
        await assert.rejects(storing, isCode('invalid_input'));
      }
      await assert.rejects(db.failEmbeddings(stamp, ['x'], 1), isCode('invalid_input'));
      assert.equal((await jobs()).length, 1);
    });
  });

  describe('a search by vector', () => {
    beforeEach(async () => {
      db = database();
      await db.createRooms([room(1), room(2)]);
      await db.createMemories([
        note(10),
        note(12),
        note(14, { kind: 'fact' }),
        message(16),
        message(17, { roomId: id(2) }),
        note(18, { agentId: otherAgentId }),
      ]);
      for (const number of [10, 12, 14, 18]) await embed(number);
      for (const number of [16, 17]) await embed(number, `Message ${number}`);
    });
    const near = async (number: number, more: object = {}) => {
      const found = await db.searchEmbeddings({
        stamp,
        vector: vector(number),
        filter: { agentId },
        limit: 3,
        ...more,
      });
      return found.map(({ id }) => Number.parseInt(id.slice(-12), 16));
    };

    it('gives the nearest first, at most so many, within the scope', async () => {
      assert.deepEqual(await near(11.9), [12, 10, 14]);
      assert.deepEqual(await near(12, { limit: 1 }), [12]);
      assert.deepEqual(await near(12, { filter: { agentId, kinds: ['message'] } }), [16, 17]);
      assert.deepEqual(await near(12, { filter: { agentId, roomId: id(2) } }), [17]);
      assert.deepEqual(await near(18, { filter: { agentId: otherAgentId } }), [18]);
      await db.deleteRoom(id(2), 5);
      assert.deepEqual(await near(17, { limit: 1 }), [16]);
    });

    it('gives nothing below the threshold, and nothing of another stamp', async () => {
      assert.deepEqual(await near(11.9, { threshold: Math.cos(0.2) }), [12, 10]);
      assert.deepEqual(await near(12, { threshold: Math.cos(0.1) }), [12]);
      assert.deepEqual(await near(12, { stamp: other }), []);
    });

    it('tells how near they are; vectors can be listed and read by id', async () => {
      const [best] = await db.searchEmbeddings({
        stamp,
        vector: vector(11),
        filter: { agentId, kinds: ['fact'] },
        limit: 1,
      });
      assert.ok(Math.abs((best?.similarity ?? 0) - Math.cos(0.3)) < 1e-6);
      const [first] = await db.getEmbeddings({ stamp, limit: 1 });
      assert.deepEqual([first?.id, first?.vector], [id(10), vector(10)]);
      assert.deepEqual(
        (await db.getEmbeddings({ stamp, after: id(10), limit: 2 })).map(({ id }) => id),
        [id(12), id(14)],
      );
      assert.deepEqual(
        (await db.getEmbeddingsByIds(stamp, [id(14), id(99)])).map(({ id }) => id),
        [id(14)],
      );
    });
  });

  describe('what superseded another', () => {
    beforeEach(async () => {
      db = database();
      await db.createRoom(room(1));
      await db.createMemories([note(10), note(11)]);
      await db.supersedeMemories(note(12), [id(10), id(12)]);
      await db.supersedeMemories(message(13, { kind: 'fact' }), [id(12), id(99)]);
    });
    const current = async () =>
      (await db.getMemories({ agentId, current: true, limit: 9 })).items.map(({ id }) => id);

    it('is current, and both are in its history, from wherever it is asked for', async () => {
      assert.deepEqual(await current(), [id(13), id(11)]);
      assert.equal(await db.countMemories({ agentId }), 4);
      assert.deepEqual(await db.getMemoryById(id(10)), note(10, { supersededBy: id(12), updatedAt: 12 }));
      for (const number of [10, 12, 13]) {
        const history = await db.getMemoryHistory(id(number));
        assert.deepEqual(
          history.map(({ id }) => id),
          [id(13), id(12), id(10)],
        );
      }
      assert.deepEqual(await db.getMemoryHistory(id(99)), []);
    });

    it('takes its history along where it is forgotten', async () => {
      assert.deepEqual((await db.deleteAllMemories({ agentId, ids: [id(13)] })).sort(), [
        id(10),
        id(12),
        id(13),
      ]);
      assert.equal(await db.countMemories({ agentId }), 1);
    });

    it('takes it along by deleteMemories too, and counts what was named', async () => {
      await db.createMemories([fragment(20, 10)]);
      assert.equal(await db.deleteMemories([id(13), id(99)]), 1);
      assert.deepEqual(await current(), [id(11)]);
      assert.equal(await db.countMemories({ agentId }), 1);
    });

    it('gives way again where it goes with its conversation', async () => {
      await db.deleteRoom(id(1), 5);
      await db.purgeRooms(6);
      assert.deepEqual(await current(), [id(12), id(11)]);
    });

    it('keeps when it was used, and which model found it out', async () => {
      await db.createMemories([note(30, { model: 'qwen3:4b' })]);
      await db.touchMemories([id(30), id(99)], 77);
      assert.deepEqual(await db.getMemoryById(id(30)), note(30, { model: 'qwen3:4b', lastUsedAt: 77 }));
    });
  });

  describe('versions of memories', () => {
    it('change with the text alone, newest first, in pages', async () => {
      db = database();
      await db.createMemories([note(10), note(11), note(12)]);
      const all = async () => {
        const first = await db.getMemoryVersions({ agentId, limit: 2 });
        const rest = await db.getMemoryVersions({
          agentId,
          limit: 2,
          ...(first.next && { cursor: first.next }),
        });
        return [...first.items, ...rest.items];
      };
      const before = await all();
      assert.deepEqual(
        before.map(({ id }) => id),
        [id(12), id(11), id(10)],
      );
      await db.updateMemory(id(11), { importance: 1, updatedAt: 20 });
      assert.deepEqual(await all(), before);
      await db.updateMemory(id(11), { content: { text: 'Changed' }, updatedAt: 21 });
      assert.notEqual((await all())[1]?.version, before[1]?.version);
    });
  });

  describe('parts of indexes', () => {
    it('are written together, read by name, and seen under their prefix alone', async () => {
      db = database();
      const blobs = db.blobs('text/');
      await blobs.write(
        new Map([
          ['a', Uint8Array.of(1, 2)],
          ['b', new Uint8Array(100_000).fill(7)],
        ]),
      );
      await db.blobs('other/').write(new Map([['a', Uint8Array.of(9)]]));
      assert.deepEqual(await blobs.list(), [
        { name: 'a', bytes: 2 },
        { name: 'b', bytes: 100_000 },
      ]);
      await blobs.write(
        new Map([
          ['a', Uint8Array.of(3)],
          ['b', undefined],
          ['c', Uint8Array.of()],
        ]),
      );
      const read = await blobs.read(['a', 'b', 'c', 'd']);
      assert.deepEqual(
        [...read].map(([name, bytes]) => [name, [...bytes]]),
        [
          ['a', [3]],
          ['c', []],
        ],
      );
      assert.deepEqual(
        [...(await db.blobs('other/').read(['a'])).values()].map((bytes) => [...bytes]),
        [[9]],
      );
      await assert.rejects(async () => db.blobs('').list(), isCode('invalid_input'));
    });
  });
}
