import assert from 'node:assert/strict';
import { aConversation } from '../../support/conversation.ts';

type Conversation = Awaited<ReturnType<typeof aConversation>>;

const told = async ({ agent }: Conversation) =>
  (await agent.getMemories({ kinds: ['note', 'fact', 'document'] })).map(({ content }) => content.text);

describe('/remember', () => {
  for (const [words, kept] of [
    ['/remember the port is 5433', 'the port is 5433'],
    ['/remember that the port is 5433', 'the port is 5433'],
    ['/REMEMBER   src/**/*.ts are strict', 'src/**/*.ts are strict'],
    ['/remember two\nlines', 'two\nlines'],
  ] as const) {
    it(`keeps what follows it: ${JSON.stringify(words)}`, async () => {
      const given = await aConversation();
      const { memory } = await given.send(words);
      assert.deepEqual(await told(given), [kept]);
      assert.equal(memory.content.text, `Remembered: ${kept}`);
    });
  }

  it('keeps nothing where nothing follows, or the word goes on', async () => {
    const given = await aConversation();
    for (const words of ['/remember', '/remember   ', '/remembering the port']) await given.send(words);
    assert.deepEqual(await told(given), []);
  });
});

describe('/forget', () => {
  async function remembering(...texts: string[]): Promise<Conversation> {
    const given = await aConversation();
    for (const text of texts) await given.send(`/remember ${text}`);
    return given;
  }

  it('a path as it was told, stars and all, and no other', async () => {
    const given = await remembering('src/net/*.ts are strict', 'lib/old/*.js are loose');
    const { memory } = await given.send('/forget src/net/*.ts');
    assert.match(memory.content.text, /This would be forgotten:\n- src\/net\/\*\.ts are strict\n\n/);
    await given.send('yes');
    assert.deepEqual(await told(given), ['lib/old/*.js are loose']);
  });

  for (const words of ['/forget the harbour', '/forget docs/*.md', '/forget about .']) {
    it(`says so where nothing matches: ${words}`, async () => {
      const given = await remembering('the port is 5433');
      const { memory } = await given.send(words);
      assert.match(memory.content.text, /^Nothing is remembered about /);
      assert.deepEqual(await told(given), ['the port is 5433']);
    });
  }

  it('a star alone is no word: it matches nothing, and not all', async () => {
    const given = await remembering('the port is 5433', 'deploys go out on Tuesdays');
    const { memory } = await given.send('/forget *');
    assert.equal(memory.content.text, 'Nothing is remembered about *.');
    assert.equal((await told(given)).length, 2);
  });
});
