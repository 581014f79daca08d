import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { PERSON_ENTITY_ID, WORKSPACE_WORLD_ID, ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import type { EventName } from '../../runtime/types/events.ts';
import { aConversation } from '../support/conversation.ts';
import { type Script, saying } from '../support/scriptedModel.ts';

async function heard(script: Script, stop?: 'stopped') {
  const given = await aConversation({ script });
  const told: string[] = [];
  const names: EventName[] = ['MESSAGE_RECEIVED', 'MESSAGE_SENT', 'RUN_STARTED', 'RUN_ENDED'];
  for (const name of names) {
    given.agent.registerEvent(name, async (payload) => {
      told.push('status' in payload ? `${name} ${payload.status}` : name);
    });
  }
  const controller = new AbortController();
  await given.send('Hello', {
    stop: controller,
    onEvent: (event) => event.type === 'text' && stop && controller.abort(stop),
  });
  return { ...given, told };
}

describe('events of a turn', () => {
  it('tell that a message came and was answered, within a run', async () => {
    const { told } = await heard(saying('Hi.'));
    assert.deepEqual(told, [
      'RUN_STARTED started',
      'MESSAGE_RECEIVED',
      'MESSAGE_SENT',
      'RUN_ENDED completed',
    ]);
  });

  it('end every run that starts, also where the model fails', async () => {
    const { told } = await heard(async function* () {
      yield { type: 'text', delta: 'Half' };
      throw new ZoeyError('model_stopped', 'It stopped.');
    });
    assert.equal(told.at(-1), 'RUN_ENDED failed');
  });

  it('end a run that was stopped, as cancelled', async () => {
    const { told } = await heard(async function* () {
      yield { type: 'text', delta: 'Half' };
      throw new ZoeyError('cancelled', 'Stopped.');
    }, 'stopped');
    assert.equal(told.at(-1), 'RUN_ENDED cancelled');
  });

  it('hold up nothing when a listener throws', async () => {
    const given = await aConversation({ script: saying('Hi.') });
    given.agent.registerEvent('MESSAGE_RECEIVED', async () => Promise.reject(new Error('no')));
    assert.equal((await given.send('Hello')).memory.content.text, 'Hi.');
  });
});

describe('a turn', () => {
  it('makes the person and the agent take part in the room, and the room part of the workspace', async () => {
    const { database, room } = await heard(saying('Hi.'));
    const { items } = await database.getParticipantsForRoom({ roomId: room.id, limit: 10 });
    assert.deepEqual(items.map(({ entityId }) => entityId).sort(), [ZOEY_AGENT_ID, PERSON_ENTITY_ID].sort());
    assert.equal((await database.getRoom(room.id))?.worldId, WORKSPACE_WORLD_ID);
    assert.equal((await database.getWorld(WORKSPACE_WORLD_ID))?.name, 'No folder');
  });

  it('is written down, without a word of what it was about', async () => {
    const { database, room } = await heard(saying('A secret answer.'));
    const { items } = await database.getLogs({ agentId: ZOEY_AGENT_ID, roomId: room.id, limit: 10 });
    assert.equal(items.length, 1);
    assert.equal(items[0]?.type, 'turn');
    assert.equal(items[0]?.body.status, 'complete');
    assert.doesNotMatch(JSON.stringify(items), /secret|Hello/);
  });

  it('is written down once, as what it came to, where its end could not be stored at first', async () => {
    const given = await aConversation({ script: saying('Hi.') });
    const { database, services, room } = given;
    let left = 1;
    services.database = {
      ...database,
      endTurn: (end) =>
        left-- > 0 ? Promise.reject(new ZoeyError('storage_full', 'No.')) : database.endTurn(end),
    };
    const { memory } = await given.send('Hello');
    assert.equal(memory.content.status, 'failed');
    assert.equal((await database.getMemoryById(memory.id))?.content.text, 'Hi.');
    const { items } = await database.getLogs({ agentId: ZOEY_AGENT_ID, roomId: room.id, limit: 10 });
    assert.deepEqual(
      items.map(({ body }) => body.status),
      ['failed'],
    );
  });

  it('keeps its answer where who asked is gone by then', async () => {
    const given = await aConversation({ script: saying('Hi.') });
    const { memory } = await given.send('Hello', {
      onEvent: (event) => {
        if (event.type === 'start') void given.database.deleteEntity(PERSON_ENTITY_ID);
      },
    });
    assert.equal(memory.content.status, 'complete');
    assert.deepEqual(await given.database.getMemoryById(memory.id), memory);
  });
});
