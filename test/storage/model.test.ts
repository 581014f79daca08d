import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { MemoryFilter } from '../../runtime/types/database.ts';
import type { Room } from '../../runtime/types/environment.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { FOLLOWED_MS, followModel, RUNS, type Steps, same, step } from '../support/storage/followModel.ts';
import { ModelDatabase } from '../support/storage/modelDatabase.ts';
import { all } from '../support/storage/pages.ts';
import { agentId, id, message, note, otherAgentId, personId, world } from '../support/storage/samples.ts';

// Few of each, so that they meet: ids that exist, times that are the same, words that are found.
const time = fc.integer({ min: 0, max: 5 });
const roomId = fc.integer({ min: 1, max: 4 }).map(id);
const memoryId = fc.integer({ min: 100, max: 110 }).map(id);
const agent = fc.constantFrom(agentId, agentId, otherAgentId);
const word = fc.constantFrom('é', 'Ünï', '%', '_', 'a', 'B', '日', "'");
const text = fc.array(word, { maxLength: 4 }).map((words) => words.join('') || 'x');
const limit = fc.integer({ min: 1, max: 4 });
const worldId = fc.constantFrom(id(50), id(51));
const room: fc.Arbitrary<Room> = fc
  .record(
    {
      id: roomId,
      agentId: agent,
      title: text,
      pinned: fc.boolean(),
      createdAt: time,
      updatedAt: time,
      worldId,
    },
    { requiredKeys: ['id', 'agentId', 'title', 'pinned', 'createdAt', 'updatedAt'] },
  )
  .map((fields) => ({ ...fields }));
const status = fc.constantFrom('complete' as const, 'streaming' as const, 'stopped' as const);
const entityId = fc.constantFrom(personId, id(0xd));
const memory: fc.Arbitrary<Memory> = fc
  .record(
    {
      id: memoryId,
      agentId: agent,
      entityId,
      roomId,
      text,
      status,
      createdAt: time,
      unique: fc.boolean(),
      documentId: memoryId,
      form: fc.constantFrom('message', 'note', 'document', 'fragment'),
    },
    { requiredKeys: ['id', 'agentId', 'entityId', 'roomId', 'text', 'status', 'createdAt', 'form'] },
  )
  .map(({ text, status, roomId, documentId, form, ...fields }) => {
    if (form === 'message') {
      return message(0, { ...fields, roomId, content: { text, status, role: 'assistant' } });
    }
    const kind = form === 'note' ? 'note' : form === 'document' ? 'document' : 'fragment';
    const ofDocument = form === 'fragment' && documentId !== undefined && documentId < fields.id;
    return note(0, { ...fields, kind, content: { text }, ...(ofDocument && { documentId }) });
  });
const filter: fc.Arbitrary<MemoryFilter> = fc
  .record(
    {
      agentId: agent,
      kinds: fc.subarray(['message', 'note', 'document', 'fragment'] as const),
      roomId,
      worldId,
      entityId,
      documentId: memoryId,
      start: time,
      before: time,
      unique: fc.boolean(),
      words: fc.array(word, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['agentId'] },
  )
  .map((fields) => ({ ...fields }));

/** The kinds of steps, each with the values that it is tried with. */
const steps: Steps<ModelDatabase>[] = [
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
  step(
    'filter',
    fc.tuple(filter, limit, fc.integer({ min: 0, max: 3 })),
    ([filter, limit, offset]) =>
      async (model, { db }) => {
        const expected = model.getMemories(filter);
        const pages = all((cursor) => db.getMemories({ ...filter, limit, ...(cursor && { cursor }) }));
        await same(pages, expected);
        await same(db.countMemories(filter), expected.length);
        const { items } = await db.getMemories({ ...filter, limit, offset });
        assert.deepEqual(items, expected.slice(offset, offset + limit));
      },
  ),
  step(
    'byIds',
    fc.tuple(fc.array(memoryId), fc.array(roomId)),
    ([memoryIds, roomIds]) =>
      async (model, { db }) => {
        const visible = [agentId, otherAgentId].flatMap((agentId) => model.getMemories({ agentId }));
        const memories = memoryIds.flatMap((id) => visible.find((memory) => memory.id === id) ?? []);
        await same(db.getMemoriesByIds(memoryIds), memories);
        await same(
          db.getRoomsByIds(roomIds),
          roomIds.flatMap((id) => model.getRoom(id) ?? []),
        );
        const newest = model
          .getMemories({ agentId })
          .filter((memory) => roomIds.includes(memory.roomId ?? ''))
          .slice(0, 3);
        await same(db.getMemoriesByRoomIds({ agentId, roomIds, limit: 3 }), newest);
      },
  ),
  step(
    'forget',
    fc.tuple(filter, fc.option(fc.array(memoryId, { maxLength: 4 }), { nil: undefined })),
    ([filter, ids]) =>
      async (model, { db }) => {
        const asked = { ...filter, ...(ids && { ids }) };
        const { agentId: _, unique: __, ...named } = asked;
        if (Object.keys(named).length === 0) return;
        const forgotten = await db.deleteAllMemories(asked);
        assert.deepEqual(forgotten.sort(), model.deleteAllMemories(asked).sort());
      },
  ),
];

describe('a database', () => {
  it(`does what plain arrays do, whatever the order (${RUNS} runs)`, async function () {
    this.timeout(60_000 + FOLLOWED_MS);
    await followModel({
      steps,
      minLength: 20,
      maxLength: 60,
      async begin(db) {
        for (const number of [50, 51]) await db.createWorld(world(number));
        return new ModelDatabase();
      },
      async end(model, db) {
        for (const id of model.rooms.keys()) await same(db.getRoom(id), model.getRoom(id));
        await same(db.getRoom(id(999)), undefined);
      },
    });
  });
});
