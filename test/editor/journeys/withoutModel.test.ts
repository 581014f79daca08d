import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { journeys } from '../../support/journeys/journey.ts';
import { answerText } from '../../support/journeys/project.ts';
import { type Llama, startLlama } from '../../support/llama/start.ts';

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address);
  return address.port;
}

describe('without a model', function () {
  /** A home with an Ollama in it, which is there and does not run. */
  const env: NodeJS.ProcessEnv = {};
  let llama: Llama | undefined;

  before(async () => {
    env.HOME = await mkdtemp(path.join(os.tmpdir(), 'zoey-home-'));
    const programs = path.join(env.HOME, '.local/bin');
    await mkdir(programs, { recursive: true });
    await writeFile(path.join(programs, 'ollama'), '#!/bin/sh\n', { mode: 0o755 });
  });

  const { chat: newChat, set } = journeys(this, { env, settings: { 'zoey.embedding.model': '' } });

  afterEach(async () => {
    await llama?.stop();
    llama = undefined;
  });

  after(() => rm(env.HOME ?? '', { recursive: true, force: true, maxRetries: 5 }));

  it('quotes the best passages, and answers as soon as Ollama is there', async () => {
    const port = await closedPort();
    await set({ 'zoey.ollama.url': `http://127.0.0.1:${port}` });
    const chat = await newChat();
    const card = chat.frame.getByRole('region', { name: 'Model', exact: true });
    await card.getByText('Ollama is not running', { exact: true }).waitFor();
    const answer = await chat.exchange('How does the client delay a request after an attempt?');
    const text = await chat.text(answer);
    assert.match(text, /^No model is connected\. These are the best matches\./);
    assert.match(text, /src\/net\/client\.ts:\d+-\d+/);
    assert.match(text, /100 \* 2 \*\* attempt/);
    await answer.locator('.footer-text', { hasText: 'No model' }).waitFor();

    const citation = answer.getByRole('button', { name: /^Source \d+, client\.ts:/ }).first();
    const [, first, last] = /:(\d+)-(\d+)$/.exec((await citation.getAttribute('aria-label')) ?? '') ?? [];
    await citation.click();
    const { page } = chat.workbench;
    await page.locator('.tab.active', { hasText: 'client.ts' }).waitFor();
    await page
      .locator('.part.statusbar', { hasText: new RegExp(`Ln ${last}, Col \\d+ \\(\\d+ selected\\)`) })
      .waitFor();
    await page.locator('.line-numbers', { hasText: new RegExp(`^${first}$`) }).waitFor();

    await card.getByRole('button', { name: 'Start Ollama' }).click();
    await page.locator('.terminal-wrapper').waitFor();

    llama = await startLlama({ reply: answerText, port });
    await card.waitFor({ state: 'detached' });
    const next = await chat.exchange('And why does it try forever?');
    await next.locator('.footer-text', { hasText: llama.model }).waitFor();
    assert.match(await chat.text(next), /tries again forever/);
  });

  it('says what is loading and how long it takes, and lets it be stopped', async () => {
    llama = await startLlama({ reply: answerText });
    // It loads until it is told to go on, as on a busy machine.
    await llama.allow(0);
    await set({ 'zoey.ollama.url': llama.url });
    const chat = await newChat();
    await chat.ready();
    await chat.ask('Are you there?');
    const line = chat.answers.first().locator('.work');
    await line.getByText(new RegExp(`^Loading ${llama.model}, [1-9]\\d* s`)).waitFor();
    await line.getByRole('button', { name: 'Stop' }).click();
    await chat.frame.getByText('Stopped before the first word.').waitFor();
    await llama.allow();
    await llama.idle();
    await chat.button('Try again').click();
    await chat.ended(chat.answers.first());
    assert.match(await chat.text(chat.answers.first()), /tries again forever/);
  });
});
