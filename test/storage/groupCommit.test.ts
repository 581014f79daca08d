import assert from 'node:assert/strict';
import { CompiledQuery } from 'kysely';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { GroupCommit } from '../../runtime/storage/sqlite/groupCommit.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';

const insert = (n: number) => CompiledQuery.raw('INSERT INTO t VALUES (?)', [n]);
const count = CompiledQuery.raw('SELECT count(*) AS n FROM t');

describe('group commit', () => {
  let disk: MemoryDisk;
  let connection: Connection;
  let now: () => number;
  let commits: GroupCommit;

  beforeEach(async () => {
    disk = new MemoryDisk();
    connection = Connection.open(await createEngine(disk.fs), '/disk/t.sqlite');
    connection.configure(true);
    connection.exec('CREATE TABLE t (n INTEGER PRIMARY KEY)');
    now = () => 0;
    commits = new GroupCommit({ connect: async () => connection, now: () => now() });
  });
  afterEach(() => connection.close());

  /** How often the disk was synced while `work` ran: once a transaction. */
  async function syncs(work: () => Promise<unknown>): Promise<number> {
    const before = disk.ops.filter((op) => op.kind === 'sync').length;
    await work();
    return disk.ops.filter((op) => op.kind === 'sync').length - before;
  }
  const write = (n: number, rows = 1) => commits.write(rows, (connection) => connection.run(insert(n)));
  const stored = () => (connection.first(count) as { n: number }).n;

  it('joins what arrives together into one sync', async () => {
    assert.equal(await syncs(() => Promise.all(Array.from({ length: 500 }, (_, n) => write(n)))), 1);
    assert.equal(stored(), 500);
  });

  it('ends a transaction at 2048 rows', async () => {
    assert.equal(await syncs(() => Promise.all(Array.from({ length: 4097 }, (_, n) => write(n)))), 3);
    assert.equal(await syncs(() => Promise.all([write(5000, 9000), write(5001)])), 2);
  });

  it('ends a transaction after its time, with one write at least', async () => {
    let time = 0;
    now = () => {
      time += 20;
      return time;
    };
    assert.equal(await syncs(() => Promise.all(Array.from({ length: 5 }, (_, n) => write(n)))), 5);
  });

  it('acknowledges only once the sync is done', async () => {
    const order: string[] = [];
    disk.hook = (call) => {
      if (call === 'fdatasyncSync') order.push('sync');
    };
    await write(1).then(() => order.push('acknowledged'));
    assert.deepEqual(order, ['sync', 'acknowledged']);
  });

  it('gives each write its own result', async () => {
    const results = await Promise.allSettled([write(1), write(1), commits.write(1, () => 'mine')]);
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed')),
      [1, 'failed', 'mine'],
    );
  });

  it('takes back all of a write that fails half-way', async () => {
    const half = commits.write(2, (connection) => {
      connection.run(insert(1));
      connection.run(insert(1));
    });
    await Promise.all([assert.rejects(half, { code: 'storage_failed' }), write(2)]);
    assert.deepEqual(connection.all(CompiledQuery.raw('SELECT n FROM t')), [{ n: 2 }]);
  });

  it('tells a caller to wait where too much waits already, and goes on after', async () => {
    const waiting = Array.from({ length: 16_384 }, (_, n) => write(n));
    await assert.rejects(write(20_000), { code: 'storage_busy' });
    await Promise.all(waiting);
    await write(20_000);
    assert.equal(stored(), 16_385);
  });

  it('fails what waits where the database cannot be opened, and tries again', async () => {
    let open = false;
    commits = new GroupCommit({
      connect: async () => (open ? connection : Promise.reject(new Error('not now'))),
      now,
    });
    await Promise.all([assert.rejects(write(1)), assert.rejects(write(2))]);
    open = true;
    await write(3);
    assert.equal(stored(), 1);
  });
});
