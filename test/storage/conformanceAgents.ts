import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { all, isCode } from '../support/storage/pages.ts';
import {
  agent,
  agentId,
  component,
  entity,
  fragment,
  id,
  logEntry,
  message,
  note,
  otherAgentId,
  relationship,
  room,
  task,
  world,
} from '../support/storage/samples.ts';

/** What every database does with agents. */
export function agentConformance(database: () => IDatabaseAdapter): void {
  let db: IDatabaseAdapter;
  beforeEach(() => {
    db = database();
  });

  describe('agents', () => {
    it('gives back what was created, and lists all by id', async () => {
      const full = agent(2, {
        name: 'Zoë 👩‍💻',
        bio: ['a', 'b'],
        system: 'Be kind.',
        enabled: false,
        settings: { model: 'm', nested: { deep: [1, null, { x: true }] }, off: false },
        style: { all: ['short'] },
      });
      assert.equal(await db.createAgent(full), true);
      assert.equal(await db.createAgent(agent(1)), true);
      assert.deepEqual(await db.getAgent(id(2)), full);
      assert.equal(await db.getAgent(id(9)), undefined);
      for (const limit of [1, 2, 3]) {
        const found = await all((cursor) => db.getAgents({ limit, ...(cursor && { cursor }) }));
        assert.deepEqual(found, [agent(1), full]);
      }
    });

    it('keeps no secrets', async () => {
      // A plugin in plain JavaScript may pass what the types do not allow.
      const smuggled: object = { secrets: { KEY: 'hidden' } };
      await db.createAgent({ ...agent(1), ...smuggled });
      await db.updateAgent(id(1), { ...smuggled });
      assert.deepEqual(await db.getAgent(id(1)), agent(1));
    });

    it('refuses an id that exists: false, and nothing is changed', async () => {
      await db.createAgent(agent(1));
      assert.equal(await db.createAgent(agent(1, { name: 'Another' })), false);
      assert.deepEqual(await db.getAgent(id(1)), agent(1));
    });

    it('merges settings at every depth on update; null deletes', async () => {
      const settings = { a: 1, b: { c: 2, d: { e: 3 }, list: [1, 2] }, off: false };
      await db.createAgent(agent(1, { settings }));
      const patch = { b: { c: null, d: { f: 4 }, list: [3] }, off: null, g: { h: null, i: 5 } };
      assert.equal(await db.updateAgent(id(1), { updatedAt: 7, name: 'New', settings: patch }), true);
      const expected = { a: 1, b: { d: { e: 3, f: 4 }, list: [3] }, g: { i: 5 } };
      assert.deepEqual(await db.getAgent(id(1)), agent(1, { updatedAt: 7, name: 'New', settings: expected }));
      assert.equal(await db.updateAgent(id(1), { enabled: false }), true);
      assert.deepEqual((await db.getAgent(id(1)))?.settings, expected);
      assert.equal(await db.updateAgent(id(9), { name: 'New' }), false);
    });

    it('merges side by side without losing either', async () => {
      await db.createAgent(agent(1));
      const keys = Array.from({ length: 20 }, (_, n) => `key${n}`);
      await Promise.all(keys.map((key) => db.updateAgent(id(1), { settings: { [key]: true } })));
      assert.deepEqual(Object.keys((await db.getAgent(id(1)))?.settings ?? {}).sort(), keys.sort());
    });

    it('takes keys of JavaScript itself as any other', async () => {
      await db.createAgent(agent(1));
      const settings = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
      await db.updateAgent(id(1), { settings });
      await db.updateAgent(id(1), { settings: { toString: 3 } });
      const stored = JSON.stringify((await db.getAgent(id(1)))?.settings);
      assert.ok(stored.includes('"constructor":2') && stored.includes('"toString":3'), stored);
      assert.equal(({} as { x?: number }).x, undefined);
    });

    it('refuses what is no agent', async () => {
      await assert.rejects(db.createAgent(agent(1, { name: '' })), isCode('invalid_input'));
      await db.createAgent(agent(1));
      await assert.rejects(db.updateAgent(id(1), { name: '' }), isCode('invalid_input'));
      assert.deepEqual(await db.getAgent(id(1)), agent(1));
    });

    it('deletes with all that belongs to it, and with nothing else; a missing one is false', async () => {
      const kept = { agentId: otherAgentId };
      for (const [first, own] of [
        [100, { agentId }],
        [200, kept],
      ] as const) {
        await db.createAgent(agent(first, { id: own.agentId }));
        await db.createWorld(world(first + 1, own));
        await db.createRooms([room(first + 2, { ...own, worldId: id(first + 1) }), room(first + 3, own)]);
        await db.deleteRoom(id(first + 3), 1);
        await db.createEntities([entity(first + 4, own), entity(first + 5, own)]);
        await db.addParticipantsRoom([id(first + 4)], id(first + 2));
        await db.createComponent(component(first + 6, id(first + 4), own));
        await db.createRelationship(relationship(first + 7, id(first + 4), id(first + 5), own));
        await db.createMemories([
          message(first + 8, { ...own, roomId: id(first + 2) }),
          note(first + 9, { ...own, kind: 'document' }),
          fragment(first + 10, first + 9, own),
          message(first + 11, { ...own, roomId: id(first + 3) }),
        ]);
        await db.createTask(task(first + 12, { ...own, tags: ['x'] }));
        await db.createLogs([logEntry(first + 13, own)], 9);
        await db.setCache(own.agentId, 'key', 1);
      }
      assert.equal(await db.deleteAgent(agentId), true);
      assert.equal(await db.deleteAgent(agentId), false);
      const left = async (first: number, owner: string) => [
        (await db.getAgent(owner))?.name,
        (await db.getWorld(id(first + 1)))?.name,
        (await db.getRoom(id(first + 2)))?.title,
        await db.restoreRoom(id(first + 3)),
        (await db.getEntitiesByIds([id(first + 4), id(first + 5)])).length,
        await db.isRoomParticipant(id(first + 2), id(first + 4)),
        (await db.getComponents({ entityId: id(first + 4) })).length,
        (await db.getRelationships({ agentId: owner, entityId: id(first + 4), limit: 9 })).items.length,
        await db.countMemories({ agentId: owner }),
        (await db.getTasks({ agentId: owner, limit: 9 })).items.length,
        (await db.getLogs({ agentId: owner, limit: 9 })).items.length,
        await db.getCache(owner, 'key'),
      ];
      const nothing = [undefined, undefined, undefined, false, 0, false, 0, 0, 0, 0, 0, undefined];
      assert.deepEqual(await left(100, agentId), nothing);
      const everything = ['Agent 200', 'World 201', 'Room 202', true, 2, true, 1, 1, 4, 1, 1, 1];
      assert.deepEqual(await left(200, otherAgentId), everything);
    });
  });
}
