import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { type Hook, MemoryDisk, refusal } from '../support/storage/memoryDisk.ts';
import { isCode } from '../support/storage/pages.ts';
import { seeded } from '../support/storage/random.ts';
import { agentId, id, message, note, room } from '../support/storage/samples.ts';

const FILE = '/disk/memory.sqlite';
const WRITES = 6;

const on = (disk: MemoryDisk): SqliteDatabase =>
  createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog });

/** A closed database with one room, to start each case from. */
async function base(): Promise<Record<string, Buffer>> {
  const disk = new MemoryDisk();
  const db = on(disk);
  await db.init();
  await db.createRoom(room(1));
  await db.close();
  return disk.files();
}

const write = (db: SqliteDatabase, n: number, words = 500) =>
  db.createMemories([message(100 + n, { content: { text: 'words '.repeat(words) } })]);

/** Fails once the given number of bytes was written. */
function full(budget: number): Hook {
  let left = budget;
  return (call, _file, bytes) => {
    if (call !== 'writeSync') return;
    left -= bytes;
    if (left < 0) throw refusal('ENOSPC');
  };
}

/** Fails the n-th of these calls, once. */
function nth(wanted: readonly string[], n: number, code: string): Hook {
  let count = 0;
  return (call) => {
    if (wanted.includes(call) && count++ === n) throw refusal(code);
  };
}

/**
 * Writes while `hook` interferes, alone and together, then without it, then after a restart. What was
 * acknowledged must be there, what was refused for want of space must not.
 */
async function survive(files: Record<string, Buffer>, hook: Hook, words?: number): Promise<ZoeyError[]> {
  const disk = new MemoryDisk(files);
  const db = on(disk);
  await db.init();
  disk.hook = hook;
  const outcomes: PromiseSettledResult<void>[] = [];
  for (let n = 0; n < WRITES / 2; n++) outcomes.push(...(await Promise.allSettled([write(db, n, words)])));
  const together = Array.from({ length: WRITES / 2 }, (_, n) => write(db, WRITES / 2 + n, words));
  outcomes.push(...(await Promise.allSettled(together)));
  disk.hook = () => {};
  await db.createMemories([note(99)]);
  await check(db, outcomes);
  await db.close();
  const again = on(disk);
  await again.init();
  assert.equal(again.notice(), undefined);
  await check(again, outcomes);
  await again.close();
  assert.equal(disk.openCount, 0);
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as ZoeyError] : []));
}

async function check(db: SqliteDatabase, outcomes: PromiseSettledResult<void>[]): Promise<void> {
  for (const [n, outcome] of outcomes.entries()) {
    const stored = (await db.getMemoryById(id(100 + n))) !== undefined;
    if (outcome.status === 'fulfilled') assert.ok(stored, `write ${n} was acknowledged and is lost`);
    else if (outcome.reason.code === 'storage_full')
      assert.ok(!stored, `write ${n} was refused and is there`);
  }
  assert.deepEqual(await db.getMemoryById(id(99)), note(99));
}

