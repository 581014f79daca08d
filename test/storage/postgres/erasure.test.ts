import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { createPostgresDatabase } from '../../../runtime/storage/postgres/adapter.ts';
import { type PostgresServer, postgresFor } from '../../support/postgres/server.ts';
import { agentId, note } from '../../support/storage/samples.ts';

const SECRET = 'xyzzy-the-word';

describe('what is forgotten in PostgreSQL', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let client: Client;
  before(async function () {
    server = await postgresFor(this);
    client = new Client({ connectionString: server.url() });
    await client.connect();
  });
  after(async () => {
    await client?.end();
    await server?.stop();
  });

  /** The files of tables and indexes in which the word is, as they are on disk. */
  async function holding(): Promise<string[]> {
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ folder: string }>(
      `SELECT current_setting('data_directory') || '/base/' || oid AS folder
       FROM pg_database WHERE datname = current_database()`,
    );
    const folder = rows[0]?.folder ?? '';
    return readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(SECRET));
  }

  async function filled(url: string) {
    const db = createPostgresDatabase({ url, log: silentLog });
    await db.init();
    await db.createMemories([
      ...Array.from({ length: 50 }, (_, n) => note(n, { content: { text: `Kept ${n}` } })),
      note(100, { content: { text: `${SECRET} is forgotten` } }),
    ]);
    return db;
  }

  it('is in no file of a table once the database is closed', async () => {
    const db = await filled(server.url());
    assert.notDeepEqual(await holding(), []);
    await db.deleteAllMemories({ agentId, words: [SECRET] });
    await db.close();
    assert.deepEqual(await holding(), []);
    assert.equal(db.notice(), undefined);
  });

  it('stays where the tables belong to another role, and that is said', async () => {
    await client.query(`CREATE ROLE guest LOGIN PASSWORD 'guest'`);
    await (await filled(server.url({ search: '?schema=theirs' }))).close();
    await client.query(
      'GRANT USAGE ON SCHEMA theirs TO guest; GRANT ALL ON ALL TABLES IN SCHEMA theirs TO guest',
    );
    const db = createPostgresDatabase({
      url: server.url({ user: 'guest', password: 'guest', search: '?schema=theirs' }),
      log: silentLog,
    });
    await db.init();
    await db.deleteAllMemories({ agentId, words: [SECRET] });
    await db.close();
    assert.match(db.notice() ?? '', /belongs to another role/);
  });
});
