import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { all, isCode } from '../support/storage/pages.ts';
import {
  agentId,
  component,
  entity,
  id,
  logEntry,
  message,
  otherAgentId,
  relationship,
  room,
  task,
  world,
} from '../support/storage/samples.ts';

const ids = (items: readonly { id: string }[]) => items.map((item) => item.id);

/** What every database does with entities, components and worlds. */
export function environmentConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  beforeEach(() => {
    db = database();
  });

  describe('entities', () => {
    it('are created many at once, and an id that exists is left as it is', async () => {
      const full = entity(1, { names: ['Ana', 'ana@x.org'], metadata: { web: { id: 7 } } });
      await db.createEntities([full, entity(2)]);
      await db.createEntities([entity(2, { names: ['Other'] }), entity(3)]);
      const found = await db.getEntitiesByIds([id(3), id(9), id(1), id(2)]);
      assert.deepEqual(
        found,
        [entity(3), full, entity(2)].map((item) => ({ ...item, components: [] })),
      );
      await db.createEntities([]);
      assert.deepEqual(await db.getEntitiesByIds([]), []);
    });

    it('are created with their components, or none is', async () => {
      const own = component(10, id(1), { sourceEntityId: id(2) });
      await db.createEntities([entity(1, { components: [own] }), entity(2)]);
      assert.deepEqual((await db.getEntitiesByIds([id(1)]))[0]?.components, [own]);
      const lost = component(11, id(3), { sourceEntityId: id(99) });
      await assert.rejects(db.createEntities([entity(3, { components: [lost] })]), isCode('not_found'));
      assert.deepEqual(await db.getEntitiesByIds([id(3)]), []);
    });

    it('are found by room, with components where they are asked for', async () => {
      await db.createRoom(room(50));
      await db.createEntities([1, 2, 3, 4].map((number) => entity(number)));
      await db.createComponent(component(10, id(1)));
      await db.createComponent(component(11, id(1)));
      await db.addParticipantsRoom([id(3), id(1), id(2)], id(50));
      for (const limit of [1, 2, 3, 9]) {
        const found = await all((cursor) =>
          db.getEntitiesForRoom({
            roomId: id(50),
            limit,
            includeComponents: true,
            ...(cursor && { cursor }),
          }),
        );
        const first = { ...entity(1), components: [component(11, id(1)), component(10, id(1))] };
        const rest = [2, 3].map((number) => ({ ...entity(number), components: [] }));
        assert.deepEqual(found, [first, ...rest]);
      }
      const { items } = await db.getEntitiesForRoom({ roomId: id(50), limit: 1 });
      assert.deepEqual(items, [entity(1)]);
    });

    it('are found by name, whole and case aside, of one agent', async () => {
      await db.createEntities([
        entity(1, { names: ['José', 'Pepe'] }),
        entity(2, { names: ['JOSÉ', 'pepe'] }),
        entity(3, { names: ['Jos'] }),
        entity(4, { names: ['José'], agentId: otherAgentId }),
      ]);
      const named = (...names: string[]) =>
        all((cursor) => db.getEntitiesByNames({ agentId, names, limit: 1, ...(cursor && { cursor }) }));
      assert.deepEqual(ids(await named('josé')), [id(1), id(2)]);
      assert.deepEqual(ids(await named('jos', 'PEPE')), [id(1), id(2), id(3)]);
      assert.deepEqual(await named('%'), []);
      assert.deepEqual(await named(), []);
      await db.updateEntity(id(1), { names: ['Ana'] });
      assert.deepEqual(ids(await named('josé', 'ana')), [id(1), id(2)]);
      assert.deepEqual(ids(await named('pepe')), [id(2)]);
    });

    it('change what a patch names; metadata are merged', async () => {
      await db.createEntities([entity(1, { metadata: { a: 1, b: { c: 2 } } })]);
      assert.equal(await db.updateEntity(id(1), { metadata: { a: null, b: { d: 3 } } }), true);
      assert.equal(await db.updateEntity(id(1), {}), true);
      const [found] = await db.getEntitiesByIds([id(1)]);
      assert.deepEqual(found, { ...entity(1), metadata: { b: { c: 2, d: 3 } }, components: [] });
      assert.equal(await db.updateEntity(id(9), { names: ['x'] }), false);
    });

    it('are deleted with what is theirs; what they said stays', async () => {
      await db.createRoom(room(1));
      await db.createEntities([2, 3].map((number) => entity(number)));
      await db.addParticipantsRoom([id(2), id(3)], id(1));
      await db.createComponent(component(10, id(2)));
      await db.createComponent(component(11, id(3), { sourceEntityId: id(2) }));
      await db.createRelationship(relationship(12, id(3), id(2), { tags: ['x'] }));
      await db.createTask(task(13, { entityId: id(2) }));
      await db.createLogs([logEntry(14, { entityId: id(2) })], 9);
      await db.createMemories([message(15, { entityId: id(2) })]);
      assert.equal(await db.deleteEntity(id(2)), true);
      assert.equal(await db.deleteEntity(id(2)), false);
      assert.equal(await db.isRoomParticipant(id(1), id(2)), false);
      assert.equal(await db.isRoomParticipant(id(1), id(3)), true);
      assert.deepEqual(await db.getComponents({ entityId: id(3) }), []);
      assert.deepEqual((await db.getRelationships({ agentId, entityId: id(3), limit: 9 })).items, []);
      assert.equal(await db.getTask(id(13)), undefined);
      assert.deepEqual((await db.getLogs({ agentId, limit: 9 })).items, []);
      assert.deepEqual((await db.getEntitiesByNames({ agentId, names: ['Entity 2'], limit: 9 })).items, []);
      assert.equal((await db.getMemoryById(id(15)))?.entityId, id(2));
    });

    it('are refused where they are none', async () => {
      const names = ['x'.repeat(201)];
      await assert.rejects(db.createEntities([entity(1), entity(2, { names })]), isCode('invalid_input'));
      assert.deepEqual(await db.getEntitiesByIds([id(1)]), []);
    });
  });

  describe('components', () => {
    beforeEach(async () => {
      await db.createWorld(world(50));
      await db.createRoom(room(51));
      await db.createEntities([1, 2].map((number) => entity(number)));
    });

    it('are found by entity, type, world and source, the latest first', async () => {
      const everywhere = component(10, id(1));
      const here = component(11, id(1), { worldId: id(50), roomId: id(51) });
      const told = component(12, id(1), { sourceEntityId: id(2) });
      const goal = component(13, id(1), { type: 'goal', data: { deep: [{ x: null }] } });
      for (const item of [everywhere, here, told, goal]) assert.equal(await db.createComponent(item), true);
      const of = { entityId: id(1), type: 'profile' };
      assert.deepEqual(await db.getComponent(of), told);
      assert.deepEqual(await db.getComponent({ ...of, worldId: id(50) }), here);
      assert.deepEqual(await db.getComponent({ ...of, sourceEntityId: id(2) }), told);
      assert.equal(await db.getComponent({ ...of, worldId: id(50), sourceEntityId: id(2) }), undefined);
      assert.equal(await db.getComponent({ ...of, entityId: id(2) }), undefined);
      assert.deepEqual(await db.getComponents({ entityId: id(1) }), [goal, told, here, everywhere]);
      assert.deepEqual(await db.getComponents({ entityId: id(1), worldId: id(50) }), [here]);
    });

    it('are replaced whole and deleted, each once', async () => {
      assert.equal(await db.createComponent(component(10, id(1))), true);
      assert.equal(await db.createComponent(component(10, id(1), { type: 'x' })), false);
      const changed = component(10, id(1), { type: 'goal', data: {}, createdAt: 77 });
      assert.equal(await db.updateComponent(changed), true);
      assert.deepEqual(await db.getComponents({ entityId: id(1) }), [changed]);
      assert.equal(await db.updateComponent(component(11, id(1))), false);
      assert.equal(await db.deleteComponent(id(10)), true);
      assert.equal(await db.deleteComponent(id(10)), false);
    });

    it('go with their room; nobody can have one who is not there', async () => {
      await db.createComponent(component(10, id(1), { roomId: id(51) }));
      await db.deleteRoom(id(51), 1);
      await db.purgeRooms(2);
      assert.deepEqual(await db.getComponents({ entityId: id(1) }), []);
      await assert.rejects(db.createComponent(component(11, id(9))), isCode('not_found'));
      await assert.rejects(db.createComponent(component(11, id(1), { worldId: id(9) })), isCode('not_found'));
    });
  });

  describe('worlds', () => {
    it('are created once, listed by id, changed by patches', async () => {
      const full = world(1, { serverId: 'server', metadata: { roles: { a: 'OWNER' } } });
      assert.equal(await db.createWorld(full), true);
      assert.equal(await db.createWorld(world(1)), false);
      await db.createWorld(world(2));
      await db.createWorld(world(3, { agentId: otherAgentId }));
      assert.deepEqual(await db.getWorld(id(1)), full);
      assert.equal(await db.getWorld(id(9)), undefined);
      const listed = await all((cursor) => db.getAllWorlds({ agentId, limit: 1, ...(cursor && { cursor }) }));
      assert.deepEqual(listed, [full, world(2)]);
      assert.equal(await db.updateWorld(id(1), { name: 'New', metadata: { roles: { b: 'ADMIN' } } }), true);
      const roles = { a: 'OWNER', b: 'ADMIN' };
      assert.deepEqual(await db.getWorld(id(1)), { ...full, name: 'New', metadata: { roles } });
      assert.equal(await db.updateWorld(id(9), { name: 'New' }), false);
    });

    it('are removed with their components and tasks; their rooms stay', async () => {
      await db.createWorld(world(1));
      await db.createRoom(room(2, { worldId: id(1) }));
      await db.createEntities([entity(3)]);
      await db.createComponent(component(4, id(3), { worldId: id(1) }));
      await db.createTask(task(5, { worldId: id(1) }));
      assert.equal(await db.removeWorld(id(1)), true);
      assert.equal(await db.removeWorld(id(1)), false);
      assert.deepEqual(await db.getRoom(id(2)), room(2));
      assert.deepEqual(await db.getComponents({ entityId: id(3) }), []);
      assert.equal(await db.getTask(id(5)), undefined);
    });

    it('have rooms, which can be deleted together and brought back', async () => {
      await db.createWorld(world(1));
      await db.createRooms([2, 3, 4].map((number) => room(number, { worldId: id(1) })));
      await db.createRoom(room(5));
      await db.deleteRoom(id(3), 7);
      const rooms = async () =>
        ids(
          await all((cursor) => db.getRoomsByWorld({ worldId: id(1), limit: 1, ...(cursor && { cursor }) })),
        );
      assert.deepEqual(await rooms(), [id(2), id(4)]);
      assert.equal(await db.deleteRoomsByWorldId(id(1), 8), 2);
      assert.equal(await db.deleteRoomsByWorldId(id(1), 9), 0);
      assert.deepEqual(await rooms(), []);
      assert.notEqual(await db.getRoom(id(5)), undefined);
      assert.equal(await db.restoreRoom(id(4)), true);
      assert.deepEqual(await rooms(), [id(4)]);
    });
  });
}
