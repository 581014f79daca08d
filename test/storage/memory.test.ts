import assert from 'node:assert/strict';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { conformance } from './conformance.ts';

describe('SQLite in memory', () => {
  conformance(() => createSqliteDatabase({ log: silentLog }));

  it('takes nothing on disk', async () => {
    const db = createSqliteDatabase({ log: silentLog });
    await db.init();
    const { bytes, file } = await db.stats();
    assert.deepEqual({ bytes, file }, { bytes: 0, file: undefined });
    await db.close();
  });
});
