import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { Entity, Relationship } from '../../runtime/types/environment.ts';
import type { Task } from '../../runtime/types/task.ts';
import { FOLLOWED_MS, followModel, RUNS, type Steps, same, step } from '../support/storage/followModel.ts';
import { ModelEnvironment } from '../support/storage/modelEnvironment.ts';
import { all } from '../support/storage/pages.ts';
import { agentId, entity, id, relationship, room, task, world } from '../support/storage/samples.ts';

const ROOMS = [1, 2, 3].map(id);

const time = fc.integer({ min: 0, max: 6 });
const limit = fc.integer({ min: 1, max: 4 });
const roomId = fc.constantFrom(...ROOMS);
const entityId = fc.integer({ min: 11, max: 14 }).map(id);
const worldId = fc.constantFrom(id(21), id(22));
const taskId = fc.integer({ min: 31, max: 36 }).map(id);
const claimId = fc.integer({ min: 41, max: 43 }).map(id);
const tags = fc.subarray(['a', 'A', 'b', "'%"]);
const name = fc.constantFrom('Ana', 'ana', 'Ben', 'ÉVA', 'éva');
const someEntity: fc.Arbitrary<Entity> = fc
  .record({ id: entityId, names: fc.array(name, { maxLength: 2 }) })
  .map((fields) => entity(0, fields));
const someRelationship: fc.Arbitrary<Relationship> = fc
  .record({ id: fc.integer({ min: 51, max: 56 }).map(id), source: entityId, target: entityId, tags })
  .map(({ id, source, target, tags }) => relationship(0, source, target, { id, tags }));
const someTask: fc.Arbitrary<Task> = fc
  .record(
    { id: taskId, name, tags, createdAt: time, dueAt: time, roomId, entityId, worldId },
    { requiredKeys: ['id', 'name', 'tags', 'createdAt'] },
  )
  .map((fields) => task(0, fields));

/** The same outcome, where undefined stands for "something is missing". */
async function sameOrMissing(promise: Promise<unknown>, expected: unknown): Promise<void> {
  const outcome = await promise.catch((error: unknown) => {
    assert.ok(ZoeyError.is(error) && error.code === 'not_found', String(error));
    return 'missing';
  });
  assert.deepEqual(outcome, expected === undefined ? 'missing' : expected);
}
const environmentSteps: Steps<ModelEnvironment>[] = [
  step('createEntities', fc.array(someEntity, { maxLength: 3 }), (items) => async (model, { db }) => {
    model.createEntities(items);
    await db.createEntities(items);
  }),
  step(
    'deleteEntity',
    entityId,
    (id) =>
      (model, { db }) =>
        same(db.deleteEntity(id), model.deleteEntity(id)),
  ),
  step(
    'byNames',
    fc.tuple(fc.array(name, { maxLength: 2 }), limit),
    ([names, limit]) =>
      (model, { db }) =>
        same(
          all((cursor) => db.getEntitiesByNames({ agentId, names, limit, ...(cursor && { cursor }) })),
          model.named(names),
        ),
  ),
  step(
    'createWorld',
    worldId,
    (id) =>
      (model, { db }) =>
        same(db.createWorld(world(0, { id })), model.createWorld(world(0, { id }))),
  ),
  step(
    'removeWorld',
    worldId,
    (id) =>
      (model, { db }) =>
        same(db.removeWorld(id), model.removeWorld(id)),
  ),
  step('purge', roomId, (id) => async (model, { db }) => {
    await db.deleteRoom(id, 5);
    await db.purgeRooms(6);
    model.removeRoom(id);
  }),
  step(
    'add',
    fc.tuple(fc.array(entityId, { maxLength: 2 }), roomId),
    ([ids, roomId]) =>
      (model, { db }) =>
        sameOrMissing(
          db.addParticipantsRoom(ids, roomId).then(() => true),
          model.addParticipants(ids, roomId) || undefined,
        ),
  ),
  step(
    'remove',
    fc.tuple(entityId, roomId),
    ([entityId, roomId]) =>
      (model, { db }) =>
        same(db.removeParticipant(entityId, roomId), model.removeParticipant(entityId, roomId)),
  ),
  step(
    'setState',
    fc.tuple(roomId, entityId, fc.constantFrom('FOLLOWED' as const, 'MUTED' as const, null)),
    ([roomId, entityId, state]) =>
      (model, { db }) =>
        same(db.setParticipantUserState(roomId, entityId, state), model.setState(roomId, entityId, state)),
  ),
  step(
    'participants',
    fc.tuple(roomId, entityId, limit),
    ([roomId, entityId, limit]) =>
      async (model, { db }) => {
        const inRoom = model.participants
          .filter((one) => one.roomId === roomId)
          .sort((a, b) => (a.entityId < b.entityId ? -1 : 1));
        const ofEntity = model.participants
          .filter((one) => one.entityId === entityId)
          .sort((a, b) => (a.roomId < b.roomId ? -1 : 1));
        await same(
          all((cursor) => db.getParticipantsForRoom({ roomId, limit, ...(cursor && { cursor }) })),
          inRoom,
        );
        await same(
          all((cursor) => db.getParticipantsForEntity({ entityId, limit, ...(cursor && { cursor }) })),
          ofEntity,
        );
        await same(
          all((cursor) => db.getEntitiesForRoom({ roomId, limit, ...(cursor && { cursor }) })),
          inRoom.map((one) => model.entities.get(one.entityId)),
        );
      },
  ),
  step(
    'relate',
    someRelationship,
    (value) =>
      (model, { db }) =>
        sameOrMissing(db.createRelationship(value), model.createRelationship(value)),
  ),
  step(
    'relationships',
    fc.tuple(entityId, tags, limit),
    ([entityId, tags, limit]) =>
      (model, { db }) =>
        same(
          all((cursor) => db.getRelationships({ agentId, entityId, tags, limit, ...(cursor && { cursor }) })),
          model.relationshipsOf(entityId, tags),
        ),
  ),
];

