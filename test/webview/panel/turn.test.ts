import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Message } from '../../../runtime/protocol/schemas.ts';
import { until } from '../../support/journeys/until.ts';
import { answer, Conversations, NOW, question, room, uuid } from '../../support/panel/conversations.ts';
import { HostError } from '../../support/panel/host.ts';
import { closeAfter, gate, open } from '../../support/panel/open.ts';
import { references } from '../../support/panel/scenes.ts';

const here = uuid(1);
const kept = { version: 1, roomId: here, drafts: {} };

/** A conversation with one question and this answer. */
function storeWith(reply: Partial<Message>): Conversations {
  const store = new Conversations();
  store.add(room(1), [question(here, 11, 'Why does it loop?'), answer(here, 12, 'Because.', reply)]);
  return store;
}

const ask = async (page: Page, text: string) => {
  await page.getByLabel('Message to Zoey').fill(text);
  await page.keyboard.press('Enter');
};
const lastAnswer = (page: Page) => page.locator('.message.answer').last();

describe('a turn in the panel', function () {
  this.timeout(30_000);
  closeAfter();

  it('loads the model once, when the person begins to write', async () => {
    const { page, host } = await open({ store: new Conversations() });
    await page.getByRole('button', { name: 'Model: qwen3:4b' }).waitFor();
    const composer = page.getByLabel('Message to Zoey');
    assert.deepEqual(host.inputs('models.preload'), []);
    await composer.pressSequentially('Why');
    await host.called('models.preload');
    await composer.press('Enter');
    await host.called('chat.send');
    assert.equal(host.inputs('models.preload').length, 1);
  });

  it('loads a model of the same name anew where another server answers', async () => {
    const { page, host, store } = await open({ store: new Conversations() });
    await page.getByRole('button', { name: 'Model: qwen3:4b' }).waitFor();
    const composer = page.getByLabel('Message to Zoey');
    await composer.pressSequentially('Why');
    await host.called('models.preload');
    store.report = { ...store.report, address: 'http://gpu.test:11434' };
    await host.notify({ type: 'refresh' });
    await host.called('models.status', 2);
    await composer.pressSequentially(' does it loop?');
    await host.called('models.preload', 2);
    assert.equal(host.inputs('models.preload').length, 2);
  });

  it('goes from question to stream to end', async () => {
    const end = gate<'complete'>();
    const store = new Conversations();
    store.reply = (turn) => {
      turn.emit({ type: 'work', work: { kind: 'reading', text: 'Reading the question', since: NOW } });
      return end.opened;
    };
    const { page, host } = await open({ store });
    await ask(page, 'Why does it loop?');
    await page.getByText('Reading the question').first().waitFor();
    assert.equal(
      await page
        .locator('.message.mine')
        .textContent()
        .then((text) => text?.includes('Why does it loop?')),
      true,
    );
    store.turn?.references(references);
    await page.getByText('Looked at 2 places, 1 memory').waitFor();
    for (const word of ['The loop ', 'never **lowers', '** its counter [1].']) store.turn?.text(word);
    await page.locator('.answer-text').getByText('The loop never lowers its counter').waitFor();
    assert.equal(await page.locator('.answer-text strong').textContent(), 'lowers');
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
    end.open('complete');
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
    await page.getByText('qwen3:4b · 31 tokens/s').waitFor();
    const [input] = host.inputs('chat.send') as { text: string; id: string }[];
    assert.equal(input?.text, 'Why does it loop?');
    assert.match(input?.id ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(await page.getByLabel('Message to Zoey').inputValue(), '');
  });

  it('stops, keeps what was written, and goes on', async () => {
    const store = new Conversations();
    store.reply = (turn) => {
      turn.text('One two three');
      return new Promise(() => {});
    };
    const { page, host } = await open({ store });
    await ask(page, 'Count');
    await page.locator('.answer-text').getByText('One two').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped after 3 words. They are kept.').waitFor();
    assert.equal(host.inputs('chat.stop').length, 1);
    store.reply = (turn) => {
      turn.text(' four');
      return 'complete';
    };
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.locator('.answer-text').getByText('One two three four').waitFor();
    assert.equal(host.inputs('chat.continue').length, 1);
    assert.equal(await page.locator('.message').count(), 2);
  });

  it('asks again in place of the old answer', async () => {
    const store = storeWith({});
    store.reply = (turn) => {
      turn.text('Another answer.');
      return 'complete';
    };
    const { page, host } = await open({ store, kept });
    await lastAnswer(page).hover();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.locator('.answer-text').getByText('Another answer.').waitFor();
    assert.equal(await page.locator('.message').count(), 2);
    const [input] = host.inputs('chat.send') as { replaces: string; text: string }[];
    assert.equal(input?.replaces, uuid(11));
    assert.equal(input?.text, 'Why does it loop?');
  });

  it('edits and sends again, by Up in the empty composer', async () => {
    const { page, host } = await open({ store: storeWith({}), kept });
    const field = page.getByLabel('Message to Zoey');
    await lastAnswer(page).waitFor();
    await field.focus();
    await page.keyboard.press('ArrowUp');
    assert.equal(await field.inputValue(), 'Why does it loop?');
    await page.getByText('Editing a message.').waitFor();
    await field.fill('Why does it never stop?');
    await page.keyboard.press('Enter');
    await page.locator('.answer-text').getByText('Certainly.').waitFor();
    const [input] = host.inputs('chat.send') as { replaces: string }[];
    assert.equal(input?.replaces, uuid(11));
    assert.equal(await page.locator('.message').count(), 2);
    assert.equal(await page.getByText('Why does it loop?').count(), 0);
  });

  it('keeps the message when it cannot go out, and sends it again under the same id', async () => {
    const store = new Conversations();
    const { page, host } = await open({
      store,
      script: {
        'chat.send': () => {
          throw new HostError('storage_full', 'The disk is full.', 'Free some disk space, then try again.');
        },
      },
    });
    await ask(page, 'Keep me');
    await page.getByText('The disk is full.').first().waitFor();
    await page.getByText('Free some disk space').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await host.called('chat.send', 2);
    const inputs = host.inputs('chat.send') as { id: string }[];
    assert.equal(inputs.length, 2);
    assert.equal(inputs[0]?.id, inputs[1]?.id);
    assert.equal(await page.locator('.message.mine').count(), 1);
  });

  it('tells how an answer failed, with the one button that cures it', async () => {
    const wire = (code: Message['error'] & object) => code;
    const cases: [Partial<Message>, string, string][] = [
      [
        {
          text: '',
          status: 'failed',
          error: wire({
            code: 'ollama_not_running',
            message: 'Ollama is not running.',
            hint: 'Start Ollama, then try again.',
            retryable: true,
          }),
        },
        'Ollama is not running.',
        'Start Ollama',
      ],
      [
        {
          text: '',
          status: 'failed',
          error: wire({
            code: 'model_empty_answer',
            message: 'The model answered nothing.',
            hint: 'Try again.',
            retryable: true,
          }),
        },
        'The model answered nothing.',
        'Try again',
      ],
      [
        {
          text: 'one two three',
          status: 'failed',
          error: wire({
            code: 'model_stopped',
            message: 'The model stopped.',
            hint: 'Ollama says: exit status 2. Go on, or try again.',
            retryable: true,
          }),
        },
        'Ollama says: exit status 2. Go on, or try again.',
        'Go on',
      ],
      [
        {
          text: 'one two three',
          status: 'failed',
          error: wire({ code: 'model_stopped', message: 'The model stopped.', hint: '', retryable: true }),
        },
        'The model stopped after 3 words. They are kept.',
        'Go on',
      ],
      [
        { text: 'one two', status: 'interrupted' },
        'The answer was cut off after 2 words. They are kept.',
        'Go on',
      ],
      [
        {
          text: '',
          status: 'failed',
          error: wire({
            code: 'model_not_found',
            message: 'There is no qwen3:4b.',
            hint: 'Choose another.',
            retryable: false,
          }),
        },
        'There is no qwen3:4b.',
        'Choose a model',
      ],
      [
        {
          text: '',
          status: 'failed',
          error: wire({
            code: 'storage_failed',
            message: 'It could not be saved.',
            hint: 'Look at the log.',
            retryable: false,
          }),
        },
        'It could not be saved.',
        'Show log',
      ],
    ];
    for (const [reply, words, button] of cases) {
      const { page } = await open({ store: storeWith(reply), kept });
      await page.getByText(words, { exact: true }).waitFor();
      assert.deepEqual(await page.locator('.problem button').allTextContents(), [button]);
      await page.context().close();
    }
  });

  it('waits for another conversation, and can stop that one', async () => {
    const store = new Conversations();
    store.reply = (turn) => {
      const work = {
        kind: 'waiting',
        text: 'Waiting for the answer in Other',
        since: Date.now(),
        roomId: uuid(5),
      } as const;
      turn.emit({ type: 'work', work });
      return new Promise(() => {});
    };
    const { page, host } = await open({ store });
    await ask(page, 'Now?');
    await page.getByText('Waiting for the answer in Other').first().waitFor();
    await page.getByRole('button', { name: 'Stop that one' }).click();
    await host.called('chat.stop');
    assert.deepEqual(host.inputs('chat.stop'), [{ roomId: uuid(5) }]);
  });

  it('ticks while a model is loaded', async () => {
    const store = new Conversations();
    store.reply = (turn) => {
      turn.emit({
        type: 'work',
        work: { kind: 'loading', text: 'Loading qwen3:4b', since: Date.now() - 11_000 },
      });
      return new Promise(() => {});
    };
    const { page } = await open({ store });
    await ask(page, 'Hello');
    const line = page.getByText(/^Loading qwen3:4b, \d+ s/).first();
    const seconds = async () => Number(/\d+(?= s)/.exec((await line.textContent()) ?? '')?.[0]);
    const first = await seconds();
    assert.ok(first >= 11, `${first} s`);
    await until('the next second', async () => (await seconds()) > first);
  });

  it('opens what an answer cites, copies and inserts its code, and never follows a link by itself', async () => {
    const text =
      'It loops [1], see [docs](https://example.org/a) and [a file](src/a.ts#L7).\n\n```ts src/a.ts\nlet a;\n```';
    const { page, host } = await open({ store: storeWith({ text, references }), kept });
    await page.locator('.cite').hover();
    await page.getByRole('tooltip').getByText('src/net/client.ts:40-62').waitFor();
    await page.locator('.cite').click();
    await page.getByRole('link', { name: 'docs' }).click();
    await page.getByRole('link', { name: 'a file' }).click();
    await page.getByRole('button', { name: 'Copy code block, a.ts', exact: true }).click();
    await page.getByRole('button', { name: 'Insert code block at cursor, a.ts' }).click();
    await page.getByText('Looked at 2 places').click();
    await page.getByRole('button', { name: 'src/net/client.ts:40-62' }).click();
    await host.called('editor/open', 3);
    const place = { path: 'src/net/client.ts', line: 40, endLine: 62 };
    assert.deepEqual(host.inputs('editor/open'), [place, { path: 'src/a.ts', line: 7 }, place]);
    assert.deepEqual(host.inputs('editor/browse'), [{ url: 'https://example.org/a' }]);
    assert.deepEqual(host.inputs('editor/copy'), [{ text: 'let a;' }]);
    assert.deepEqual(host.inputs('editor/insert'), [{ text: 'let a;' }]);
    assert.equal(new URL(page.url()).host, 'panel.test');
  });

  it('tells why: what was read, used and left out', async () => {
    const dropped = [{ what: 'message' as const, label: 'The first 4 messages', tokens: 1800 }];
    const { page } = await open({ store: storeWith({ references, dropped }), kept });
    await page.getByRole('button', { name: 'Why this answer?' }).click();
    const why = page.getByRole('region', { name: 'Why this answer' });
    await why.getByText('2.1k of 8k tokens, then wrote 212').waitFor();
    await why.getByText('The first 4 messages (1800 tokens)').waitFor();
    await why.getByRole('button', { name: 'src/net/client.ts:40-62' }).waitFor();
  });
});
