import assert from 'node:assert/strict';
import { aConversation } from '../support/conversation.ts';
import { saying } from '../support/scriptedModel.ts';

type Conversation = Awaited<ReturnType<typeof aConversation>>;

const told = async ({ agent }: Conversation) =>
  (await agent.getMemories({ kinds: ['note', 'fact', 'document'] })).map(({ content }) => content.text);

describe('remember', () => {
  for (const words of [
    'remember that deploys go out on Tuesdays',
    'Remember: deploys go out on Tuesdays',
    'please remember that deploys go out on Tuesdays',
    'Zoey, remember that deploys go out on Tuesdays',
    'make a note: deploys go out on Tuesdays',
    "don't forget that deploys go out on Tuesdays",
  ]) {
    it(`understands "${words}", without a model, and says what is kept`, async () => {
      const given = await aConversation();
      const { memory } = await given.send(words);
      assert.deepEqual(await told(given), ['deploys go out on Tuesdays']);
      assert.equal(memory.content.text, 'Remembered: deploys go out on Tuesdays');
      assert.deepEqual(memory.content.actions, ['REMEMBER']);
    });
  }

  it('needs no model where one is connected', async () => {
    const given = await aConversation({ script: saying('no') });
    await given.send('remember that the port is 5433');
    assert.deepEqual(await told(given), ['the port is 5433']);
    assert.equal(given.server?.asked.length, 0);
  });

  it('is not meant by a question about remembering', async () => {
    const given = await aConversation();
    for (const words of ['Do you remember that loop?', 'How do I remember a selection?', 'remember']) {
      await given.send(words);
    }
    assert.deepEqual(await told(given), []);
  });

  it('never keeps a secret', async () => {
    const given = await aConversation();
    const { memory } = await given.send(`remember that the token is ghp_${'a1B2'.repeat(9)}`);
    assert.match((await told(given))[0] ?? '', /\[redacted/);
    assert.match(memory.content.text, /\[redacted/);
  });

  it('reaches later questions, of other rooms too', async () => {
    const given = await aConversation();
    await given.send('remember that deploys go out on Tuesdays');
    const { memory } = await given.send('When do deploys go out?');
    assert.equal(memory.content.references?.[0]?.text, 'deploys go out on Tuesdays');
  });
});

describe('a memory that an answer used', () => {
  it('is noted where the answer cites it, and only then', async () => {
    let answer = 'I do not know.';
    const given = await aConversation({ script: (params, signal) => saying(answer)(params, signal) });
    await given.send('remember that deploys go out on Tuesdays');
    const lastUse = async () => (await given.agent.getMemories({ kinds: ['note'] }))[0]?.lastUsedAt;
    await given.send('When do deploys go out?');
    assert.equal(await lastUse(), undefined);
    answer = 'On Tuesdays [1].';
    const { memory } = await given.send('When do deploys go out?');
    assert.equal(await lastUse(), memory.updatedAt);
  });

  it('is noted where it is quoted without a model', async () => {
    const given = await aConversation();
    await given.send('remember that deploys go out on Tuesdays');
    const { memory } = await given.send('When do deploys go out?');
    const [note] = await given.agent.getMemories({ kinds: ['note'] });
    assert.equal(note?.lastUsedAt, memory.updatedAt);
  });
});

describe('recall', () => {
  it('says word for word what is remembered, and cites it', async () => {
    const given = await aConversation();
    await given.send('remember that deploys go out on Tuesdays');
    await given.send('remember that the port is 5433');
    const { memory } = await given.send('What do you remember about deploys?');
    assert.equal(memory.content.text, '- deploys go out on Tuesdays [1]');
    assert.equal(memory.content.references?.length, 1);
    assert.ok(memory.content.references?.[0]?.memoryId);
    assert.match((await given.send('what do you remember?')).memory.content.text, /5433[\s\S]*Tuesdays/);
  });

  it('says so where there is nothing', async () => {
    const given = await aConversation();
    assert.equal(
      (await given.send('what do you remember?')).memory.content.text,
      'Nothing is remembered yet.',
    );
    assert.equal(
      (await given.send('what do you remember about cats?')).memory.content.text,
      'Nothing is remembered about cats.',
    );
  });
});

describe('forget', () => {
  async function knowing() {
    const given = await aConversation();
    await given.send('remember that deploys go out on Tuesdays');
    await given.send('remember that the port is 5433');
    return given;
  }

  it('says what would go, and forgets nothing before the person says yes', async () => {
    const given = await knowing();
    const { memory } = await given.send('forget about the deploys');
    assert.match(memory.content.text, /^This would be forgotten:\n- deploys go out on Tuesdays\n\nSay "yes"/);
    assert.equal((await told(given)).length, 2);
    const { memory: done } = await given.send('Yes, please.');
    assert.equal(done.content.text, 'Forgotten: 1 memory.');
    assert.deepEqual(await told(given), ['the port is 5433']);
  });

  it('forgets what was shown, and nothing that came to fit later', async () => {
    const given = await knowing();
    await given.send('forget about the deploys');
    await given.agent.createMemory({
      entityId: given.agent.agentId,
      content: { text: 'deploys need two reviews' },
    });
    await given.send('yes');
    assert.deepEqual((await told(given)).sort(), ['deploys need two reviews', 'the port is 5433']);
  });

  it('forgets nothing for a word in common', async () => {
    const given = await knowing();
    const { memory } = await given.send('forget that the out of memory killer took the worker down twice');
    assert.match(memory.content.text, /^Nothing is remembered about/);
  });

  it('needs to be told what', async () => {
    const given = await knowing();
    const { message } = given.requestFor('forget');
    const [step] = await given.agent.runActions([{ name: 'FORGET' }], { message });
    assert.equal(step?.status, 'failed');
    assert.equal((await told(given)).length, 2);
  });

  it('forgets nothing where nobody can be asked', async () => {
    const given = await knowing();
    const { message } = given.requestFor('forget');
    await given.agent.runActions([{ name: 'FORGET', parameters: { query: 'deploys' } }], { message });
    assert.equal((await told(given)).length, 2);
  });
});
