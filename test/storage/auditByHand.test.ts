import assert from 'node:assert/strict';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import type { AuditCheck } from '../../runtime/types/audit.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { auditEntry, id } from '../support/storage/samples.ts';

const FILE = '/disk/memory.sqlite';

/** Five entries, of which the first was cut off, then the statement, then one entry more where it is asked for. */
async function changedBy(statement: string, more = false): Promise<{ check: AuditCheck; listed: number }> {
  const disk = new MemoryDisk();
  const open = async () => {
    const db = createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => 0, log: silentLog });
    await db.init();
    return db;
  };
  const before = await open();
  await before.appendAudit(
    [1, 2, 3, 4, 5].map((number) => auditEntry(number)),
    4,
  );
  await before.close();
  const connection = Connection.open(await createEngine(disk.fs), FILE);
  connection.configure(true);
  connection.exec(statement);
  connection.close();
  const db = await open();
  if (more) await db.appendAudit([auditEntry(9)], 4);
  const check = await db.checkAudit(new AbortController().signal);
  const listed = (await db.getAudit({ limit: 9 })).items.length;
  await db.close();
  return { check, listed };
}

describe('an audit in a file that somebody changed by hand', () => {
  it('is intact where nothing in it was changed', async () => {
    assert.deepEqual(await changedBy('SELECT 1'), { check: { intact: true }, listed: 4 });
  });

  for (const column of ['at', 'agent_id', 'kind', 'subject', 'outcome', 'count', 'previous', 'hash']) {
    it(`is broken at the entry whose ${column} was changed`, async () => {
      const value = column === 'at' || column === 'count' ? 77 : "'x'";
      const { check } = await changedBy(`UPDATE audit SET ${column} = ${value} WHERE id = '${id(3)}'`);
      assert.deepEqual(check, { intact: false, firstBroken: id(3) });
    });
  }

  it('is broken where entries were taken out: at the start, between, and at the end', async () => {
    const without = (number: number) => `DELETE FROM audit WHERE id = '${id(number)}'`;
    assert.deepEqual((await changedBy(without(2))).check, { intact: false, firstBroken: id(3) });
    assert.deepEqual((await changedBy(without(4))).check, { intact: false, firstBroken: id(5) });
    assert.deepEqual((await changedBy(without(5))).check, { intact: false });
    assert.deepEqual((await changedBy(without(5), true)).check, { intact: false, firstBroken: id(9) });
    assert.deepEqual((await changedBy('DELETE FROM audit')).check, { intact: false });
  });

  it('is broken where entries were put in, and what is written later is kept', async () => {
    const put = (seq: number) =>
      `INSERT INTO audit SELECT ${seq}, '${id(8)}', at, agent_id, kind, subject, outcome, count, previous, hash
       FROM audit WHERE id = '${id(5)}'`;
    assert.deepEqual((await changedBy(put(1))).check, { intact: false, firstBroken: id(8) });
    assert.deepEqual((await changedBy(put(6))).check, { intact: false, firstBroken: id(8) });
    const { check, listed } = await changedBy(put(6), true);
    assert.deepEqual([check.intact, listed], [false, 4]);
  });

  it('lists what can still be read', async () => {
    const { listed } = await changedBy(`UPDATE audit SET subject = '/a path' WHERE id = '${id(3)}'`);
    assert.equal(listed, 3);
  });
});
