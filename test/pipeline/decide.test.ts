import assert from 'node:assert/strict';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { decideByModel, decideByRule, type Question } from '../../runtime/pipeline/decide.ts';
import type { Room } from '../../runtime/types/environment.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { aConversation } from '../support/conversation.ts';
import { aMemory } from '../support/samples.ts';
import { saying } from '../support/scriptedModel.ts';

interface Given {
  text?: string;
  type?: Room['type'];
  state?: 'FOLLOWED' | 'MUTED';
  model?: string;
  message?: Partial<Memory>;
}

/** As a turn does it. */
const decide = async (question: Question) =>
  (await decideByRule(question)) ?? (await decideByModel(question));

async function decided({ text = 'Lunch?', type, state, model, message }: Given) {
  const given = await aConversation({
    ...(model !== undefined && { script: saying(model) }),
    ...(type && { room: { type } }),
  });
  const { agent, database, room, server } = given;
  if (state) {
    await agent.ensureConnection({ entityId: agent.agentId, roomId: room.id });
    await database.setParticipantUserState(room.id, agent.agentId, state);
  }
  const decision = await decide({
    agent,
    database,
    room,
    message: aMemory({ text }, { roomId: room.id, ...message }),
    model: model !== undefined,
  });
  return { ...decision, asked: server?.asked.length ?? 0 };
}

describe('should respond', () => {
  it('always answers the panel, and who is alone with the agent', async () => {
    for (const type of [undefined, 'DM', 'SELF', 'API', 'VOICE_DM'] as const) {
      assert.equal((await decided({ ...(type && { type }), model: 'IGNORE' })).respond, true, type);
    }
  });

  it('answers a mention in a group, also in a muted one, without asking a model', async () => {
    const { respond, asked } = await decided({
      type: 'GROUP',
      text: 'What do you think, Zoey?',
      state: 'MUTED',
      model: 'IGNORE',
    });
    assert.equal(respond, true);
    assert.equal(asked, 0);
  });

  it('takes neither a part of a word nor pasted code for a mention', async () => {
    assert.equal((await decided({ type: 'GROUP', text: 'The Zoeyland trip' })).respond, false);
    assert.equal((await decided({ type: 'GROUP', text: '```\nzoey\n```' })).respond, false);
  });

  it('keeps silent in a muted room', async () => {
    assert.deepEqual(await decided({ type: 'GROUP', state: 'MUTED', model: 'RESPOND' }), {
      respond: false,
      reason: 'muted room',
      asked: 0,
    });
  });

  it('asks a model for the rest, and takes its one word', async () => {
    assert.equal((await decided({ type: 'GROUP', model: 'RESPOND' })).respond, true);
    assert.equal((await decided({ type: 'GROUP', model: 'I would IGNORE it' })).respond, false);
    assert.equal((await decided({ type: 'GROUP', model: 'Well …' })).respond, false);
  });

  it('without a model answers only in a followed room', async () => {
    assert.equal((await decided({ type: 'GROUP', state: 'FOLLOWED' })).respond, true);
    assert.equal((await decided({ type: 'GROUP' })).respond, false);
  });

  it('never answers itself', async () => {
    const { agent } = await aConversation();
    assert.equal((await decided({ message: { entityId: agent.agentId } })).respond, false);
  });

  it('answers a reply to what it said', async () => {
    const given = await aConversation({ room: { type: 'GROUP' } });
    const own = aMemory(
      { role: 'assistant', text: 'Yes.' },
      { id: uuidv7(), roomId: given.room.id, entityId: given.agent.agentId },
    );
    await given.database.createMemories([own]);
    const { agent, database, room } = given;
    const message = aMemory({ text: 'Why?', inReplyTo: own.id }, { roomId: room.id });
    assert.equal((await decide({ agent, database, room, message, model: false })).respond, true);
  });

  it('stores a message without an answer, and asks no model for one', async () => {
    const given = await aConversation({ room: { type: 'GROUP' }, script: saying('IGNORE') });
    const { memory, events } = await given.send('Lunch?');
    assert.equal(memory.content.text, '');
    assert.deepEqual(memory.content.actions, ['IGNORE']);
    assert.equal(given.server?.asked.length, 1);
    assert.equal(events.at(-1)?.type, 'end');
    assert.equal((await given.database.getMemoryById(memory.id))?.content.status, 'complete');
  });

  it('stores a message that a rule leaves without an answer, and nothing of one', async () => {
    const given = await aConversation({ room: { type: 'GROUP' } });
    const { database, services } = given;
    const writes: string[] = [];
    services.database = new Proxy(database, {
      get(target, name, receiver) {
        if (/^(create|update|delete|begin|end)/.test(String(name))) writes.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    const { memory, events } = await given.send('Lunch?');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['start', 'end'],
    );
    assert.equal(memory.content.status, 'complete');
    assert.deepEqual(memory.content.actions, ['IGNORE']);
    assert.equal(memory.content.thought, 'not asked');
    const { items } = await database.getMemories({
      agentId: given.agent.agentId,
      roomId: given.room.id,
      limit: 9,
    });
    assert.deepEqual(
      items.map(({ content }) => content.text),
      ['Lunch?'],
    );
    assert.deepEqual(
      writes.filter((name) => name !== 'updateRoom'),
      ['beginTurn'],
    );
  });
});
