import assert from 'node:assert/strict';
import { PERSON_ENTITY_ID, ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { time } from '../../runtime/plugins/bootstrap/providers/time.ts';
import { aConversation } from '../support/conversation.ts';
import { aRoom } from '../support/samples.ts';
import { type Script, saying } from '../support/scriptedModel.ts';

type Conversation = Awaited<ReturnType<typeof aConversation>>;

const stateOf = (given: Conversation, name: string) =>
  given.agent.composeState(given.requestFor('And now?').message, [name], true);

/** Settles when it is noted who talked with whom. */
const noticed = ({ agent }: Conversation) =>
  new Promise<void>((resolve) => {
    const off = agent.registerEvent('EVALUATOR_COMPLETED', async ({ evaluatorName }) => {
      if (evaluatorName !== 'RELATIONSHIPS') return;
      off();
      resolve();
    });
  });

/** Chooses this action wherever one may be called for. */
const choosing = (name: string, parameters = {}): Script =>
  async function* (params, signal) {
    const chosen = JSON.stringify({ actions: [{ name, parameters }] });
    yield* saying(params.schema ? chosen : 'Fine.')(params, signal);
  };

describe('the providers that are asked for by name', () => {
  it('say nothing at a plain question: the prompt is the question', async () => {
    const given = await aConversation({ script: saying('Hi.') });
    await given.send('Hello');
    assert.deepEqual(given.server?.asked[0]?.messages, [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
    ]);
  });

  it('TIME tells day and time', async () => {
    const { agent, requestFor } = await aConversation();
    const { message } = requestFor('Hello');
    const told = await time(() => Date.UTC(2026, 10, 22, 12)).get(
      agent,
      message,
      { values: {}, data: {}, text: '' },
      agent.run,
    );
    assert.match(told.text ?? '', /^It is \w+,? 2[23] November 2026/);
    assert.equal(told.values?.time, '2026-11-22T12:00:00.000Z');
  });

  it('CHARACTER tells who the agent is', async () => {
    const { text, values } = await stateOf(await aConversation(), 'CHARACTER');
    assert.equal(text, 'Be brief.');
    assert.equal(values.agentName, 'Zoey');
  });

  it('ACTIONS lists what is possible here', async () => {
    const given = await aConversation();
    const { values, text } = await stateOf(given, 'ACTIONS');
    assert.match(text, /^REPLY: /m);
    assert.match(String(values.actionNames), /FOLLOW_ROOM/);
    assert.doesNotMatch(String(values.actionNames), /UNFOLLOW_ROOM/);
  });

  it('ENTITIES tells who takes part, what is known of them, and how they stand to the agent', async () => {
    const given = await aConversation();
    const { database, agent, room } = given;
    for (const text of ['Hello', 'Are you there?']) {
      const noted = noticed(given);
      await given.send(text);
      await noted;
    }
    const about = { entityId: PERSON_ENTITY_ID, agentId: agent.agentId, createdAt: 1 };
    const elsewhere = aRoom();
    await database.createRoom(elsewhere);
    await database.createComponent({ ...about, id: uuidv7(), type: 'team', data: { name: 'billing' } });
    await database.createComponent({ ...about, id: uuidv7(), type: 'note', data: {}, roomId: elsewhere.id });
    await agent.ensureConnection({ entityId: uuidv7(), roomId: room.id, name: 'Bo' });
    const { text } = await stateOf(given, 'ENTITIES');
    assert.deepEqual(text.split('\n').sort(), [
      'Bo',
      'User; messages to you: 2; acquainted; team: {"name":"billing"}',
      'Zoey (you)',
    ]);
  });

  it('ENTITIES keeps to its budget, and counts who does not fit', async () => {
    const given = await aConversation();
    const { database, agent, room } = given;
    const ids = Array.from({ length: 40 }, () => uuidv7());
    const names = ['n'.repeat(150)];
    await database.createEntities(ids.map((id) => ({ id, agentId: agent.agentId, names, metadata: {} })));
    await database.addParticipantsRoom(ids, room.id);
    const { text } = await stateOf(given, 'ENTITIES');
    assert.ok(text.length <= 4_020 && /\nand 14 more$/.test(text), text.slice(-30));
  });

  it('ENTITIES is part of the prompt where several talk, and not where one does', async () => {
    for (const type of ['GROUP', 'DM'] as const) {
      const given = await aConversation({ script: saying('Hi.'), room: { type } });
      await given.send('Zoey, hello');
      const prompt = given.server?.asked[0]?.messages.at(-1)?.content ?? '';
      assert.equal(prompt.includes('Zoey (you)'), type === 'GROUP', type);
    }
  });

  it('RECENT_MESSAGES tells what was said, the oldest first', async () => {
    const given = await aConversation({ script: saying('Hi.') });
    await given.send('Hello');
    await given.send('Bye');
    const { text } = await stateOf(given, 'RECENT_MESSAGES');
    assert.equal(text, 'User: Hello\nZoey: Hi.\nUser: Bye\nZoey: Hi.');
  });
});

describe('a provider of a plugin', () => {
  it('reaches the prompt, as data', async () => {
    const given = await aConversation({
      script: saying('Hi.'),
      providers: [{ name: 'BUILD', get: async () => ({ text: 'The build is red.' }) }],
    });
    await given.send('Hello');
    assert.match(
      given.server?.asked[0]?.messages.at(-1)?.content ?? '',
      /<quote-1 of="what else is known">\nThe build is red\./,
    );
  });
});

describe('follow and unfollow', () => {
  it('change how the agent takes part', async () => {
    const given = await aConversation({ script: choosing('FOLLOW_ROOM'), room: { type: 'GROUP' } });
    const state = () => given.database.getParticipantUserState(given.room.id, ZOEY_AGENT_ID);
    const { memory } = await given.send('Zoey, follow this room');
    assert.equal(memory.content.text, 'I follow this conversation now.');
    assert.equal(await state(), 'FOLLOWED');
    const { message } = given.requestFor('enough');
    const steps = await given.agent.runActions([{ name: 'FOLLOW_ROOM' }, { name: 'unfollow_channel' }], {
      message,
    });
    assert.deepEqual(
      steps.map(({ status }) => status),
      ['skipped', 'completed'],
    );
    assert.equal(await state(), null);
  });
});

describe('reply', () => {
  it('answers in a chain, with what came before it', async () => {
    const given = await aConversation({ script: saying('Done and said.') });
    const said: string[] = [];
    const { message } = given.requestFor('Remember it and tell me');
    const steps = await given.agent.runActions(
      [{ name: 'REMEMBER', parameters: { text: 'Port 5433' } }, { name: 'REPLY' }],
      {
        message,
        async callback({ text }) {
          said.push(text ?? '');
          return [];
        },
      },
    );
    assert.deepEqual(said, ['Remembered: Port 5433', 'Done and said.']);
    assert.equal(steps.at(-1)?.status, 'completed');
    assert.match(given.server?.asked[0]?.messages.at(-1)?.content ?? '', /Remembered: Port 5433/);
  });
});

describe('the models of Ollama', () => {
  it('answer a plugin that names none, with the window that the model always has', async () => {
    const given = await aConversation({ script: saying('Four.') });
    assert.equal(await given.agent.useModel('TEXT_SMALL', { prompt: 'Two and two?', maxTokens: 5 }), 'Four.');
    const [asked] = given.server?.asked ?? [];
    assert.deepEqual(asked, {
      model: 'scripted:1b',
      messages: [{ role: 'user', content: 'Two and two?' }],
      contextTokens: 8192,
      maxTokens: 5,
    });
  });
});
