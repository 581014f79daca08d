import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { isCode } from '../support/storage/pages.ts';
import { agentId, id, logEntry, message, room } from '../support/storage/samples.ts';

/** What every database does with the beginning and the end of a turn. */
export function turnConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  beforeEach(() => {
    db = database();
  });

  describe('turns', () => {
    const log = (number: number, roomId = id(1)) => ({ entry: logEntry(number, { roomId }), keep: 9 });
    const logged = async () => (await db.getLogs({ agentId, limit: 9 })).items.map((entry) => entry.id);
    const said = { text: 'Hi.', role: 'assistant', status: 'complete' } as const;
    beforeEach(() => db.createRoom(room(1)));

    it('begin with all that is given or with nothing', async () => {
      const start = { room: { id: id(1), updatedAt: 30 }, memories: [message(10), message(11)] };
      const homeless = message(12, { roomId: id(77) });
      await assert.rejects(db.beginTurn({ ...start, memories: [message(10), homeless] }));
      assert.equal(await db.getMemoryById(id(10)), undefined);
      assert.equal(await db.beginTurn(start), 0);
      assert.equal((await db.getMemoriesByIds([id(10), id(11)])).length, 2);
      assert.equal((await db.getRoom(id(1)))?.updatedAt, 30);
    });

    it('end with the reply and its log, or with neither', async () => {
      const before = message(11, { content: { text: '', role: 'assistant', status: 'streaming' } });
      await db.createMemories([before]);
      const end = { id: id(11), content: said, updatedAt: 40 };
      await assert.rejects(db.endTurn({ ...end, log: log(20, id(77)) }), isCode('not_found'));
      assert.deepEqual(await db.getMemoryById(id(11)), before);
      assert.equal(await db.endTurn({ ...end, id: id(99), log: log(20) }), false);
      assert.deepEqual(await logged(), []);
      assert.equal(await db.endTurn({ ...end, log: log(20) }), true);
      assert.deepEqual(await db.getMemoryById(id(11)), { ...before, content: said, updatedAt: 40 });
      assert.deepEqual(await logged(), [id(20)]);
    });

    it('share the bound of logs with whoever else writes some', async () => {
      await db.createMemories([message(11)]);
      const end = { id: id(11), content: said, updatedAt: 40 };
      await db.createLogs([logEntry(20)], 2);
      for (const number of [21, 22]) {
        await db.endTurn({ ...end, log: { entry: logEntry(number), keep: 2 } });
      }
      assert.deepEqual(await logged(), [id(22), id(21)]);
    });
  });
}
