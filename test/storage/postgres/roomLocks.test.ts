import assert from 'node:assert/strict';
import { Client } from 'pg';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { createPostgresDatabase, type PostgresDatabase } from '../../../runtime/storage/postgres/adapter.ts';
import type { RoomHolder } from '../../../runtime/types/roomLock.ts';
import { type PostgresServer, postgresFor } from '../../support/postgres/server.ts';
import { id, message, room } from '../../support/storage/samples.ts';

const holder = (changes: Partial<RoomHolder> = {}): RoomHolder => ({
  signal: new AbortController().signal,
  onStop: () => assert.fail('stopped'),
  onLost: () => assert.fail('lost'),
  ...changes,
});

async function admin(server: PostgresServer, statement: string) {
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

describe('rooms that several processes answer in', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let schemas = 0;
  let one: PostgresDatabase;
  let other: PostgresDatabase;
  before(async function () {
    server = await postgresFor(this);
  });
  after(() => server?.stop());
  beforeEach(async () => {
    const url = server.url({ search: `?schema=rooms${++schemas}` });
    one = createPostgresDatabase({ url, log: silentLog });
    other = createPostgresDatabase({ url, log: silentLog });
    await Promise.all([one.init(), other.init()]);
  });
  afterEach(() => Promise.all([one?.close(), other?.close()]));

  it('are held by one at a time, and handed on at once', async () => {
    const release = await one.locks.hold(id(1), holder());
    const order: string[] = [];
    const second = other.locks.hold(id(1), holder()).then((done) => {
      order.push('second');
      return done;
    });
    const elsewhere = await other.locks.hold(id(2), holder());
    order.push('first');
    await release();
    await (await second)();
    await elsewhere();
    assert.deepEqual(order, ['first', 'second']);
  });

  it('are given up by who dies', async () => {
    await one.locks.hold(id(1), holder());
    const waiting = other.locks.hold(id(1), holder());
    await one.close();
    await (await waiting)();
  });

  it('need not be waited for', async () => {
    const release = await one.locks.hold(id(1), holder());
    const leaving = new AbortController();
    const waiting = other.locks.hold(id(1), holder({ signal: leaving.signal }));
    leaving.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    await release();
    await (await other.locks.hold(id(1), holder()))();
  });

  it('are stopped from another process, which hears when that is done', async () => {
    assert.equal(await other.locks.stop(id(1)), false);
    let release = async () => {};
    let stopped = false;
    release = await one.locks.hold(
      id(1),
      holder({
        onStop: () => {
          stopped = true;
          void release();
        },
      }),
    );
    assert.equal(await other.locks.stop(id(1)), true);
    assert.equal(stopped, true);
  });

  it('keep what is written in them from being taken for interrupted', async () => {
    await one.createRoom(room(1));
    await one.createRoom(room(2));
    const streaming = { text: 'half', role: 'assistant', status: 'streaming' } as const;
    await one.createMemories([
      message(10, { content: streaming }),
      message(11, { roomId: id(2), content: streaming }),
    ]);
    await one.updateMemory(id(10), { content: streaming, updatedAt: 5 });
    const release = await one.locks.hold(id(2), holder());
    await one.updateMemory(id(11), { content: streaming, updatedAt: 6 });
    assert.equal(await other.interruptStreaming(9), 1);
    const status = async (number: number) => (await other.getMemoryById(id(number)))?.content.status;
    assert.deepEqual([await status(10), await status(11)], ['interrupted', 'streaming']);
    await release();
    await (await other.locks.hold(id(2), holder()))();
    assert.equal(await status(11), 'interrupted');
  });

  it('are held again after the server was restarted', async () => {
    const release = await one.locks.hold(id(1), holder());
    await server.restart();
    const isHeld = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`;
    while ((await admin(server, isHeld)).rowCount === 0);
    let freed = false;
    const waiting = other.locks.hold(id(1), holder()).then((done) => {
      assert.equal(freed, true);
      return done;
    });
    assert.equal((await other.stats()).rooms, 0);
    freed = true;
    await release();
    await (await waiting)();
  });

  it('are given up where somebody else was faster after a restart', async () => {
    let lost = false;
    const release = await one.locks.hold(
      id(1),
      holder({
        onLost: () => {
          lost = true;
        },
      }),
    );
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    const key = `zoey/rooms${schemas}/room/${id(1)}`;
    const holding = client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [key]);
    const isWaiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
    while ((await admin(server, isWaiting)).rowCount === 0);
    const ended = await admin(
      server,
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`,
    );
    assert.equal(ended.rowCount, 1);
    await holding;
    while (!lost) await new Promise(setImmediate);
    await release();
    await client.end();
  });
});
