import assert from 'node:assert/strict';
import { CompiledQuery } from 'kysely';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { type Migration, migrations } from '../../runtime/storage/migrations.ts';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { migrate } from '../../runtime/storage/sqlite/migrate.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';

const FILE = '/disk/t.sqlite';
const first: Migration = {
  version: 1,
  statements: ['CREATE TABLE a (x TEXT)', "INSERT INTO a VALUES ('kept')"],
};
const second: Migration = {
  version: 2,
  statements: ['ALTER TABLE a ADD COLUMN y BIGINT', 'UPDATE a SET y = 7'],
};

async function open(disk: MemoryDisk): Promise<Connection> {
  const connection = Connection.open(await createEngine(disk.fs), FILE);
  connection.configure(true);
  return connection;
}
const rows = (connection: Connection) => connection.all(CompiledQuery.raw('SELECT * FROM a'));

describe('migrations', () => {
  it('count up from 1 without a gap', () => {
    assert.deepEqual(
      migrations.map((step) => step.version),
      migrations.map((_, index) => index + 1),
    );
  });

  it('bring each earlier version up to date, once', async () => {
    const disk = new MemoryDisk();
    const connection = await open(disk);
    migrate(connection, [first]);
    assert.equal(connection.pragma('user_version'), 1);
    migrate(connection, [first, second]);
    migrate(connection, [first, second]);
    assert.equal(connection.pragma('user_version'), 2);
    assert.deepEqual(rows(connection), [{ x: 'kept', y: 7 }]);
    connection.close();
  });

  it('that fail leave the database as it was, and can be tried again', async () => {
    const disk = new MemoryDisk();
    const connection = await open(disk);
    migrate(connection, [first]);
    const broken = { version: 2, statements: [...second.statements, 'INSERT INTO nowhere VALUES (1)'] };
    assert.throws(() => migrate(connection, [first, broken]), ZoeyError);
    assert.equal(connection.pragma('user_version'), 1);
    assert.deepEqual(rows(connection), [{ x: 'kept' }]);
    connection.close();
    const again = await open(disk);
    migrate(again, [first, second]);
    assert.deepEqual(rows(again), [{ x: 'kept', y: 7 }]);
    again.close();
  });

  it('refuse a version that they do not know', async () => {
    const connection = await open(new MemoryDisk());
    migrate(connection, [first, second]);
    assert.throws(() => migrate(connection, [first]), { code: 'storage_newer' });
    connection.close();
  });
});
