import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Client } from 'pg';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { migrations } from '../../../runtime/storage/migrations.ts';
import { createPostgresDatabase, type PostgresDatabase } from '../../../runtime/storage/postgres/adapter.ts';
import { type PostgresServer, postgresFor } from '../../support/postgres/server.ts';
import { agent, agentId, auditEntry, id, message, note, room, task } from '../../support/storage/samples.ts';

describe('PostgreSQL that several use', function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let schemas = 0;
  let url: string;
  const opened: PostgresDatabase[] = [];
  before(async function () {
    server = await postgresFor(this);
  });
  after(() => server?.stop());
  beforeEach(() => {
    url = server.url({ search: `?schema=shared${++schemas}` });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((db) => db.close()));
  });

  const open = async () => {
    const db = createPostgresDatabase({ url, log: silentLog });
    opened.push(db);
    await db.init();
    return db;
  };

  it('is brought up to date by one of all who start at once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, open));
    const versions = await Promise.all(all.map(async (db) => (await db.stats()).schemaVersion));
    assert.deepEqual(versions, Array(5).fill(migrations.at(-1)?.version));
  });

  it('is brought up to date from every earlier version, with what it holds', async () => {
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    for (const { version } of migrations) {
      url = server.url({ search: `?schema=from${version}` });
      await client.query(`CREATE SCHEMA from${version}; SET search_path TO from${version}`);
      await client.query('CREATE TABLE schema_version (version INTEGER NOT NULL)');
      for (const step of migrations.slice(0, version)) {
        for (const statement of step.statements) await client.query(statement);
      }
      await client.query('INSERT INTO schema_version VALUES ($1)', [version]);
      await client.query(
        `INSERT INTO rooms (id, agent_id, title, title_folded, pinned, created_at, updated_at)
         VALUES ($1, $2, 'Old', 'old', 0, 1, 1)`,
        [id(1), agentId],
      );
      const db = await open();
      assert.equal((await db.getRoom(id(1)))?.title, 'Old');
      assert.equal((await db.stats()).schemaVersion, migrations.at(-1)?.version);
    }
    await client.end();
  });

  it('loses no change where several change the same', async () => {
    const both = [await open(), await open()];
    await both[0]?.createAgent(agent(1));
    const keys = Array.from({ length: 40 }, (_, n) => `key${n}`);
    await Promise.all(keys.map((key, n) => both[n % 2]?.updateAgent(id(1), { settings: { [key]: true } })));
    assert.deepEqual(Object.keys((await both[0]?.getAgent(id(1)))?.settings ?? {}).sort(), keys.sort());
  });

  it('keeps one chain of the audit where several write to it, and cut it', async () => {
    const both = [await open(), await open()];
    const signal = new AbortController().signal;
    const checks = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const db = both[n % 2];
        await db?.appendAudit([auditEntry(n + 1)], 30);
        return n % 10 === 0 ? db?.checkAudit(signal) : undefined;
      }),
    );
    assert.deepEqual(
      checks.filter((check) => check?.intact === false),
      [],
    );
    for (const db of both) {
      assert.deepEqual(await db.checkAudit(signal), { intact: true });
      assert.equal((await db.getAudit({ limit: 99 })).items.length, 30);
    }
  });

  it('hands a task to one process', async () => {
    const both = [await open(), await open()];
    for (let n = 0; n < 10; n++) await both[0]?.createTask(task(100 + n, { dueAt: 1 }));
    const claims = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        both[n % 2]?.claimTasks({ agentId, claim: id(500 + n), now: 5, until: 50, limit: 10 }),
      ),
    );
    const taken = claims.flatMap((tasks = []) => tasks.map((item) => item.id)).sort();
    assert.deepEqual(
      taken,
      Array.from({ length: 10 }, (_, n) => id(100 + n)),
    );
  });

  it('goes on after the server was restarted, with nothing acknowledged lost', async () => {
    const db = await open();
    await db.createRoom(room(1));
    const stored: string[] = [];
    let go = true;
    const writing = (async () => {
      for (let n = 100; go; n++) {
        try {
          await db.createMemories([message(n)]);
          stored.push(id(n));
        } catch (error) {
          // Whether this one is there is what nobody can say.
          assert.match(String(error), /went away while/);
        }
      }
    })();
    await server.restart();
    const after = stored.length;
    while (stored.length < after + 20) await new Promise(setImmediate);
    go = false;
    await writing;
    const found = await db.getMemoriesByIds(stored);
    assert.equal(found.length, stored.length);
  });

  it('gives back any text', async () => {
    const db = await open();
    let number = 1000;
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const odd = fc.constantFrom('\0', '\u{10ffff}', '\u{10ffff}0', '\u{10ffff}1', '\\', "'", 'a');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, odd), { maxLength: 6 }), async (parts) => {
        const whole = new TextDecoder().decode(new TextEncoder().encode(parts.join('')));
        const memory = note(++number, { content: { text: whole }, source: 'x' });
        await db.createMemories([memory]);
        assert.equal((await db.getMemoryById(memory.id))?.content.text, whole);
      }),
      { numRuns: 60 },
    );
    await db.setCache(agentId, 'a\0b', 'c\0d');
    assert.equal(await db.getCache(agentId, 'a\0b'), 'c\0d');
    assert.equal(await db.getCache(agentId, 'ab'), undefined);
  });

  it('sorts all text by its bytes, whatever the language of the server', async () => {
    await open();
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    const { rows } = await client.query(
      `SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_collation l ON l.oid = a.attcollation
       WHERE n.nspname = $1 AND l.collname <> 'C'`,
      [`shared${schemas}`],
    );
    await client.end();
    assert.deepEqual(rows, []);
  });

  it('says what it is, and nothing that opens it', async () => {
    const db = await open();
    const { database, bytes } = await db.stats();
    assert.equal(database?.kind, 'postgres');
    assert.equal(database?.place, `127.0.0.1:${server.port}/postgres`);
    assert.match(database?.version ?? '', /^\d+/);
    assert.ok(bytes > 0);
    assert.doesNotMatch(JSON.stringify(database), /zoey:|secret|word/);
  });
});
