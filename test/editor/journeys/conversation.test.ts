import assert from 'node:assert/strict';
import { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';
import { answerText } from '../../support/journeys/project.ts';

describe('a conversation', function () {
  const {
    chat: newChat,
    window,
    llama,
  } = journeys(this, {
    llama: { reply: answerText },
    settings: { 'zoey.embedding.model': '' },
  });

  it('comes word by word, and is still there on the next day, here and nowhere else', async () => {
    const question = 'Why does the client retry forever?';
    let chat = await newChat();
    await chat.ready();
    await llama().allow(10);
    await chat.ask(question);
    await chat.words(chat.answers.first(), 5);
    const seen = chat.lengths(chat.answers.first());
    await llama().allow(20);
    await chat.words(chat.answers.first(), 20);
    await llama().allow();
    const lengths = await seen;
    assert.ok(lengths.length >= 3, `seen at ${lengths.length} lengths`);
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => a - b),
      'text only ever grows',
    );
    const answer = await chat.text(chat.answers.first());
    assert.match(answer, /tries again forever/);
    assert.match(answer, /spares a server that is busy\.$/);

    const { workbench } = chat;
    const isThere = async () => {
      chat = await Chat.open(workbench);
      await chat.question(question).waitFor();
      await chat.answers.first().locator('.footer-text', { hasText: llama().model }).waitFor();
      assert.equal(await chat.text(chat.answers.first()), answer);
    };
    await isThere();
    await chat.reload('Half a thought');
    await isThere();
    await workbench.killAgentServer();
    await isThere();
    await workbench.restart();
    await isThere();

    const elsewhere = await Chat.open(await window({ 'other.ts': 'export {};\n' }));
    await (await elsewhere.history()).getByText('No conversations yet.').waitFor();
  });
});
