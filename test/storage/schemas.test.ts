import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CompiledQuery } from 'kysely';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { migrations } from '../../runtime/storage/migrations.ts';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { migrate } from '../../runtime/storage/sqlite/migrate.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { isCode } from '../support/storage/pages.ts';
import { agentId, id, note, room } from '../support/storage/samples.ts';

const FILE = '/disk/memory.sqlite';
const FOLDER = path.join(__dirname, '..', 'fixtures', 'storage');
const NEWEST = migrations.length;

const stored = (version: number): Buffer =>
  gunzipSync(readFileSync(path.join(FOLDER, `schema-${version}.sqlite.gz`)));

const versionOf = (bytes: Buffer): number => bytes.readUInt32BE(60);

const on = (disk: MemoryDisk) =>
  createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => 0, log: silentLog });

/** The text of everything that a database is made of. */
async function schemaOf(make: (connection: Connection) => void, disk = new MemoryDisk()): Promise<unknown[]> {
  const connection = Connection.open(await createEngine(disk.fs), FILE);
  connection.configure(true);
  make(connection);
  const rows = connection.all(
    CompiledQuery.raw(
      'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name',
    ) as CompiledQuery<object>,
  );
  connection.close();
  return rows;
}

/** What schema 3 brought: history, vectors, parts of indexes, and the audit. */
async function assertKept3(db: SqliteDatabase): Promise<void> {
  const history = await db.getMemoryHistory(id(60));
  assert.deepEqual(
    history.map((memory) => [memory.id, memory.lastUsedAt]),
    [
      [id(61), 99],
      [id(60), undefined],
    ],
  );
  const stamp = { model: 'mini', dims: 2, dtype: 'fp32', pooling: 'mean', sha256: 'abc' };
  const [near] = await db.getEmbeddings({ stamp, limit: 9 });
  assert.deepEqual([near?.id, near?.vector], [id(61), Float32Array.of(1, 0)]);
  assert.deepEqual([...(await db.blobs('text/').read(['a'])).values()], [Uint8Array.of(1, 2)]);
  assert.equal((await db.getAudit({ limit: 9 })).items.length, 1);
  assert.deepEqual(await db.checkAudit(new AbortController().signal), { intact: true });
}

describe('a database of each schema that there was', () => {
  for (const { version } of migrations) {
    it(`${version} is what the migrations make still, since it may have been released`, async () => {
      const then = await schemaOf(() => {}, new MemoryDisk({ [FILE]: stored(version) }));
      assert.deepEqual(await schemaOf((fresh) => migrate(fresh, migrations.slice(0, version))), then);
    });

    it(`${version} opens with everything in it, and a copy of it as it was before a change`, async () => {
      const bytes = stored(version);
      assert.equal(versionOf(bytes), version);
      const disk = new MemoryDisk({ [FILE]: bytes });
      const db = on(disk);
      await db.init();
      assert.equal((await db.stats()).schemaVersion, NEWEST);
      assert.equal(db.notice(), undefined);
      assert.deepEqual(await db.getRoom(id(1)), room(1, { title: 'Über Äpfel', pinned: true, updatedAt: 9 }));
      assert.equal(await db.restoreRoom(id(2)), true);
      assert.deepEqual(await db.getMemoryById(id(12)), note(12));
      assert.equal((await db.getMemories({ agentId, limit: 9 })).items.length, version >= 3 ? 5 : 3);
      assert.equal(await db.interruptStreaming(20), 1);
      assert.equal(await db.getSetting('model'), 'm');
      assert.equal((await db.getLedger(9)).length, 1);
      if (version >= 2) {
        const { items } = await db.getEntitiesByNames({ agentId, names: ['ANN'], limit: 9 });
        assert.deepEqual(
          items.map((entity) => entity.id),
          [id(40)],
        );
        assert.equal(await db.isRoomParticipant(id(1), id(40)), true);
        assert.equal((await db.getTask(id(50)))?.name, 'TASK_50');
      }
      if (version >= 3) await assertKept3(db);
      const copy = disk.files()[`${FILE}.backup`];
      assert.equal(copy && versionOf(copy), version < NEWEST ? version : undefined);
      await db.close();
      assert.equal(versionOf(disk.files()[FILE] ?? bytes), NEWEST);
    });
  }
});

describe('a database of a later schema', () => {
  for (const crashed of [false, true]) {
    it(`is refused and stays byte for byte${crashed ? ', its log as well' : ''}`, async () => {
      const made = new MemoryDisk({ [FILE]: stored(1) });
      const connection = Connection.open(await createEngine(made.fs), FILE);
      connection.configure(true);
      connection.exec('CREATE TABLE later (x); INSERT INTO later VALUES (1); PRAGMA user_version = 1000');
      if (crashed) connection.abandon();
      else connection.close();
      const before = made.files();
      const disk = new MemoryDisk(before);
      await assert.rejects(on(disk).init(), isCode('storage_newer'));
      // An empty log is left beside it.
      assert.deepEqual(disk.files(), { [`${FILE}-wal`]: Buffer.alloc(0), ...before });
    });
  }
});