const taskSteps: Steps<ModelEnvironment>[] = [
  step(
    'createTask',
    someTask,
    (value) =>
      (model, { db }) =>
        sameOrMissing(db.createTask(value), model.createTask(value)),
  ),
  step(
    'getTasks',
    fc.record({ roomId, entityId, name, tags }, { requiredKeys: ['tags'] }),
    (filter) =>
      (model, { db }) =>
        same(
          all((cursor) => db.getTasks({ agentId, limit: 2, ...filter, ...(cursor && { cursor }) })),
          model.getTasks(filter),
        ),
  ),
  step(
    'claim',
    fc.record({ claim: claimId, now: time, until: time, limit }),
    (claim) =>
      (model, { db }) =>
        same(db.claimTasks({ agentId, ...claim }), model.claimTasks(claim)),
  ),
  step(
    'finish',
    fc.tuple(taskId, claimId, fc.option(fc.record({ dueAt: time, updatedAt: time }), { nil: undefined })),
    ([id, claim, next]) =>
      (model, { db }) =>
        same(db.finishTask(id, claim, next), model.finishTask(id, claim, next)),
  ),
];

describe('those around an agent', () => {
  it(`are what plain arrays say, whatever the order (${RUNS} runs)`, async function () {
    this.timeout(60_000 + FOLLOWED_MS);
    await followModel({
      steps: [...environmentSteps, ...taskSteps, ...taskSteps],
      minLength: 30,
      maxLength: 80,
      async begin(db) {
        await db.createRooms(ROOMS.map((id) => room(0, { id })));
        const model = new ModelEnvironment(ROOMS);
        const known = [11, 12, 13].map((number) => entity(number));
        model.createEntities(known);
        await db.createEntities(known);
        return model;
      },
      end: (model, db) =>
        same(
          all((cursor) => db.getTasks({ agentId, limit: 50, ...(cursor && { cursor }) })),
          model.getTasks({}),
        ),
    });
  });
});
