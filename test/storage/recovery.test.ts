import assert from 'node:assert/strict';
import { CompiledQuery } from 'kysely';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { migrate } from '../../runtime/storage/sqlite/migrate.ts';
import { SALVAGED } from '../../runtime/storage/sqlite/salvage.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { isCode } from '../support/storage/pages.ts';
import { agentId, id, message, note, room } from '../support/storage/samples.ts';

const FILE = '/disk/memory.sqlite';
const LOG = `${FILE}-wal`;
const COPY = `${FILE}.backup`;
const DAY = 86_400_000;
const NOON = Date.UTC(2026, 10, 22, 12);
const ASIDE = `${FILE}.corrupt-2026-11-22T12-00-00-000Z`;

const on = (disk: MemoryDisk): SqliteDatabase =>
  createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });

const bytesOf = (disk: MemoryDisk, name: string): Buffer => disk.files()[name] ?? assert.fail(`no ${name}`);

/** A closed database with a copy that has room 1, and since then room 2 and notes. */
async function filled(): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  disk.now = NOON;
  const db = on(disk);
  await db.init();
  await db.createRoom(room(1));
  await db.close();
  await db.init();
  await db.createRoom(room(2));
  await db.createMemories(Array.from({ length: 300 }, (_, i) => note(100 + i)));
  await db.close();
  return disk;
}

function damage(disk: MemoryDisk, name: string, change: (bytes: Buffer) => void): Buffer {
  const bytes = bytesOf(disk, name);
  change(bytes);
  disk.put(name, bytes);
  return bytes;
}

describe('a damaged database', () => {
  it('with a broken header is set aside, its copy restored, and what came later recovered', async () => {
    const disk = await filled();
    const damaged = damage(disk, FILE, (bytes) => bytes.fill(0x58, 0, 16));
    disk.put(LOG, Buffer.from('a log that belongs to it'));
    const db = on(disk);
    await db.init();
    assert.equal(
      db.notice(),
      'The memory on disk was damaged. Its newest copy was restored. ' +
        'Recovered from the damaged file: 301 entries. Nothing was lost. ' +
        'What was there is kept as memory.sqlite.corrupt-2026-11-22T12-00-00-000Z.',
    );
    assert.deepEqual(await db.getRoom(id(1)), room(1));
    assert.deepEqual(await db.getRoom(id(2)), room(2));
    assert.deepEqual(await db.getMemoryById(id(399)), note(399));
    assert.deepEqual(bytesOf(disk, ASIDE), damaged);
    assert.equal(bytesOf(disk, `${ASIDE}-wal`).toString(), 'a log that belongs to it');
    await db.createRoom(room(3));
    await db.close();
    const again = on(disk);
    await again.init();
    assert.equal(again.notice(), undefined);
    assert.deepEqual(await again.getRoom(id(3)), room(3));
    await again.close();
  });

  it('without a copy starts empty', async () => {
    const disk = new MemoryDisk({ [FILE]: Buffer.from('not a database, whatever its name says'.repeat(50)) });
    disk.now = NOON;
    const db = on(disk);
    await db.init();
    assert.match(
      db.notice() ?? '',
      /There was no sound copy of it\. Nothing could be read in the damaged file: .* What was there is kept as/,
    );
    await db.createRoom(room(1));
    await db.close();
    assert.deepEqual(Object.keys(disk.files()).sort(), [FILE, COPY, ASIDE]);
  });

  it('whose copy is damaged too gives what can be read in it, and both are kept', async () => {
    const disk = await filled();
    const copy = damage(disk, COPY, (bytes) => bytes.fill(0, 0, 16));
    damage(disk, FILE, (bytes) => {
      const page = Math.floor(bytes.indexOf('Note 150') / 4096);
      bytes.fill(0x77, page * 4096, (page + 1) * 4096);
    });
    const db = on(disk);
    await db.init();
    await db.getMemoryById(id(150)).catch(() => undefined);
    assert.deepEqual(await db.getRoom(id(1)), room(1));
    const kept = await db.countMemories({ agentId });
    assert.ok(kept > 250 && kept < 300, `${kept} kept`);
    const words = `There was no sound copy of it. Recovered from the damaged file: ${kept + 2} entries. Lost, since`;
    assert.ok(db.notice()?.includes(words), db.notice());
    assert.ok(db.notice()?.includes(`could not be read there: ${300 - kept} entries.`), db.notice());
    assert.deepEqual(bytesOf(disk, `${ASIDE}.backup`), copy);
    await db.close();
  });

  it('that was emptied under its log is taken for damaged, not for new', async () => {
    const disk = await filled();
    disk.put(FILE, Buffer.alloc(0));
    disk.put(LOG, Buffer.from('committed'));
    const db = on(disk);
    await db.init();
    assert.deepEqual(await db.getRoom(id(1)), room(1));
    assert.equal(bytesOf(disk, `${ASIDE}-wal`).toString(), 'committed');
    await db.close();
  });

  it('found while it is read is replaced at once; the next call goes on', async () => {
    const disk = await filled();
    // The page of one message: the header and the schema are sound, so that it opens.
    damage(disk, FILE, (bytes) => {
      const page = Math.floor(bytes.indexOf('Note 150') / 4096);
      bytes.fill(0x77, page * 4096, (page + 1) * 4096);
    });
    const db = on(disk);
    await db.init();
    assert.equal(db.notice(), undefined);
    const error = await db.getMemoryById(id(150)).catch((error: unknown) => error);
    assert.ok(isCode('storage_corrupt')(error), String(error));
    assert.equal(db.isReady(), false);
    assert.deepEqual(await db.getRoom(id(1)), room(1));
    assert.match(db.notice() ?? '', /restored/);
    assert.equal(db.isReady(), true);
    await db.close();
  });

  it('never takes the place of a good copy', async () => {
    const disk = await filled();
    const copy = bytesOf(disk, COPY);
    damage(disk, FILE, (bytes) => bytes.fill(0x77, 4096 * 3));
    disk.now = NOON + 2 * DAY;
    const db = on(disk);
    await db.init();
    assert.match(db.notice() ?? '', /restored/);
    assert.deepEqual(await db.getRoom(id(1)), room(1));
    await db.close();
    assert.equal(bytesOf(disk, COPY).length, copy.length);
  });

  it('set aside twice in the same instant is kept twice', async () => {
    const disk = await filled();
    for (const name of [ASIDE, `${ASIDE}-2`]) {
      const damaged = damage(disk, FILE, (bytes) => bytes.fill(0x59, 0, 16));
      const db = on(disk);
      await db.init();
      await db.close();
      assert.deepEqual(bytesOf(disk, name), damaged);
    }
  });

  it('is whole again wherever a crash cuts off the replacement', async () => {
    const disk = await filled();
    // With a sound log: played into the copy, it would spoil it.
    const db = on(disk);
    await db.init();
    await db.createMemories(Array.from({ length: 50 }, (_, i) => note(500 + i)));
    damage(disk, FILE, (bytes) => bytes.fill(0x77, 4096 * 3));
    const start = disk.files();
    assert.ok((start[LOG]?.length ?? 0) > 0);
    await db.close();
    const total = await replaced(start, Number.POSITIVE_INFINITY);
    assert.ok(total > 4);
    for (let crash = 0; crash < total; crash++) await replaced(start, crash);
  });

  /** Opens with a crash before the n-th change of a name, then opens again; returns how many there were. */
  async function replaced(start: Record<string, Buffer>, crash: number): Promise<number> {
    const disk = new MemoryDisk(start);
    disk.now = NOON;
    let count = 0;
    disk.hook = (call) => {
      if (!['renameSync', 'openSync', 'unlinkSync', 'fsyncSync'].includes(call)) return;
      if (count++ >= crash) throw new Error('crash');
    };
    await on(disk)
      .init()
      .catch(() => undefined);
    disk.hook = () => {};
    const db = on(disk);
    await db.init();
    assert.deepEqual(await db.getRoom(id(1)), room(1), `crash ${crash}`);
    await db.close();
    return count;
  }
});

