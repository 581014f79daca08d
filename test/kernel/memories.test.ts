import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { PERSON_ENTITY_ID } from '../../runtime/kernel/identity.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { anAgent } from '../support/agent.ts';
import { aMemory, aRoom } from '../support/samples.ts';

const draft = (text: string) => ({ content: { text }, entityId: PERSON_ENTITY_ID });

describe('memories of the runtime', () => {
  it('are made from a draft: the table says the kind, the runtime adds what is missing', async () => {
    const { agent, database } = await anAgent({ clock: () => 1_234 });
    const id = await agent.createMemory(draft('It is blue.'), 'facts');
    const { kind, agentId, content, createdAt } = (await database.getMemoryById(id)) ?? assert.fail();
    assert.deepEqual([kind, agentId, content.text, createdAt], ['fact', agent.agentId, 'It is blue.', 1_234]);
  });

  it('keep an id that is given, and are left as they are the second time', async () => {
    const { agent } = await anAgent();
    const id = uuidv7();
    assert.equal(await agent.createMemory({ ...draft('first'), id }, 'facts'), id);
    assert.equal(await agent.createMemory({ ...draft('second'), id }, 'facts'), id);
    assert.equal((await agent.getMemoryById(id))?.content.text, 'first');
  });

  it('are listed and counted by table or kind and by room', async () => {
    const { agent, database } = await anAgent();
    const room = aRoom();
    await database.createRoom(room);
    await agent.createMemory(aMemory({ text: 'said' }, { roomId: room.id }), 'messages');
    await agent.createMemory(draft('a fact'), 'facts');
    assert.deepEqual(
      (await agent.getMemories({ tableName: 'facts' })).map(({ content }) => content.text),
      ['a fact'],
    );
    assert.equal((await agent.getMemories({ roomId: room.id })).length, 1);
    assert.equal(await agent.countMemories({ kinds: ['fact', 'message'] }), 2);
    assert.equal((await agent.getMemories({ count: 1 })).length, 1);
  });

  it('of a table that does not exist are refused', async () => {
    const { agent } = await anAgent();
    const wrong = (error: unknown) => ZoeyError.is(error) && error.code === 'invalid_input';
    await assert.rejects(agent.createMemory(draft('a'), 'constructor'), wrong);
    await assert.rejects(agent.getMemories({ tableName: 'gone' }), wrong);
  });

  it('are changed in part and deleted', async () => {
    const { agent } = await anAgent();
    const id = await agent.createMemory({
      content: { text: 'old', thought: 'why' },
      entityId: PERSON_ENTITY_ID,
    });
    assert.equal(await agent.updateMemory({ id, content: { text: 'new' }, importance: 0.9 }), true);
    const changed = await agent.getMemoryById(id);
    assert.deepEqual([changed?.content, changed?.importance], [{ text: 'new', thought: 'why' }, 0.9]);
    await agent.deleteMemory(id);
    assert.equal(await agent.getMemoryById(id), null);
    assert.equal(await agent.updateMemory({ id, importance: 0.1 }), false);
  });

  it('are found by what the runtime was given to search with', async () => {
    const asked: unknown[] = [];
    const found = { ...aMemory({ text: 'hit' }), similarity: 0.9 };
    const search = async (...question: unknown[]) => {
      asked.push(question);
      return [found];
    };
    const { agent } = await anAgent({ search });
    assert.deepEqual(await agent.searchMemories({ query: 'what', tableName: 'facts', count: 3 }), [found]);
    assert.deepEqual(asked, [['what', { agentId: agent.agentId, kinds: ['fact'], limit: 3 }]]);
  });
});

describe('a connection', () => {
  it('makes world, room and entity, and lets the entity and the agent take part; the second time nothing', async () => {
    const { agent, database } = await anAgent();
    const connection = {
      entityId: uuidv7(),
      roomId: uuidv7(),
      worldId: uuidv7(),
      worldName: 'A team',
      name: 'Ada',
      userName: 'ada',
      type: 'GROUP' as const,
      source: 'cli',
    };
    await agent.ensureConnection(connection);
    await agent.ensureConnection({ ...connection, name: 'Somebody else' });
    const [entity] = await database.getEntitiesByIds([connection.entityId]);
    assert.deepEqual(entity?.names, ['Ada', 'ada']);
    const room = await agent.getRoom(connection.roomId);
    assert.deepEqual([room?.type, room?.source, room?.worldId], ['GROUP', 'cli', connection.worldId]);
    assert.equal((await database.getWorld(connection.worldId))?.name, 'A team');
    const { items } = await database.getParticipantsForRoom({ roomId: connection.roomId, limit: 10 });
    assert.deepEqual(
      items.map(({ entityId }) => entityId).sort(),
      [connection.entityId, agent.agentId].sort(),
    );
  });
});
