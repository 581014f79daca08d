import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import type { Room } from '../../runtime/types/environment.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { MemoryDisk } from '../support/storage/memoryDisk.ts';
import { ModelDatabase } from '../support/storage/modelDatabase.ts';
import { all } from '../support/storage/pages.ts';
import { agentId, id, message, note, otherAgentId } from '../support/storage/samples.ts';

/** For a longer run: ZOEY_MODEL_RUNS=1000. */
const RUNS = Number(process.env.ZOEY_MODEL_RUNS ?? 40);

interface Real {
  db: SqliteDatabase;
  disk: MemoryDisk;
}
type Step = (model: ModelDatabase, real: Real) => Promise<void>;

// Few of each, so that they meet: ids that exist, times that are the same, words that are found.
const time = fc.integer({ min: 0, max: 5 });
const roomId = fc.integer({ min: 1, max: 4 }).map(id);
const memoryId = fc.integer({ min: 100, max: 110 }).map(id);
const agent = fc.constantFrom(agentId, agentId, otherAgentId);
const word = fc.constantFrom('é', 'Ünï', '%', '_', 'a', 'B', '日', "'");
const text = fc.array(word, { maxLength: 4 }).map((words) => words.join('') || 'x');
const limit = fc.integer({ min: 1, max: 4 });
const room: fc.Arbitrary<Room> = fc
  .record({ id: roomId, agentId: agent, title: text, pinned: fc.boolean(), createdAt: time, updatedAt: time })
  .map((fields) => ({ ...fields }));
const status = fc.constantFrom('complete' as const, 'streaming' as const, 'stopped' as const);
const memory: fc.Arbitrary<Memory> = fc
  .record({ id: memoryId, agentId: agent, roomId, text, status, createdAt: time, isNote: fc.boolean() })
  .map(({ text, status, roomId, isNote, ...fields }) =>
    isNote
      ? note(0, { ...fields, content: { text } })
      : message(0, { ...fields, roomId, content: { text, status, role: 'assistant' } }),
  );

const same = async (promise: Promise<unknown>, expected: unknown): Promise<void> =>
  assert.deepEqual(await promise, expected);

/** The kinds of steps, each with the values that it is tried with. */
const steps: fc.Arbitrary<{ run: Step }>[] = [
  step('createRoom', room, (value) => async (model, { db }) => {
    model.createRoom(value);
    await db.createRoom(value);
  }),
  step(
    'updateRoom',
    fc.tuple(roomId, text, time),
    ([id, title, updatedAt]) =>
      (model, { db }) =>
        same(db.updateRoom(id, { title, updatedAt }), model.updateRoom(id, { title, updatedAt })),
  ),
  step(
    'deleteRoom',
    fc.tuple(roomId, time),
    ([id, at]) =>
      (model, { db }) =>
        same(db.deleteRoom(id, at), model.deleteRoom(id, at)),
  ),
  step(
    'restoreRoom',
    roomId,
    (id) =>
      (model, { db }) =>
        same(db.restoreRoom(id), model.restoreRoom(id)),
  ),
  step(
    'purgeRooms',
    time,
    (before) =>
      (model, { db }) =>
        same(db.purgeRooms(before), model.purgeRooms(before)),
  ),
  step('createMemories', fc.array(memory, { maxLength: 4 }), (items) => async (model, { db }) => {
    const error = await db.createMemories(items).catch((error: unknown) => error);
    const stored = model.createMemories(items);
    assert.equal(error === undefined, stored, String(error));
    if (!stored) assert.ok(ZoeyError.is(error) && error.code === 'not_found');
  }),
  step('updateMemory', fc.tuple(memoryId, text, status), ([id, text, status]) => (model, { db }) => {
    const patch = { content: { text, status }, updatedAt: 9, importance: 0.25 };
    return same(db.updateMemory(id, patch), model.updateMemory(id, patch));
  }),
  step(
    'deleteMemories',
    fc.array(memoryId, { maxLength: 3 }),
    (ids) =>
      (model, { db }) =>
        same(db.deleteMemories(ids), model.deleteMemories(ids)),
  ),
  step(
    'deleteMessagesFrom',
    fc.tuple(roomId, memoryId),
    ([roomId, id]) =>
      (model, { db }) =>
        same(db.deleteMessagesFrom(roomId, id), model.deleteMessagesFrom(roomId, id)),
  ),
  step(
    'interruptStreaming',
    time,
    (at) =>
      (model, { db }) =>
        same(db.interruptStreaming(at), model.interruptStreaming(at)),
  ),
  step(
    'getRooms',
    fc.tuple(agent, limit, fc.array(word, { maxLength: 2 })),
    ([agentId, limit, words]) =>
      (model, { db }) =>
        same(
          all((cursor) => db.getRooms({ agentId, limit, words, ...(cursor && { cursor }) })),
          model.getRooms({ agentId, words }),
        ),
  ),
  step('getMemories', fc.tuple(agent, limit, roomId), ([agentId, limit, roomId]) => async (model, { db }) => {
    for (const filter of [
      {},
      { roomId },
      { kinds: ['note' as const] },
      { roomId, kinds: ['message' as const] },
    ]) {
      const expected = model.getMemories({ agentId, ...filter });
      await same(
        all((cursor) => db.getMemories({ agentId, limit, ...filter, ...(cursor && { cursor }) })),
        expected,
      );
      await same(db.countMemories({ agentId, ...filter }), expected.length);
    }
  }),
  step('reopen', fc.boolean(), (crash) => async (_, real) => {
    if (!crash) await real.db.close();
    real.disk = new MemoryDisk(real.disk.files());
    real.db = openOn(real.disk);
    await real.db.init();
    assert.equal(real.db.notice(), undefined);
  }),
];

function step<T>(name: string, values: fc.Arbitrary<T>, make: (value: T) => Step) {
  return values.map((value) => ({
    run: make(value),
    [fc.toStringMethod]: () => `${name} ${JSON.stringify(value)}`,
  }));
}

function openOn(disk: MemoryDisk): SqliteDatabase {
  return createSqliteDatabase({ file: '/disk/memory.sqlite', fs: disk.fs, clock: () => 0, log: silentLog });
}

describe('a database', () => {
  it(`does what plain arrays do, whatever the order (${RUNS} runs)`, async function () {
    this.timeout(30_000 + RUNS * 1000);
    const script = fc.array(fc.oneof(...steps), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(script, async (script) => {
        const model = new ModelDatabase();
        const disk = new MemoryDisk();
        const real: Real = { disk, db: openOn(disk) };
        await real.db.init();
        for (const { run } of script) await run(model, real);
        const rooms = [...model.rooms.keys(), id(999)];
        for (const id of rooms) assert.deepEqual(await real.db.getRoom(id), model.getRoom(id));
        await real.db.close();
      }),
      { numRuns: RUNS },
    );
  });
});