describe('what is taken out of a damaged database', () => {
  it('is every table but those that are made anew', async () => {
    const disk = new MemoryDisk();
    const connection = Connection.open(await createEngine(disk.fs), FILE);
    connection.configure(true);
    migrate(connection);
    const tables = connection.all<{ name: string }>(
      CompiledQuery.raw("SELECT name FROM sqlite_schema WHERE type = 'table'") as CompiledQuery<{
        name: string;
      }>,
    );
    connection.close();
    const salvaged: readonly string[] = SALVAGED;
    const others = tables.map(({ name }) => name).filter((name) => !salvaged.includes(name));
    assert.deepEqual(others.sort(), ['blobs', 'cache']);
  });
});

describe('a healthy database', () => {
  it('makes a copy when it closes, then one a day', async () => {
    const disk = new MemoryDisk();
    disk.now = NOON;
    const copyHas = async (number: number): Promise<boolean> => {
      const copy = new MemoryDisk({ [FILE]: bytesOf(disk, COPY) });
      const db = on(copy);
      await db.init();
      const found = (await db.getRoom(id(number))) !== undefined;
      await db.close();
      return found;
    };
    const db = on(disk);
    await db.init();
    assert.deepEqual(Object.keys(disk.files()).includes(COPY), false);
    await db.createRoom(room(1));
    await db.close();
    assert.equal(await copyHas(1), true);

    disk.now = NOON + DAY - 1;
    await db.init();
    await db.createRoom(room(2));
    await db.close();
    assert.equal(await copyHas(2), false);

    disk.now = NOON + DAY + 1;
    await db.init();
    await db.close();
    assert.equal(await copyHas(2), true);
  });

  it('takes in what a crash left in the log', async () => {
    const disk = await filled();
    const db = on(disk);
    await db.init();
    await db.createMemories([message(2)]);
    const left = new MemoryDisk(disk.files());
    assert.ok(bytesOf(left, LOG).length > 0);
    left.now = disk.now;
    const again = on(left);
    await again.init();
    assert.deepEqual(await again.getMemoryById(id(2)), message(2));
    assert.equal(bytesOf(left, LOG).length, 0);
    await again.close();
    await db.close();
  });

  it('by a later Zoey is refused and left unharmed', async () => {
    const disk = await filled();
    const connection = Connection.open(await createEngine(disk.fs), FILE);
    connection.configure(true);
    connection.run(CompiledQuery.raw('PRAGMA user_version = 999'));
    connection.abandon();
    const before = disk.files();
    await assert.rejects(on(disk).init(), isCode('storage_newer'));
    assert.deepEqual(disk.files(), before);
  });
});
