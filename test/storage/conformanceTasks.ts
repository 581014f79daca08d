import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import type { Task } from '../../runtime/types/task.ts';
import { all, isCode } from '../support/storage/pages.ts';
import { agentId, entity, id, logEntry, otherAgentId, room, task } from '../support/storage/samples.ts';

const ids = (items: readonly { id: string }[]) => items.map((item) => item.id);

interface Given {
  /** Sets the clock of the database. */
  setNow(time: number): void;
  /** How many entries of an agent its cache keeps. */
  cacheEntries: number;
}

/** What every database does with tasks, logs and its cache. */
export function taskConformance(database: () => IDatabaseAdapter, { setNow, cacheEntries }: Given): void {
  let db: IDatabaseAdapter;
  beforeEach(() => {
    db = database();
  });

  describe('tasks', () => {
    it('gives back what was created, once', async () => {
      await db.createRoom(room(1));
      await db.createEntities([entity(2)]);
      const full = task(10, {
        description: 'Wash\nthe car',
        roomId: id(1),
        entityId: id(2),
        tags: ['queue', 'repeat'],
        metadata: { updateInterval: 1_000, options: [{ name: 'yes' }] },
        dueAt: 5,
      });
      assert.equal(await db.createTask(full), true);
      assert.equal(await db.createTask(task(10)), false);
      assert.deepEqual(await db.getTask(id(10)), full);
      assert.equal(await db.getTask(id(11)), undefined);
      await assert.rejects(db.createTask(task(12, { roomId: id(99) })), isCode('not_found'));
      await assert.rejects(db.createTask(task(12, { tags: [''] })), isCode('invalid_input'));
    });

    it('lists by room, entity, name and every tag, the oldest first', async () => {
      await db.createRoom(room(1));
      await db.createEntities([entity(2)]);
      await db.createTask(task(13, { roomId: id(1), tags: ['a', 'b'], name: 'X' }));
      await db.createTask(task(11, { entityId: id(2), tags: ['b'], createdAt: 12 }));
      await db.createTask(task(12, { tags: ['a', 'b', 'c'], name: 'X' }));
      await db.createTask(task(14, { agentId: otherAgentId, tags: ['a'] }));
      const cases: [object, number[]][] = [
        [{}, [11, 12, 13]],
        [{ roomId: id(1) }, [13]],
        [{ entityId: id(2) }, [11]],
        [{ name: 'X' }, [12, 13]],
        [{ name: 'x' }, []],
        [{ tags: ['b'] }, [11, 12, 13]],
        [{ tags: ['b', 'a'] }, [12, 13]],
        [{ tags: ['a', 'b'], roomId: id(1) }, [13]],
        [{ tags: ['A'] }, []],
      ];
      for (const [filter, numbers] of cases) {
        const found = await all((cursor) =>
          db.getTasks({ agentId, limit: 1, ...filter, ...(cursor && { cursor }) }),
        );
        assert.deepEqual(ids(found), numbers.map(id), JSON.stringify(filter));
      }
    });

    it('changes what a patch names, and deletes', async () => {
      await db.createTask(task(10, { tags: ['a'], metadata: { x: 1 } }));
      const patch = { description: 'more', tags: ['b'], metadata: { y: 2 }, dueAt: 5, updatedAt: 20 };
      assert.equal(await db.updateTask(id(10), patch), true);
      const expected = task(10, { ...patch, metadata: { x: 1, y: 2 } });
      assert.deepEqual(await db.getTask(id(10)), expected);
      assert.deepEqual((await db.getTasks({ agentId, limit: 9, tags: ['a'] })).items, []);
      assert.equal(await db.updateTask(id(10), { dueAt: null, updatedAt: 21 }), true);
      assert.equal((await db.getTask(id(10)))?.dueAt, undefined);
      assert.equal(await db.updateTask(id(11), { updatedAt: 21 }), false);
      assert.equal(await db.deleteTask(id(10)), true);
      assert.equal(await db.deleteTask(id(10)), false);
    });

    it('goes with its room', async () => {
      await db.createRoom(room(1));
      await db.createTask(task(10, { roomId: id(1), tags: ['a'] }));
      await db.deleteRoom(id(1), 1);
      await db.purgeRooms(2);
      assert.equal(await db.getTask(id(10)), undefined);
    });
  });

  describe('tasks that are due', () => {
    const claim = (number: number, now: number, options: { limit?: number; until?: number } = {}) =>
      db.claimTasks({ agentId, claim: id(number), now, until: now + 100, limit: 9, ...options });

    beforeEach(async () => {
      await db.createTask(task(10, { dueAt: 30 }));
      await db.createTask(task(11, { dueAt: 20 }));
      await db.createTask(task(12, { dueAt: 20 }));
      await db.createTask(task(13));
      await db.createTask(task(14, { dueAt: 10, agentId: otherAgentId }));
    });

    it('are handed out once, the longest due first', async () => {
      assert.deepEqual(await claim(1, 19), []);
      assert.deepEqual(ids(await claim(1, 20, { limit: 1 })), [id(11)]);
      assert.deepEqual(await claim(2, 30), [
        task(12, { dueAt: 20, attempts: 1 }),
        task(10, { dueAt: 30, attempts: 1 }),
      ]);
      assert.deepEqual(await claim(3, 31), []);
      await assert.rejects(claim(3, 31, { limit: -1 }), isCode('invalid_input'));
    });

    it('go to one of all who ask at the same time', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, n) => db.createTask(task(100 + n, { dueAt: n }))));
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, n) => claim(200 + n, 1_000, { limit: 3 })),
      );
      const given = claims.flatMap((tasks) => ids(tasks));
      assert.equal(given.length, 43);
      assert.equal(new Set(given).size, 43);
    });

    it('are over when they are finished, or due again', async () => {
      await claim(1, 40);
      assert.equal(await db.finishTask(id(11), id(1)), true);
      assert.equal(await db.getTask(id(11)), undefined);
      assert.equal(await db.finishTask(id(12), id(1), { dueAt: 500, updatedAt: 41 }), true);
      assert.deepEqual(await db.getTask(id(12)), task(12, { dueAt: 500, updatedAt: 41 }));
      assert.equal(await db.finishTask(id(12), id(1)), false);
      assert.deepEqual(await claim(2, 100), []);
      assert.deepEqual(ids(await claim(2, 500)), [id(10), id(12)]);
    });

    it('are handed out again where nobody finished them, and a late end counts for nothing', async () => {
      assert.deepEqual(ids(await claim(1, 25)), [id(11), id(12)]);
      assert.deepEqual(ids(await claim(2, 124)), [id(10)]);
      const again: Task[] = await claim(3, 125);
      assert.deepEqual(ids(again), [id(11), id(12)]);
      assert.deepEqual(
        again.map(({ attempts }) => attempts),
        [2, 2],
      );
      assert.equal(await db.finishTask(id(11), id(1)), false);
      assert.equal(await db.finishTask(id(11), id(3)), true);
    });

    it('are taken back by whoever gives them another time', async () => {
      await claim(1, 40);
      await db.updateTask(id(11), { description: 'still running', updatedAt: 41 });
      await db.updateTask(id(12), { dueAt: 60, updatedAt: 41 });
      assert.equal(await db.finishTask(id(12), id(1)), false);
      assert.equal(await db.finishTask(id(11), id(1)), true);
      assert.deepEqual(ids(await claim(2, 60)), [id(12)]);
    });
  });

  describe('logs', () => {
    it('are listed by type, entity and room, the latest first', async () => {
      await db.createRoom(room(1));
      await db.createEntities([entity(2)]);
      await db.createLogs(
        [
          logEntry(10, { body: { deep: [{ x: null }] } }),
          logEntry(11, { type: 'model', roomId: id(1) }),
          logEntry(12, { entityId: id(2) }),
          logEntry(13, { agentId: otherAgentId }),
        ],
        9,
      );
      await db.createLogs([logEntry(12, { type: 'again' })], 9);
      await db.createLogs([], 0);
      const cases: [object, number[]][] = [
        [{}, [12, 11, 10]],
        [{ type: 'action' }, [12, 10]],
        [{ entityId: id(2) }, [12]],
        [{ roomId: id(1) }, [11]],
        [{ roomId: id(1), type: 'action' }, []],
      ];
      for (const [filter, numbers] of cases) {
        const found = await all((cursor) =>
          db.getLogs({ agentId, limit: 1, ...filter, ...(cursor && { cursor }) }),
        );
        assert.deepEqual(ids(found), numbers.map(id), JSON.stringify(filter));
      }
      const { items } = await db.getLogs({ agentId, limit: 9 });
      assert.deepEqual(items[2], logEntry(10, { body: { deep: [{ x: null }] } }));
      assert.equal(await db.deleteLogs([id(10), id(12), id(99)]), 2);
      assert.equal(await db.deleteLogs([]), 0);
      assert.deepEqual(ids((await db.getLogs({ agentId, limit: 9 })).items), [id(11)]);
    });

    it('keep the newest of each agent', async () => {
      await db.createLogs(
        [1, 2, 3, 4].map((number) => logEntry(number, { agentId: otherAgentId })),
        9,
      );
      await db.createLogs(
        [5, 7, 6].map((number) => logEntry(number)),
        2,
      );
      assert.deepEqual(ids((await db.getLogs({ agentId, limit: 9 })).items), [id(7), id(6)]);
      assert.equal((await db.getLogs({ agentId: otherAgentId, limit: 9 })).items.length, 4);
      await db.createLogs([logEntry(8)], 0);
      assert.deepEqual((await db.getLogs({ agentId, limit: 9 })).items, []);
    });

    it('may be a sixteenth more than are to be kept, until the oldest go', async () => {
      const keep = 32;
      const add = async (number: number) => {
        await db.createLogs([logEntry(number)], keep);
        return (await db.getLogs({ agentId, limit: 99 })).items;
      };
      let most = 0;
      for (let number = 1; number <= 60; number++) {
        const items = await add(number);
        most = Math.max(most, items.length);
        const newest = Array.from({ length: Math.min(number, keep) }, (_, back) => id(number - back));
        assert.deepEqual(ids(items).slice(0, keep), newest);
      }
      assert.equal(most, keep + keep / 16);
    });

    it('go with their room, and are of something that is there', async () => {
      await db.createRoom(room(1));
      await db.createLogs([logEntry(10, { roomId: id(1) }), logEntry(11)], 9);
      await assert.rejects(db.createLogs([logEntry(12, { roomId: id(99) })], 9), isCode('not_found'));
      await db.deleteRoom(id(1), 1);
      await db.purgeRooms(2);
      assert.deepEqual(ids((await db.getLogs({ agentId, limit: 9 })).items), [id(11)]);
    });
  });

  describe('the cache', () => {
    it('keeps any JSON for an agent, null too', async () => {
      assert.equal(await db.getCache(agentId, 'a'), undefined);
      for (const value of [1, 0, '', false, null, [], { deep: [null, { x: 'ü' }] }]) {
        await db.setCache(agentId, 'a', value);
        assert.deepEqual(await db.getCache(agentId, 'a'), value);
      }
      assert.equal(await db.getCache(otherAgentId, 'a'), undefined);
      assert.equal(await db.deleteCache(agentId, 'a'), true);
      assert.equal(await db.deleteCache(agentId, 'a'), false);
      assert.equal(await db.getCache(agentId, 'a'), undefined);
    });

    it('forgets at the time that was said', async () => {
      await db.setCache(agentId, 'short', 1, 1_010);
      await db.setCache(agentId, 'long', 2, 2_000);
      await db.setCache(agentId, 'ever', 3);
      setNow(1_009);
      assert.equal(await db.getCache(agentId, 'short'), 1);
      setNow(1_010);
      assert.equal(await db.getCache(agentId, 'short'), undefined);
      await db.setCache(agentId, 'long', 4);
      setNow(9_000);
      assert.equal(await db.getCache(agentId, 'long'), 4);
      await db.setCache(agentId, 'gone', 5, 9_001);
      setNow(9_001);
      assert.equal(await db.deleteCache(agentId, 'gone'), false);
      assert.equal(await db.getCache(agentId, 'ever'), 3);
    });

    it('keeps as many as it may of an agent, the latest, or a few more', async () => {
      await db.setCache(otherAgentId, 'other', 1);
      const tooMany = 500;
      const keys = Array.from(
        { length: cacheEntries + tooMany },
        (_, n) => `key${String(n).padStart(5, '0')}`,
      );
      await Promise.all(keys.map((key) => db.setCache(agentId, key, 1)));
      const kept = await Promise.all(keys.map((key) => db.getCache(agentId, key)));
      const gone = kept.indexOf(1);
      assert.ok(gone > tooMany - 128 && gone <= tooMany, `${gone} gone`);
      assert.ok(kept.slice(gone).every((value) => value === 1));
      assert.equal(await db.getCache(otherAgentId, 'other'), 1);
    });
  });
}
