import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { MemoryDisk, refusal } from '../support/storage/memoryDisk.ts';
import { isCode } from '../support/storage/pages.ts';
import { seeded } from '../support/storage/random.ts';
import { agentId, fragment, id, message, note, room } from '../support/storage/samples.ts';
import { temporaryFolder, testRuntime } from '../support/testRuntime.ts';

const FILE = '/disk/memory.sqlite';
const DAY = 86_400_000;
const ASIDE = `${FILE}.corrupt-2026-11-20T12-00-00-000Z`;
const SECRET = 'xyzzy-the-word';

const on = (disk: MemoryDisk): SqliteDatabase =>
  createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });

/** The files of a folder in which some text is. */
const holding = (files: Record<string, Buffer>, text: string): string[] =>
  Object.keys(files).filter((name) => files[name]?.includes(text));

/** A database that was used on four days, with copies and something set aside, all of which hold the word. */
async function used(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  for (let day = 0; day < 4; day++) {
    disk.now = 2 * day * DAY;
    const db = on(disk);
    await db.init();
    await db.createRoom(room(1));
    await db.createMemories([
      message(100 + day, { content: { text: `${SECRET} ${'and more '.repeat(3000)}` } }),
      note(200 + day, { content: { text: SECRET } }),
      note(300 + day),
    ]);
    await db.createMemories([fragment(400 + day, 200 + day, { content: { text: SECRET } })]);
    await db.close();
  }
  disk.put(ASIDE, Buffer.from(SECRET));
  disk.put(`${ASIDE}-wal`, Buffer.from(SECRET));
  return disk;
}

const ways: Record<string, (db: SqliteDatabase) => Promise<unknown>> = {
  deleteMemories: (db) =>
    db.deleteMemories(Array.from({ length: 4 }, (_, day) => [id(100 + day), id(200 + day)]).flat()),
  deleteAllMemories: (db) => db.deleteAllMemories({ agentId, words: ['xyzzy'] }),
  'deleteMessagesFrom and a kind': async (db) => {
    await db.deleteMessagesFrom(id(1), id(100));
    await db.deleteAllMemories({ agentId, kinds: ['note', 'fragment'] });
  },
  'purgeRooms and a list': async (db) => {
    await db.deleteRoom(id(1), 1);
    await Promise.all([
      db.purgeRooms(2),
      ...Array.from({ length: 4 }, (_, day) => db.deleteMemories([id(200 + day)])),
    ]);
  },
};

