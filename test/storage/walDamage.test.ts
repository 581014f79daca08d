import assert from 'node:assert/strict';
import { CompiledQuery } from 'kysely';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine, type Engine } from '../../runtime/storage/sqlite/engine.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';

const FILE = '/disk/t.sqlite';
const LOG = `${FILE}-wal`;
const COMMITS = 4;

describe('a log that was cut or damaged', () => {
  let database: Buffer;
  let log: Buffer;
  let engine: Engine;
  const disk = new MemoryDisk();

  before(async () => {
    engine = await createEngine(disk.fs);
    const connection = Connection.open(engine, FILE);
    // Small pages make a short log, so that every byte of it can be tried.
    connection.exec('PRAGMA page_size = 512');
    connection.configure(true);
    connection.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT)');
    connection.checkpoint();
    for (let n = 1; n <= COMMITS; n++) connection.exec(`INSERT INTO t VALUES (${n}, '${'v'.repeat(40)}')`);
    const files = disk.files();
    database = files[FILE] ?? Buffer.alloc(0);
    log = files[LOG] ?? Buffer.alloc(0);
    connection.close();
    assert.ok(log.length > 2000 && log.length < 5000, `a log of ${log.length} bytes`);
  });

  /** Opens the database with that log; returns how many commits are in it, from the first on. */
  const commitsWith = (bytes: Buffer): number => {
    disk.put(FILE, database);
    disk.put(LOG, bytes);
    const connection = Connection.open(engine, FILE);
    try {
      connection.configure(true);
      assert.equal(connection.pragma('integrity_check'), 'ok');
      const rows = connection.all(CompiledQuery.raw('SELECT n FROM t ORDER BY n')) as { n: number }[];
      assert.deepEqual(
        rows.map(({ n }) => n),
        rows.map((_, index) => index + 1),
      );
      return rows.length;
    } finally {
      connection.close();
    }
  };
  it('gives the commits before the cut, at every length', () => {
    let before = 0;
    for (let length = 0; length <= log.length; length++) {
      const commits = commitsWith(log.subarray(0, length));
      assert.ok(commits === before || commits === before + 1, `${commits} after ${before} at ${length}`);
      before = commits;
    }
    assert.equal(before, COMMITS);
  });

  it('gives the commits before the damage, at every byte', () => {
    for (let offset = 0; offset < log.length; offset++) {
      const damaged = Buffer.from(log);
      damaged[offset] = (damaged[offset] ?? 0) ^ 0x5a;
      const commits = commitsWith(damaged);
      const whole = Math.floor(((offset - 32) / (log.length - 32)) * COMMITS);
      assert.ok(commits >= Math.max(0, whole) && commits <= COMMITS, `${commits} with ${offset} damaged`);
    }
  });
});
