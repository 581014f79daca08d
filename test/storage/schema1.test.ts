import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { Connection } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { MemoryDisk, refusal } from '../support/storage/memoryDisk.ts';
import { seeded } from '../support/storage/random.ts';
import {
  agentId,
  entity,
  id,
  message,
  note,
  personId,
  room,
  task,
  world,
} from '../support/storage/samples.ts';

const FILE = '/disk/memory.sqlite';

/** The schema of version 1 and some months of use, word for word as it was released. Never changed. */
const SCHEMA_1 = `
  CREATE TABLE rooms (
    id TEXT NOT NULL PRIMARY KEY, agent_id TEXT NOT NULL, title TEXT NOT NULL, title_folded TEXT NOT NULL,
    pinned SMALLINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT
  );
  CREATE INDEX rooms_latest ON rooms (agent_id, pinned, updated_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX rooms_deleted ON rooms (deleted_at) WHERE deleted_at IS NOT NULL;
  CREATE TABLE memories (
    id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, agent_id TEXT NOT NULL, entity_id TEXT NOT NULL,
    room_id TEXT REFERENCES rooms (id) ON DELETE CASCADE, status TEXT, importance DOUBLE PRECISION NOT NULL,
    source TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, text TEXT NOT NULL,
    text_folded TEXT NOT NULL, detail TEXT
  );
  CREATE INDEX memories_of_room ON memories (room_id, agent_id, created_at, id);
  CREATE INDEX memories_of_agent ON memories (agent_id, created_at, id);
  CREATE INDEX memories_kept ON memories (agent_id, created_at, id) WHERE kind <> 'message';
  CREATE INDEX memories_streaming ON memories (id) WHERE status = 'streaming';
  CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE ledger (
    id TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL,
    purpose TEXT NOT NULL, status INTEGER NOT NULL, ms DOUBLE PRECISION NOT NULL, bytes_out BIGINT NOT NULL,
    bytes_in BIGINT NOT NULL
  );
  CREATE INDEX ledger_latest ON ledger (at, id);

  INSERT INTO rooms VALUES
    ('${id(1)}', '${agentId}', 'Über Äpfel', 'über äpfel', 1, 1, 9, NULL),
    ('${id(2)}', '${agentId}', 'Deleted', 'deleted', 0, 2, 2, 50);
  INSERT INTO memories VALUES
    ('${id(10)}', 'message', '${agentId}', '${personId}', '${id(1)}', 'complete', 0.5, 'conversation', 10, 10,
     'Message 10', 'message 10', '{"role":"user"}'),
    ('${id(11)}', 'message', '${agentId}', '${agentId}', '${id(1)}', 'streaming', 0.5, 'conversation', 11, 11,
     'Half', 'half', '{"role":"assistant","model":"m"}'),
    ('${id(12)}', 'note', '${agentId}', '${personId}', NULL, NULL, 0.5, 'user', 12, 12, 'Note 12', 'note 12', NULL),
    ('${id(13)}', 'message', '${agentId}', '${personId}', '${id(2)}', 'complete', 0.5, 'conversation', 13, 13,
     'Hidden', 'hidden', '{"role":"user"}');
  INSERT INTO settings VALUES ('model', '"m"');
  INSERT INTO ledger VALUES ('${id(20)}', 5, 'GET', 'http://127.0.0.1/', 'chat', 200, 1.5, 1, 2);
  PRAGMA user_version = 1;
`;

/** A disk with that database on it; `crashed` leaves all of it in the log. */
async function diskOf1(crashed: boolean): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const connection = Connection.open(await createEngine(disk.fs), FILE);
  connection.configure(true);
  connection.exec(SCHEMA_1);
  if (crashed) connection.abandon();
  else connection.close();
  return disk;
}

const openOn = (disk: MemoryDisk): SqliteDatabase =>
  createSqliteDatabase({ file: FILE, fs: disk.fs, clock: () => 0, log: silentLog });