describe('what is forgotten', () => {
  for (const [name, forget] of Object.entries(ways)) {
    it(`by ${name} is in no file when the call returns, nor later`, async () => {
      const disk = await used();
      const db = on(disk);
      await db.init();
      assert.ok(holding(disk.files(), SECRET).length >= 6);
      await forget(db);
      assert.deepEqual(holding(disk.files(), SECRET), []);
      await db.createMemories([note(900)]);
      await db.close();
      assert.deepEqual(holding(disk.files(), SECRET), []);
      assert.deepEqual(Object.keys(disk.files()).sort(), [FILE, `${FILE}.backup`]);
    });
  }

  it('leaves nothing behind in pages that were put in order anew', async () => {
    const random = seeded(3);
    const disk = new MemoryDisk();
    const db = on(disk);
    await db.init();
    const living: number[] = [];
    const gone: number[] = [];
    const pick = () => living.splice(Math.floor(random() * living.length), 1)[0] ?? 0;
    for (let round = 0; round < 150; round++) {
      // Ids without an order make SQLite divide and merge its pages far more often than ours do.
      const added = Array.from({ length: 10 }, () => 1 + Math.floor(random() * 1e12));
      const texts = added.map((n) => `word${n}x ${'w'.repeat(random() * 700)}`);
      await db.createMemories(added.map((n, i) => note(n, { content: { text: texts[i] ?? '' } })));
      living.push(...added);
      const forgotten = Array.from({ length: 5 }, pick);
      gone.push(...forgotten);
      await db.deleteMemories(forgotten.map(id));
    }
    const files = disk.files();
    assert.deepEqual(
      gone.filter((n) => holding(files, `word${n}x`).length > 0),
      [],
    );
    assert.equal(living.filter((n) => holding(files, `word${n}x`).length === 0).length, 0);
    await db.close();
  });

  it('is forgotten after a power cut as well, wherever it comes', async () => {
    const disk = await used();
    const db = on(disk);
    await db.init();
    const before = disk.ops.length;
    await ways.deleteAllMemories?.(db);
    const acknowledged = disk.ops.length;
    const random = seeded(11);
    const cuts = Array.from(
      { length: 30 },
      (_, n) => before + Math.round(((acknowledged - before) * n) / 29),
    );
    for (const cut of cuts) {
      const left = disk.afterPowerCut(cut, random);
      left.now = disk.now;
      const after = on(left);
      await after.init();
      const there = await after.countMemories({ agentId, words: ['xyzzy'] });
      await after.close();
      if (cut === acknowledged) assert.equal(there, 0);
      assert.equal(there > 0, holding(left.files(), SECRET).length > 0, `cut ${cut - before}`);
      assert.equal(await restarted(left), 4, `cut ${cut - before}`);
    }
    await db.close();
  });

  /** How many of the other notes a restart finds. */
  async function restarted(disk: MemoryDisk): Promise<number> {
    const db = on(disk);
    await db.init();
    assert.equal(db.notice(), undefined);
    const count = (await db.getMemoriesByIds([300, 301, 302, 303].map(id))).length;
    await db.close();
    return count;
  }

  it('stays in copies that resist until the next start, and the call says so', async () => {
    const disk = await used();
    const db = on(disk);
    await db.init();
    disk.hook = (call, file) => {
      if (call === 'unlinkSync' && file.endsWith('.backup-2')) throw refusal('EPERM');
    };
    await assert.rejects(db.deleteAllMemories({ agentId, words: ['xyzzy'] }), {
      message: 'It is forgotten, but older copies of it could not be removed.',
    });
    assert.equal(await db.countMemories({ agentId, words: ['xyzzy'] }), 0);
    disk.hook = () => {};
    await db.close();
    const again = on(disk);
    await again.init();
    assert.deepEqual(holding(disk.files(), SECRET), []);
    await again.close();
  });

  it('is not forgotten where that cannot be noted', async () => {
    const disk = await used();
    const db = on(disk);
    await db.init();
    disk.hook = (call, file) => {
      if (call === 'openSync' && file.endsWith('.forgetting')) throw refusal('ENOSPC');
    };
    await assert.rejects(db.deleteMemories([id(200)]), isCode('storage_full'));
    disk.hook = () => {};
    assert.notEqual(await db.getMemoryById(id(200)), undefined);
    await db.close();
  });

  it('costs nothing where nothing was', async () => {
    const disk = await used();
    const db = on(disk);
    await db.init();
    const copies = Object.keys(disk.files()).filter((name) => name !== `${FILE}-wal`);
    assert.equal(await db.deleteMemories([id(1000)]), 0);
    await db.deleteAllMemories({ agentId, words: ['nowhere'] });
    await db.purgeRooms(1);
    assert.deepEqual(
      Object.keys(disk.files()).filter((name) => name !== `${FILE}-wal`),
      copies,
    );
    await db.close();
  });

  it('by memory.forget is in no file of the folder', async () => {
    const { folder, remove } = await temporaryFolder();
    const first = await testRuntime({ storageDir: folder });
    const { id: noteId } = await first.call('memory.add', { text: `The word is ${SECRET}.` });
    await first.call('memory.add', { text: 'Something else.' });
    // So that the index of words is kept on disk as well.
    assert.equal((await first.call('memory.search', { query: SECRET })).items[0]?.id, noteId);
    await first.runtime.close();
    assert.ok(filesWith(folder, SECRET).length >= 2);
    assert.ok(filesWith(folder, 'xyzzy').length >= 2);
    const { runtime, call } = await testRuntime({ storageDir: folder });
    assert.equal((await call('memory.search', { query: SECRET })).items[0]?.id, noteId);
    await call('memory.forget', { id: noteId });
    assert.deepEqual(filesWith(folder, 'xyzzy'), []);
    await runtime.close();
    assert.deepEqual(filesWith(folder, 'xyzzy'), []);
    await remove();
  });

  function filesWith(folder: string, text: string): string[] {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    return names.filter((name) => readFileSync(name).includes(text));
  }
});