describe('a disk that refuses', () => {
  let files: Record<string, Buffer>;
  before(async () => {
    files = await base();
  });

  it('for want of space, at any byte: the write fails, all else stays', async () => {
    const codes = new Set<string>();
    for (let budget = 0; budget < 220_000; budget += 9973) {
      for (const error of await survive(files, full(budget))) codes.add(error.code);
    }
    assert.deepEqual([...codes], ['storage_full']);
  });

  it('for want of space: what is too big does not take the small along', async () => {
    const disk = new MemoryDisk(files);
    const db = on(disk);
    await db.init();
    disk.hook = (call, _file, _bytes, end) => {
      if (call === 'writeSync' && end > 300_000) throw refusal('ENOSPC');
    };
    const small = db.createMemories([note(51)]);
    const big = db.createMemories([note(50, { content: { text: 'x'.repeat(1_000_000) } })]);
    await assert.rejects(big, isCode('storage_full'));
    await small;
    assert.deepEqual(await db.getMemoryById(id(51)), note(51));
    assert.equal(await db.getMemoryById(id(50)), undefined);
    await db.close();
  });

  it('any one write: nothing acknowledged is lost', async () => {
    let failures = 0;
    for (let n = 0; n < 30; n++) {
      // Long enough for several writes of the log a message.
      const errors = await survive(files, nth(['writeSync'], n, 'EIO'), 50_000);
      failures += errors.length;
      for (const error of errors) assert.equal(error.code, 'storage_failed');
    }
    assert.ok(failures > 12, `${failures} failures`);
  });

  it('any one sync: the database is opened anew and nothing acknowledged is lost', async () => {
    let failures = 0;
    for (let n = 0; n < 6; n++) {
      failures += (await survive(files, nth(['fdatasyncSync', 'fsyncSync'], n, 'EIO'))).length;
    }
    assert.ok(failures >= 4, `${failures} failures`);
  });

  it('any one sync: what is acknowledged later outlives a power cut', async () => {
    const random = seeded(5);
    for (let n = 0; n < 6; n++) {
      const disk = new MemoryDisk();
      let db = on(disk);
      await db.init();
      await db.createRoom(room(1));
      await db.close();
      db = on(disk);
      await db.init();
      disk.hook = nth(['fdatasyncSync'], n, 'EIO');
      const outcomes: PromiseSettledResult<void>[] = [];
      for (let i = 0; i < WRITES; i++) outcomes.push(...(await Promise.allSettled([write(db, i)])));
      await db.createMemories([note(99)]);
      for (let cut = 0; cut < 5; cut++) {
        const left = on(disk.afterPowerCut(disk.ops.length, random));
        await left.init();
        assert.equal(left.notice(), undefined);
        await check(left, outcomes);
        await left.close();
      }
      await db.close();
    }
  });

  it('the sync of a checkpoint: the write stands, the database is opened anew', async () => {
    const disk = new MemoryDisk(files);
    const db = on(disk);
    await db.init();
    disk.hook = (call, file) => {
      if (call === 'fdatasyncSync' && file === FILE) throw refusal('EIO');
    };
    // More than the two thousand pages after which SQLite empties its log.
    await db.createMemories([note(50, { content: { text: 'x'.repeat(5_000_000) } })]);
    assert.equal(db.isReady(), false);
    disk.hook = () => {};
    assert.equal((await db.getMemoryById(id(50)))?.content.text.length, 5_000_000);
    assert.equal(db.isReady(), true);
    await db.close();
  });

  it('every sync: no write is acknowledged until it obeys again', async () => {
    const disk = new MemoryDisk(files);
    const db = on(disk);
    await db.init();
    disk.hook = (call) => {
      if (call === 'fdatasyncSync') throw refusal('EIO');
    };
    for (let n = 0; n < 3; n++) await assert.rejects(write(db, n), isCode('storage_failed'));
    assert.equal(db.isReady(), false);
    disk.hook = () => {};
    await write(db, 9);
    assert.equal(db.isReady(), true);
    await db.close();
  });

  it('to be written: says so, and harms nothing', async () => {
    for (const code of ['EROFS', 'EACCES']) {
      const disk = new MemoryDisk(files);
      const db = on(disk);
      disk.hook = (call) => {
        if (call === 'openSync' || call === 'writeSync') throw refusal(code);
      };
      await assert.rejects(db.init(), isCode('storage_read_only'));
      assert.deepEqual(disk.files()[FILE], files[FILE]);
    }
  });

  it('to open for writing, though it lets read', async () => {
    const disk = new MemoryDisk(files);
    const db = on(disk);
    disk.hook = (call, file) => {
      if (['writeSync', 'ftruncateSync', 'unlinkSync', 'renameSync'].includes(call)) throw refusal('EROFS');
      if (call === 'openSync' && file.startsWith(FILE)) readOnlyOpen(disk, file);
    };
    await assert.rejects(db.init(), isCode('storage_read_only'));
    assert.deepEqual(disk.files()[FILE], files[FILE]);
  });

  it('while it is being opened: fails then, and opens later', async () => {
    for (const start of [files, {}]) {
      for (let n = 0; n < 12; n++) {
        const disk = new MemoryDisk(start);
        const db = on(disk);
        disk.hook = nth(['writeSync', 'fdatasyncSync', 'fsyncSync', 'openSync'], n, n % 2 ? 'ENOSPC' : 'EIO');
        const error = await db.init().catch((error: unknown) => error);
        if (error !== undefined)
          assert.ok(ZoeyError.is(error) && error.code.startsWith('storage_'), String(error));
        disk.hook = () => {};
        await db.init();
        assert.equal(db.notice(), undefined);
        assert.equal((await db.getRooms({ agentId, limit: 9 })).items.length, start === files ? 1 : 0);
        await db.close();
      }
    }
  });

  it('the folder: says why', async () => {
    for (const [code, expected] of [
      ['EROFS', 'storage_read_only'],
      ['ENOSPC', 'storage_full'],
      ['ENOTDIR', 'storage_failed'],
    ] as const) {
      const disk = new MemoryDisk();
      disk.hook = (call) => {
        if (call === 'mkdirSync') throw refusal(code);
      };
      await assert.rejects(on(disk).init(), isCode(expected));
    }
  });

  it('a copy: closes all the same', async () => {
    const disk = new MemoryDisk();
    disk.hook = (call, file) => {
      if (call === 'writeSync' && file.endsWith('.backup.new')) throw refusal('ENOSPC');
    };
    const db = on(disk);
    await db.init();
    await db.createRoom(room(1));
    await db.close();
    assert.deepEqual(Object.keys(disk.files()), [FILE]);
  });
});

/** A mount that is read-only refuses to open for writing; the second try of SQLite, to read, goes through. */
const tried = new WeakMap<MemoryDisk, Set<string>>();
function readOnlyOpen(disk: MemoryDisk, file: string): void {
  const before = tried.get(disk) ?? new Set();
  tried.set(disk, before);
  if (before.has(file)) return;
  before.add(file);
  throw refusal('EROFS');
}
