import assert from 'node:assert/strict';
import { CompiledQuery } from 'kysely';
import { silentLog } from '../../runtime/kernel/log.ts';
import { Backups } from '../../runtime/storage/sqlite/backup.ts';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { Upkeep } from '../../runtime/storage/sqlite/upkeep.ts';
import { MemoryDisk, refusal } from '../support/storage/memoryDisk.ts';

const FILE = '/disk/t.sqlite';
const COPY = `${FILE}.backup`;
const DAY = 86_400_000;

interface Kept {
  disk: MemoryDisk;
  connection: Connection;
  backups: Backups;
  upkeep: Upkeep;
}

async function kept(rows = 500): Promise<Kept> {
  const disk = new MemoryDisk();
  const connection = Connection.open(await createEngine(disk.fs), FILE);
  connection.configure(true);
  connection.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT)');
  for (let n = 0; n < rows; n++) add(connection, n);
  const backups = new Backups(disk.fs, FILE);
  const upkeep = new Upkeep({ file: FILE, fs: disk.fs, clock: () => disk.now, log: silentLog, backups });
  return { disk, connection, backups, upkeep };
}

function add(connection: Connection, n: number): void {
  connection.run(CompiledQuery.raw('INSERT INTO t (v) VALUES (?)', [`row ${n} ${'v'.repeat(400)}`]));
}

const bytesOf = (disk: MemoryDisk, name: string): Buffer => disk.files()[name] ?? assert.fail(`no ${name}`);

async function rowsIn(bytes: Buffer): Promise<number> {
  const connection = Connection.open(await createEngine(new MemoryDisk({ [FILE]: bytes }).fs), FILE);
  assert.equal(connection.pragma('integrity_check'), 'ok');
  const count = connection.first(CompiledQuery.raw('SELECT count(*) AS count FROM t'));
  connection.close();
  return (count as { count: number }).count;
}

describe('the upkeep of a database', () => {
  it('makes a sound copy while rows are written, of what was there at one moment', async () => {
    const { disk, connection, upkeep } = await kept(5000);
    const done = upkeep.run(connection);
    let written = 5000;
    while (disk.files()[COPY] === undefined) {
      for (let n = 0; n < 300; n++) add(connection, written++);
      await new Promise(setImmediate);
    }
    await done;
    const copied = await rowsIn(bytesOf(disk, COPY));
    assert.ok(copied >= 5000 && copied < written, `${copied} of ${written}`);
    connection.close();
    assert.equal(await rowsIn(bytesOf(disk, FILE)), written);
  });

  it('keeps the three newest copies, one a day', async () => {
    const { disk, connection, upkeep, backups } = await kept(0);
    for (let day = 0; day < 5; day++) {
      disk.now = day * (DAY + 1);
      add(connection, day);
      await upkeep.run(connection);
      await upkeep.run(connection);
    }
    const names = [COPY, `${COPY}-2`, `${COPY}-3`];
    assert.deepEqual(backups.copies(), names);
    const counts = await Promise.all(names.map((name) => rowsIn(bytesOf(disk, name))));
    assert.deepEqual(counts, [5, 4, 3]);
    connection.close();
  });

  it('finds a damaged page, and then copies nothing', async () => {
    const { disk, connection, upkeep } = await kept();
    connection.checkpoint();
    const bytes = bytesOf(disk, FILE);
    const copyBefore = Buffer.from('a good copy');
    disk.put(COPY, copyBefore);
    disk.now = 3 * DAY;
    const fd = disk.fs.openSync(FILE, 'r+');
    disk.fs.writeSync(fd, Buffer.alloc(4096, 0x77), 0, 4096, bytes.length - 4096);
    disk.fs.closeSync(fd);
    await upkeep.run(connection);
    assert.equal(connection.broken, true);
    assert.deepEqual(bytesOf(disk, COPY), copyBefore);
    connection.abandon();
  });

  it('that cannot make a copy leaves the one before', async () => {
    const { disk, connection, upkeep } = await kept();
    await upkeep.run(connection);
    const before = bytesOf(disk, COPY);
    disk.now = 2 * DAY;
    disk.hook = (call, file, bytes) => {
      if (call === 'writeSync' && file.endsWith('.new') && bytes > 0) throw refusal('ENOSPC');
    };
    add(connection, 501);
    await upkeep.run(connection);
    disk.hook = () => {};
    assert.equal(connection.broken, false);
    assert.deepEqual(bytesOf(disk, COPY), before);
    assert.equal(disk.files()[`${COPY}.new`], undefined);
    connection.close();
  });

  it('gives way at once to what is forgotten, and copies only what is left', async () => {
    const { disk, connection, upkeep } = await kept(5000);
    connection.configure(true);
    const done = upkeep.run(connection);
    await new Promise(setImmediate);
    connection.run(CompiledQuery.raw("DELETE FROM t WHERE v LIKE 'row 4321 %'"));
    await upkeep.erase(connection);
    await done;
    assert.deepEqual(
      Object.keys(disk.files()).filter((name) => bytesOf(disk, name).includes('row 4321 ')),
      [],
    );
    await upkeep.run(connection);
    assert.equal(await rowsIn(bytesOf(disk, COPY)), 4999);
    await upkeep.pause();
    connection.close();
  });

  it('lets the log be emptied again afterwards', async () => {
    const { connection, upkeep } = await kept();
    await upkeep.run(connection);
    assert.equal(connection.pragma('wal_autocheckpoint'), 2000);
    connection.close();
  });
});
