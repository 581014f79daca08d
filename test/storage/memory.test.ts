import assert from 'node:assert/strict';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { agentId, id, message, note, room } from '../support/storage/samples.ts';
import { conformance } from './conformance.ts';

describe('SQLite in memory', () => {
  conformance((options) => createSqliteDatabase({ ...options, log: silentLog }));

  it('keeps 10,000 entries of the cache where nothing else is said, or a few more', async () => {
    const db = createSqliteDatabase({ clock: () => 0, log: silentLog });
    await db.init();
    const keys = Array.from({ length: 10_500 }, (_, n) => `key${String(n).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => db.setCache(agentId, key, 1)));
    assert.equal(await db.getCache(agentId, 'key00371'), undefined);
    assert.equal(await db.getCache(agentId, 'key00500'), 1);
    await db.close();
  });

  it('counts all but the memories of deleted rooms, in slices', async () => {
    const db = createSqliteDatabase({ log: silentLog });
    await db.init();
    assert.equal((await db.stats()).memories, 0);
    await db.createRoom(room(1));
    await db.createMemories([
      message(2),
      message(3),
      ...Array.from({ length: 8190 }, (_, n) => note(10 + n)),
    ]);
    assert.equal((await db.stats()).memories, 8192);
    await db.createMemories([note(9000), note(9001)]);
    assert.equal((await db.stats()).memories, 8194);
    await db.deleteRoom(id(1), 1);
    assert.equal((await db.stats()).memories, 8192);
    await db.close();
  });

  it('takes nothing on disk', async () => {
    const db = createSqliteDatabase({ log: silentLog });
    await db.init();
    const { bytes, file } = await db.stats();
    assert.deepEqual({ bytes, file }, { bytes: 0, file: undefined });
    await db.close();
  });
});
