import assert from 'node:assert/strict';
import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { anEvaluator, aPlugin, gate } from '../support/agent.ts';
import { aConversation } from '../support/conversation.ts';
import { type Script, saying } from '../support/scriptedModel.ts';

/** Answers evaluators with what their instruction asks for, and everything else with "Fine." */
const evaluating = (answers: { facts?: string; goals?: string; summary?: string; same?: string }): Script =>
  async function* (params, signal) {
    const kind = /\{"(facts|goals|summary|same)"/.exec(
      params.messages[0]?.content ?? '',
    )?.[1] as keyof typeof answers;
    yield* saying((params.schema && answers[kind]) || 'Fine.')(params, signal);
  };

type Conversation = Awaited<ReturnType<typeof aConversation>>;

/** Sends them one after the other, and lets what follows in the background end. */
async function sendAll({ send, agent }: Conversation, texts: string[]) {
  for (const text of texts) await send(text);
  await agent.stop();
}

/** Settles when this evaluator is done. */
const completed = ({ agent }: Conversation, name: string) =>
  new Promise<void>((resolve) => {
    agent.registerEvent('EVALUATOR_COMPLETED', async ({ evaluatorName }) => {
      if (evaluatorName === name) resolve();
    });
  });

const facts = async ({ database }: Conversation) =>
  (await database.getMemories({ agentId: ZOEY_AGENT_ID, kinds: ['fact'], limit: 50 })).items;

describe('evaluators', () => {
  it('run after the reply, in the background', async () => {
    const { promise, open } = gate();
    const seen: string[] = [];
    const evaluator = anEvaluator({
      name: 'SLOW',
      async handler(_runtime, message, _state, _options, _callback, responses) {
        await promise;
        seen.push(message.content.text, responses?.[0]?.content.text ?? '');
      },
    });
    const given = await aConversation({
      script: saying('Hi.'),
      plugins: [aPlugin({ name: 'slow', evaluators: [evaluator] })],
    });
    assert.equal((await given.send('Hello')).memory.content.status, 'complete');
    assert.deepEqual(seen, []);
    open();
    await given.agent.stop();
    assert.deepEqual(seen, ['Hello', 'Hi.']);
  });

  it('do not look back at an answer that failed', async () => {
    const looked: string[] = [];
    const evaluator = anEvaluator({ name: 'E', handler: async () => looked.push('looked') });
    const script: Script = async function* () {
      yield { type: 'text', delta: 'Half' };
      throw new Error('no');
    };
    const given = await aConversation({ script, plugins: [aPlugin({ name: 'p', evaluators: [evaluator] })] });
    await sendAll(given, ['Hello']);
    assert.deepEqual(looked, []);
  });
});

describe('fact extraction', () => {
  const told = ['I work on the billing team', 'why is it slow', 'and this', 'thanks'];

  it('keeps what the person said, with its source, once in every few messages', async () => {
    const given = await aConversation({
      script: evaluating({ facts: '```json\n{"facts":["The user works on the billing team",]}\n```' }),
    });
    await sendAll(given, told);
    const [fact, ...rest] = await facts(given);
    assert.equal(rest.length, 0);
    assert.equal(fact?.content.text, 'The user works on the billing team');
    assert.equal(fact?.source, 'conversation');
    assert.equal(fact?.roomId, given.room.id);
    const steps = given.server?.asked.filter(({ schema }) => schema) ?? [];
    assert.equal(steps.length, 1);
    assert.ok((steps[0]?.maxTokens ?? 9999) <= 200);
    assert.match(steps[0]?.messages[1]?.content ?? '', /billing team/);
  });

  it('stores nothing twice that says the same in the same words', async () => {
    const given = await aConversation({
      script: evaluating({ facts: '{"facts":["deploys go out on Tuesdays.","Deploys go out on Tuesdays"]}' }),
    });
    await given.send('remember that Deploys go out on Tuesdays');
    await sendAll(given, told);
    assert.deepEqual(await facts(given), []);
  });

  it('stores nothing that the model takes for what is known in other words', async () => {
    const given = await aConversation({
      script: evaluating({
        facts: '{"facts":["The user deploys on Tuesdays"]}',
        same: '{"same":[1],"outdated":[]}',
      }),
    });
    await given.send('remember that deploys by the user are on Tuesdays');
    await sendAll(given, told);
    assert.deepEqual(await facts(given), []);
  });

  it('supersedes a fact that can no longer be true, keeps both in its history, and recalls the new one', async () => {
    let found = '{"facts":["The staging database listens on port 5432"]}';
    const given = await aConversation({
      script: (params, signal) =>
        evaluating({ facts: found, same: '{"same":[],"outdated":[1]}' })(params, signal),
    });
    const extracted = completed(given, 'FACT_EXTRACTION');
    for (const text of told) await given.send(text);
    await extracted;
    found = '{"facts":["The staging database listens on port 5433"]}';
    await sendAll(given, told);
    const [now, before] = await facts(given);
    assert.equal(now?.content.text, 'The staging database listens on port 5433');
    assert.equal(now?.model, 'scripted:1b');
    assert.equal(before?.supersededBy, now?.id);
    const history = await given.database.getMemoryHistory(before?.id ?? '');
    assert.deepEqual(
      history.map(({ id }) => id),
      [now?.id, before?.id],
    );
    const recalled = await given.agent.searchMemories({ query: 'staging database port' });
    assert.deepEqual(
      recalled.map(({ id }) => id),
      [now?.id],
    );
  });

  it('supersedes nothing that the person told to be remembered', async () => {
    const given = await aConversation({
      script: evaluating({
        facts: '{"facts":["The staging database listens on port 5433"]}',
        same: '{"same":[],"outdated":[1]}',
      }),
    });
    await given.send('remember that the staging database listens on port 5432');
    await sendAll(given, told);
    const recalled = await given.agent.searchMemories({ query: 'staging database port' });
    assert.equal(recalled.length, 2);
  });

  it('never keeps a secret, and looks at no pasted code', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const given = await aConversation({
      script: evaluating({ facts: `{"facts":["The token is ${token}"]}` }),
    });
    await sendAll(given, [...told.slice(1), 'look:\n```\nI live on the moon\n```']);
    assert.match((await facts(given))[0]?.content.text ?? '', /\[redacted/);
    const step = given.server?.asked.find(({ schema }) => schema);
    assert.doesNotMatch(step?.messages[1]?.content ?? '', /moon/);
  });

  it('does not run where no model is connected', async () => {
    const given = await aConversation();
    await sendAll(given, told);
    assert.deepEqual(await facts(given), []);
    assert.equal((await given.database.getRoom(given.room.id))?.metadata?.lookedBack, undefined);
  });

  it('stores nothing where the model does not answer in the form', async () => {
    const given = await aConversation({ script: evaluating({ facts: 'There are no facts.' }) });
    await sendAll(given, told);
    assert.deepEqual(await facts(given), []);
  });
});

describe('goal tracking', () => {
  it('keeps a goal as a task of the room, and closes it when it is reached', async () => {
    let goals = '{"goals":[{"text":"Ship the beta"}]}';
    const given = await aConversation({
      script: (params, signal) => evaluating({ facts: '{"facts":[]}', goals })(params, signal),
    });
    const open = async () =>
      (
        await given.database.getTasks({
          agentId: ZOEY_AGENT_ID,
          roomId: given.room.id,
          name: 'GOAL',
          limit: 10,
        })
      ).items.map(({ description }) => description);
    const tracked = completed(given, 'GOAL_TRACKING');
    for (let i = 0; i < 6; i++) await given.send(`message ${i}`);
    await tracked;
    assert.deepEqual(await open(), ['Ship the beta']);
    goals = '{"goals":[{"text":"ship the beta","done":true}]}';
    await sendAll(
      given,
      Array.from({ length: 6 }, (_, i) => `later ${i}`),
    );
    assert.deepEqual(await open(), []);
  });
});

describe('reflection', () => {
  const quiet = { facts: '{"facts":[]}', goals: '{"goals":[]}' };

  it('keeps what a long conversation was about, with the room, and tells it to the model', async () => {
    const given = await aConversation({
      script: evaluating({ ...quiet, summary: '{"summary":"They fix the retry loop."}' }),
    });
    const reflected = completed(given, 'REFLECTION');
    for (let i = 0; i < 10; i++) await given.send(`message ${i}`);
    await reflected;
    const { text } = await given.agent.composeState(
      given.requestFor('So?').message,
      ['CONTEXT_SUMMARY'],
      true,
    );
    assert.equal(text, 'They fix the retry loop.');
    const step = given.server?.asked.find(({ messages }) => messages[0]?.content.includes('"summary"'));
    assert.match(step?.messages[1]?.content ?? '', /^User: message 0\nZoey: Fine\.\nUser: message 1/);
    await given.send('So?');
    const prompts = given.server?.asked.flatMap(({ messages }) => messages.at(-1)?.content ?? '');
    assert.ok(prompts?.some((prompt) => /They fix the retry loop[\s\S]*So\?$/.test(prompt)));
  });

  it('sums up summaries in tiers, so that a conversation of months fits a small window', async () => {
    let count = 0;
    const given = await aConversation({
      script: (params, signal) =>
        evaluating({ ...quiet, summary: `{"summary":"Part ${count++} of the story"}` })(params, signal),
    });
    const earlier = Array.from({ length: 9 }, (_, at) => ({ tier: 0, text: `Early ${at}` }));
    await given.database.updateRoom(given.room.id, { metadata: { summaries: earlier } });
    const reflected = completed(given, 'REFLECTION');
    for (let i = 0; i < 10; i++) await given.send(`message ${i}`);
    await reflected;
    const room = await given.database.getRoom(given.room.id);
    const kept = JSON.stringify(room?.metadata?.summaries);
    assert.match(kept, /^\[\{"tier":1,"text":"Part \d+ of the story"\}\]$/);
    const asked = given.server?.asked.map(({ messages }) => messages[1]?.content ?? '') ?? [];
    assert.ok(asked.some((text) => /^Early 0\nEarly 1\n[\s\S]*Part \d+ of the story$/.test(text)));
  });
});
