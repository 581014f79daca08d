import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type Server } from 'node:net';
import { Client } from 'pg';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { createLog } from '../../../runtime/kernel/log.ts';
import { createPostgresDatabase } from '../../../runtime/storage/postgres/adapter.ts';
import type { ErrorCode } from '../../../runtime/types/errors.ts';
import { freePort, type PostgresServer, postgresFor } from '../../support/postgres/server.ts';
import { message, room } from '../../support/storage/samples.ts';

const SECRET = 'hunter2-secret';

/** What opening a database at that address comes to, and all that was said about it. */
async function opening(url: string): Promise<{ error: ZoeyError; said: string }> {
  const lines: string[] = [];
  const log = createLog((_, line) => lines.push(line));
  try {
    const db = createPostgresDatabase({ url, log });
    await db.init();
    await db.close();
  } catch (error) {
    assert.ok(ZoeyError.is(error), String(error));
    return { error, said: [...lines, JSON.stringify(error.toWire()), error.stack].join('\n') };
  }
  throw new Error('It opened.');
}

/** Refused with that code and those words, without the password. */
async function refused(url: string, code: ErrorCode, words: RegExp): Promise<ZoeyError> {
  const { error, said } = await opening(url);
  assert.equal(error.code, code, said);
  assert.match(error.message, words);
  assert.ok(!said.includes(SECRET) && !said.includes('p%40ss'), said);
  return error;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a PostgreSQL database that cannot be used', () => {
  it('has no address', async () => {
    for (const url of ['', 'postgres', `http://u:${SECRET}@host/db`, `postgresql://u:${SECRET}@:99999/x`]) {
      await refused(url, 'storage_misconfigured', /no address/);
    }
    await refused(`postgresql://u:${SECRET}%zz@host/db`, 'storage_misconfigured', /"%"/);
    await refused(`postgresql://u:${SECRET}@h/db?sslmode=maybe`, 'storage_misconfigured', /sslmode/);
    await refused(`postgresql://u:${SECRET}@h/db?schema=a"b`, 'storage_misconfigured', /schema/);
  });

  it('has no server', async () => {
    const port = await freePort();
    const url = `postgresql://u:${SECRET}@127.0.0.1:${port}/db`;
    const error = await refused(url, 'storage_unreachable', /does not answer/);
    assert.equal(error.message.includes(`127.0.0.1:${port}/db`), true);
    assert.equal(error.retryable, true);
    await refused(
      `postgresql://u:${SECRET}@no-such-host.invalid/db`,
      'storage_unreachable',
      /does not answer/,
    );
  });

  it('is no PostgreSQL', async () => {
    const web = http.createServer((_, response) => response.end());
    const other = net.createServer((socket) => socket.end('220 mail ESMTP\r\n'));
    for (const server of [web, other]) {
      const port = await listening(server);
      const { error, said } = await opening(`postgresql://u:${SECRET}@127.0.0.1:${port}/db`);
      assert.match(error.code, /^storage_(misconfigured|unreachable)$/, said);
      assert.ok(!said.includes(SECRET));
      server.close();
    }
  });
});

describe('a PostgreSQL server', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  before(async function () {
    server = await postgresFor(this);
  });
  after(() => server?.stop());

  const asOwner = async (...statements: string[]) => {
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };

  it('does not know the password or the user', async () => {
    await refused(server.url({ password: SECRET }), 'storage_unauthorized', /user or password/);
    await refused(server.url({ user: 'nobody' }), 'storage_unauthorized', /user or password/);
    await refused(server.url({ password: '' }), 'storage_unauthorized', /user or password/);
  });

  it('has no such database', async () => {
    await refused(server.url({ database: 'missing' }), 'storage_misconfigured', /no database/);
  });

  it('does not give the right to make a schema, and needs none where there is one', async () => {
    await asOwner(`CREATE ROLE guest LOGIN PASSWORD '${SECRET}'`, 'CREATE SCHEMA own AUTHORIZATION guest');
    const guest = { user: 'guest', password: SECRET };
    await refused(server.url({ ...guest, search: '?schema=other' }), 'storage_unauthorized', /may not/);
    const url = server.url({ ...guest, search: '?schema=own' });
    const db = createPostgresDatabase({ url, log: createLog(() => {}) });
    await db.init();
    await db.createRoom(room(1));
    assert.equal((await db.stats()).rooms, 1);
    await db.close();
  });

  it('takes no TLS', async () => {
    const url = server.url({ search: '?sslmode=verify-full' });
    await refused(url, 'storage_misconfigured', /no encrypted/);
  });

  it('holds what a later Zoey wrote, and leaves it as it is', async () => {
    const url = server.url({ search: '?schema=later' });
    const db = createPostgresDatabase({ url, log: createLog(() => {}) });
    await db.init();
    await db.close();
    await asOwner('UPDATE later.schema_version SET version = 99');
    const error = await refused(url, 'storage_newer', /version 99/);
    assert.match(error.hint, /Update Zoey/);
  });

  it('takes no writes', async () => {
    const url = server.url({ search: '?schema=readonly' });
    const db = createPostgresDatabase({ url, log: createLog(() => {}) });
    await db.init();
    await db.createRoom(room(1));
    await db.close();
    const options = encodeURIComponent('-c default_transaction_read_only=on');
    const readOnly = createPostgresDatabase({ url: `${url}&options=${options}`, log: createLog(() => {}) });
    await readOnly.init();
    assert.equal((await readOnly.getRoom(room(1).id))?.title, 'Room 1');
    await assert.rejects(readOnly.createMemories([message(2)]), { code: 'storage_read_only' });
    await readOnly.close();
  });
});