/** All that was kept then is there now. */
async function assertKept(db: SqliteDatabase): Promise<void> {
  const about = room(1, { title: 'Über Äpfel', pinned: true, updatedAt: 9 });
  assert.deepEqual((await db.getRooms({ agentId, limit: 9 })).items, [about]);
  assert.deepEqual((await db.getRooms({ agentId, limit: 9, words: ['ÄPFEL', 'half'] })).items, [
    { ...about, snippet: 'Half' },
  ]);
  const half = { text: 'Half', status: 'streaming', role: 'assistant', model: 'm' } as const;
  assert.deepEqual((await db.getMemories({ agentId, limit: 9 })).items, [
    note(12),
    message(11, { entityId: agentId, content: half }),
    message(10),
  ]);
  assert.equal(await db.getSetting('model'), 'm');
  assert.deepEqual(await db.getLedger(9), [
    {
      id: id(20),
      at: 5,
      method: 'GET',
      url: 'http://127.0.0.1/',
      purpose: 'chat',
      status: 200,
      ms: 1.5,
      bytesOut: 1,
      bytesIn: 2,
    },
  ]);
  assert.equal((await db.stats()).schemaVersion, 3);
  assert.equal(db.notice(), undefined);
}

describe('a database of schema 1', () => {
  for (const crashed of [false, true]) {
    it(`${crashed ? 'left by a crash' : 'closed in order'} opens with everything kept`, async () => {
      const disk = new MemoryDisk((await diskOf1(crashed)).files());
      for (let round = 0; round < 2; round++) {
        const db = openOn(disk);
        await db.init();
        await assertKept(db);
        await db.close();
      }
    });
  }

  it('does all that a new one does', async () => {
    const db = openOn(await diskOf1(false));
    await db.init();
    assert.equal(await db.interruptStreaming(60), 1);
    assert.equal(await db.restoreRoom(id(2)), true);
    assert.equal((await db.getMemoryById(id(13)))?.content.text, 'Hidden');
    await db.createWorld(world(30));
    assert.equal(await db.updateRoom(id(1), { worldId: id(30), metadata: { a: 1 } }), true);
    assert.equal(await db.countMemories({ agentId, worldId: id(30) }), 2);
    await db.createEntities([entity(0xc)]);
    await db.addParticipantsRoom([personId], id(1));
    await db.createTask(task(31, { roomId: id(1), entityId: personId }));
    assert.equal((await db.getMemories({ agentId, entityId: personId, limit: 9 })).items.length, 3);
    assert.deepEqual(await db.deleteAllMemories({ agentId, words: ['HALF'] }), [id(11)]);
    await db.deleteRoom(id(1), 70);
    assert.equal(await db.purgeRooms(71), 1);
    assert.equal(await db.getTask(id(31)), undefined);
    assert.equal(await db.isRoomParticipant(id(1), personId), false);
    await db.close();
  });

  it('is unharmed where the disk is full while it is brought up to date, and opens once there is room', async () => {
    const outcomes = new Set<boolean>();
    for (let budget = 0; budget < 240; budget += 20) {
      const disk = await diskOf1(false);
      let left = budget;
      disk.hook = (call) => {
        if (call === 'writeSync' && left-- <= 0) throw refusal('ENOSPC');
      };
      const db = openOn(disk);
      const error = await db.init().then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(error === undefined || (ZoeyError.is(error) && error.code === 'storage_full'), String(error));
      outcomes.add(error === undefined);
      await db.close();
      const freed = openOn(new MemoryDisk(disk.files()));
      await freed.init();
      await assertKept(freed);
      await freed.close();
    }
    assert.deepEqual([...outcomes].sort(), [false, true]);
  });

  it('is of the old or of the new version wherever the power is cut meanwhile', async () => {
    const disk = await diskOf1(false);
    const before = disk.ops.length;
    const db = openOn(disk);
    await db.init();
    await db.close();
    const random = seeded(20_261_122);
    for (let round = 0; round < 60; round++) {
      const cut = before + Math.floor(((disk.ops.length - before) * round) / 60);
      const after = openOn(disk.afterPowerCut(cut, random));
      await after.init();
      await assertKept(after);
      await after.close();
    }
  });
});
