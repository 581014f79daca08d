import assert from 'node:assert/strict';
import { CompiledQuery } from 'kysely';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { checkPages, withoutRemnants } from '../../runtime/storage/sqlite/pages.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { seeded } from '../support/storage/random.ts';

const FILE = '/disk/t.sqlite';

/** A database in which rows of every length came and went, so that pages of every kind are in it. */
async function built(
  pageSize: number,
  seed: number,
): Promise<{ bytes: Buffer; roots: number[]; rows: unknown }> {
  const disk = new MemoryDisk();
  const random = seeded(seed);
  const connection = Connection.open(await createEngine(disk.fs), FILE);
  connection.exec(`PRAGMA page_size = ${pageSize}`);
  connection.configure(true);
  connection.exec('CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT); CREATE INDEX t_v ON t (v)');
  const insert = 'INSERT INTO t VALUES (hex(randomblob(8)), ?)';
  for (let row = 0; row < 400; row++) {
    const length = random() < 0.1 ? random() * 5 * pageSize : random() * 90;
    connection.run(CompiledQuery.raw(insert, [`${row} ${'v'.repeat(length)}`]));
    if (random() < 0.5)
      connection.exec('DELETE FROM t WHERE rowid % 7 = abs(random()) % 7 AND length(v) > 50');
  }
  connection.checkpoint();
  const roots = connection.roots();
  const rows = connection.all(CompiledQuery.raw('SELECT * FROM t ORDER BY k'));
  connection.close();
  return { bytes: disk.files()[FILE] ?? assert.fail(), roots, rows };
}

function check(bytes: Buffer, pageSize: number, roots: readonly number[]): string | undefined {
  const read = (page: number) => bytes.subarray((page - 1) * pageSize, page * pageSize);
  const steps = checkPages({ read, pageSize, bytes: bytes.length }, roots);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

describe('the check of pages', () => {
  for (const pageSize of [512, 4096]) {
    it(`finds nothing wrong with what SQLite wrote in pages of ${pageSize}`, async () => {
      for (let seed = 1; seed < 5; seed++) {
        const { bytes, roots } = await built(pageSize, seed);
        assert.equal(check(bytes, pageSize, roots), undefined);
      }
    });

    it(`finds any overwritten page of ${pageSize} that holds rows or an index`, async () => {
      const { bytes, roots } = await built(pageSize, 9);
      let tried = 0;
      for (let at = 0; at < bytes.length; at += pageSize) {
        // What is free was overwritten with zeros; a page on which a long row goes on begins with one.
        if (at > 0 && bytes[at] === 0) continue;
        for (const value of [0, 0x77]) {
          const damaged = Buffer.from(bytes).fill(value, at, at + pageSize);
          assert.notEqual(check(damaged, pageSize, roots), undefined, `page ${at / pageSize + 1}`);
          tried += 1;
        }
      }
      assert.ok(tried > 10, `${tried} tried`);
    });
  }

  it('finds a file that was cut off', async () => {
    const { bytes, roots } = await built(512, 3);
    for (let length = 0; length < bytes.length; length += 100) {
      assert.notEqual(check(bytes.subarray(0, length), 512, roots), undefined, `${length} bytes`);
    }
  });

  it('ends, whatever the bytes are', async () => {
    const { bytes, roots } = await built(512, 4);
    const random = seeded(4);
    for (let round = 0; round < 300; round++) {
      const damaged = Buffer.from(bytes);
      for (let n = 0; n < 20; n++)
        damaged[100 + Math.floor(random() * (bytes.length - 100))] = random() * 256;
      check(damaged, 512, roots);
    }
  });
});

describe('a page without remnants', () => {
  it('reads as before', async () => {
    const { bytes, roots, rows } = await built(512, 6);
    const dirty = Buffer.from(bytes);
    for (let at = 0; at < dirty.length; at += 512) {
      const clean = withoutRemnants(dirty.subarray(at, at + 512));
      dirty.set(clean, at);
    }
    assert.equal(check(dirty, 512, roots), undefined);
    const disk = new MemoryDisk({ [FILE]: dirty });
    const connection = Connection.open(await createEngine(disk.fs), FILE);
    assert.equal(connection.pragma('integrity_check'), 'ok');
    assert.deepEqual(connection.all(CompiledQuery.raw('SELECT * FROM t ORDER BY k')), rows);
    connection.close();
  });

  it('is the page itself where it has none, or is no page of rows', () => {
    const overflow = Buffer.alloc(512, 0x61).fill(0, 0, 4);
    assert.equal(withoutRemnants(overflow), overflow);
    const rows = Buffer.alloc(512);
    rows[0] = 0x0d;
    rows.writeUInt16BE(512, 5);
    assert.equal(withoutRemnants(rows), rows);
    rows.fill(0x61, 8, 512);
    assert.deepEqual([...withoutRemnants(rows).subarray(8)], Array(504).fill(0));
    assert.equal(rows[8], 0x61);
  });
});
