import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InitSqlJsStatic } from 'sql.js';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { agentId, id, message, room, task } from '../support/storage/samples.ts';
import { conformance } from './conformance.ts';

describe('SQLite on files', () => {
  let folder: string;
  let count = 0;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zoey-storage-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const newFile = () => path.join(folder, String(++count), 'deep', 'memory.sqlite');
  const at = (file: string): SqliteDatabase => createSqliteDatabase({ file, log: silentLog });

  conformance((options) => createSqliteDatabase({ ...options, file: newFile(), log: silentLog }));

  const filled = async (file: string): Promise<void> => {
    const db = at(file);
    await db.init();
    await db.createRoom(room(1));
    await db.createMemories([message(2), message(3)]);
    await db.close();
  };

  it('is there again after it was closed, and can be opened again itself', async () => {
    const file = newFile();
    await filled(file);
    const db = at(file);
    for (let round = 0; round < 2; round++) {
      await db.init();
      assert.deepEqual(await db.getRoom(id(1)), room(1));
      assert.deepEqual(await db.getMemoryById(id(3)), message(3));
      await db.close();
    }
    assert.equal(db.notice(), undefined);
  });

  it('hands a task out once, also after a restart, and again where its run never ended', async () => {
    const file = newFile();
    const look = (now: number, claim: number) => ({
      agentId,
      claim: id(claim),
      now,
      until: now + 100,
      limit: 9,
    });
    const open = async () => {
      const db = at(file);
      await db.init();
      return db;
    };
    const first = await open();
    await first.createTask(task(1, { dueAt: 5 }));
    await first.createTask(task(2, { dueAt: 5 }));
    await first.close();
    const second = await open();
    assert.equal((await second.claimTasks(look(10, 7))).length, 2);
    assert.equal(await second.finishTask(id(1), id(7)), true);
    await second.close();
    const third = await open();
    assert.deepEqual(await third.claimTasks(look(50, 8)), []);
    const again = await third.claimTasks(look(110, 9));
    assert.deepEqual(again, [task(2, { dueAt: 5, attempts: 2 })]);
    await third.close();
  });

  it('says where it is and how big', async () => {
    const file = newFile();
    const db = at(file);
    await db.init();
    const stats = await db.stats();
    assert.equal(stats.file, file);
    assert.equal(stats.bytes, statSync(file).size + statSync(`${file}-wal`).size);
    await db.close();
  });

  it('can be read by its owner alone', async () => {
    const file = newFile();
    const db = at(file);
    await db.init();
    await db.createRoom(room(1));
    // Windows has other means, and shows no such bits.
    const expected = process.platform === 'win32' ? [0o666, 0o666, 0o666] : [0o600, 0o600, 0o700];
    const modes = [file, `${file}-wal`, path.dirname(file)].map((name) => statSync(name).mode & 0o777);
    assert.deepEqual(modes, expected);
    await db.close();
    const copyMode = statSync(`${file}.backup`).mode & 0o777;
    assert.equal(copyMode, expected[0]);
  });

  it('leaves the database and one copy behind, nothing else', async () => {
    const file = newFile();
    await filled(file);
    assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['memory.sqlite', 'memory.sqlite.backup']);
  });

  it('is a plain SQLite database, in whichever reader', async () => {
    const file = newFile();
    await filled(file);
    const bytes = readFileSync(file);
    // sql.js by itself has no shared memory and so cannot open a database in WAL mode: after a clean close
    // the log is empty, and these two bytes are all that says so.
    bytes.fill(1, 18, 20);
    const stock = createRequire(__filename)('sql.js') as InitSqlJsStatic;
    const reader = new (await stock()).Database(bytes);
    assert.deepEqual(reader.exec('PRAGMA integrity_check')[0]?.values, [['ok']]);
    const rows = reader.exec('SELECT id, room_id, text, created_at FROM memories ORDER BY id')[0]?.values;
    assert.deepEqual(rows, [
      [id(2), id(1), 'Message 2', 2],
      [id(3), id(1), 'Message 3', 3],
    ]);
    reader.close();
  });

  it('writes over what was deleted', async () => {
    const file = newFile();
    const db = at(file);
    await db.init();
    await db.createRoom(room(1));
    await db.createMemories([
      message(2, { content: { text: `the secret word is ${'xyzzy'.repeat(2000)}` } }),
    ]);
    await db.close();
    assert.ok(readFileSync(file).includes('xyzzy'));
    await db.init();
    await db.deleteMemories([id(2)]);
    await db.close();
    assert.ok(!readFileSync(file).includes('xyzzy'));
  });
});
