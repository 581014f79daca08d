import assert from 'node:assert/strict';
import { journeys } from '../../support/journeys/journey.ts';
import { longText } from '../../support/journeys/project.ts';

describe('an answer that is cut off', function () {
  const { chat: newChat, llama } = journeys(this, { llama: { reply: longText(900) } });

  beforeEach(() => llama().allow());

  it('ends at the model when it is stopped, keeps its words, and goes on when asked to', async () => {
    const chat = await newChat();
    await chat.ready();
    await llama().allow(30);
    await chat.ask('Count for me.');
    const answer = chat.answers.first();
    await chat.words(answer, 10);
    const before = await llama().stats();
    assert.equal(before.active, 1);
    await chat.button('Stop the answer').click();
    const outcome = answer.getByText(/^Stopped after \d+ words\. They are kept\.$/);
    await outcome.waitFor();
    const stopped = await llama().idle();
    assert.equal(stopped.aborted, 1);
    const kept = await chat.text(answer);
    assert.match(kept, /^word1 word2 /);

    await llama().allow(60);
    await answer.getByRole('button', { name: 'Go on' }).click();
    await chat.words(answer, kept.split(' ').length + 5);
    assert.ok((await chat.text(answer)).startsWith(kept), 'what was written stays as it was');
    assert.equal(await chat.answers.count(), 1);
    await chat.button('Stop the answer').click();
    await outcome.waitFor();
    const end = await llama().idle();
    assert.equal(end.aborted, 2);
    const shown = await chat.text(answer);
    await chat.reload('Half a thought');
    await outcome.waitFor();
    assert.equal(await chat.text(answer), shown);
    assert.equal((await llama().stats()).generated, end.generated, 'nothing is written for nobody');
  });

  it('survives a kill of the agent server with all that was said', async () => {
    const chat = await newChat();
    await chat.ready();
    await llama().allow(20);
    await chat.ask('First question.');
    await chat.words(chat.answers.first(), 5);
    await chat.button('Stop the answer').click();
    await chat.ended(chat.answers.first());
    await llama().allow(60);
    await chat.ask('Second question.');
    const answer = chat.answers.nth(1);
    // What was shown last may not be on disk yet.
    await chat.words(answer, 40);
    const [before] = await chat.workbench.agentServers();
    await chat.workbench.killAgentServer();
    await answer.getByText(/after \d+ words\. They are kept\.$/).waitFor();
    const [after] = await chat.workbench.agentServers();
    assert.notEqual(after?.pid, before?.pid);
    await llama().idle();

    assert.match(await chat.text(answer), /^word1 word2 (.*) word19/);
    await chat.question('First question.').waitFor();
    await chat.question('Second question.').waitFor();
    assert.equal(await chat.answers.count(), 2);
    await chat.frame.locator('.notice').waitFor({ state: 'hidden' });

    await llama().allow(20);
    await chat.ask('Third question.');
    await chat.words(chat.answers.nth(2), 5);
    await chat.button('Stop the answer').click();
    await chat.ended(chat.answers.nth(2));
  });
});
