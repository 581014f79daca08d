import assert from 'node:assert/strict';
import type { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';
import { until } from '../../support/journeys/until.ts';
import { type Replay, type ReplayOptions, startReplay } from '../../support/ollama/replay.ts';

describe('an Ollama with a problem', function () {
  const { chat: newChat, shared, set } = journeys(this, {});
  let servers: Replay[] = [];

  /** Makes this the server that Zoey asks. */
  const serve = async (routes: ReplayOptions['routes'] = {}) => {
    const server = await startReplay({ routes, paced: true });
    servers.push(server);
    await set({ 'zoey.ollama.url': server.url });
    return server;
  };

  /** The model is loaded as soon as someone types: that is the first of its requests. */
  const typed = async (chat: Chat, { requests }: Replay) => {
    await until('a look at the models', () => requests.some(({ path }) => path === '/api/tags'));
    await chat.ready();
    await chat.composer.fill('W');
    await until('the model to be loaded', () => requests.some(({ path }) => path === '/api/chat'));
  };

  afterEach(async () => {
    const ended = servers;
    servers = [];
    for (const server of ended) await server.stop();
  });

  it('stands on one card with one button, whatever it is', async () => {
    await serve({ 'GET /api/version': { body: '{"version":"0.3.1"}' } });
    const chat = await shared();
    const card = chat.frame.getByRole('region', { name: 'Model', exact: true });
    await card.getByText('Ollama 0.3 is too old, 0.6 or later is needed').waitFor();
    await card.getByRole('button', { name: 'Update Ollama' }).waitFor();

    const { url } = await serve({ 'GET /api/version': 'wrong-path' });
    await card.getByText(`Nothing like Ollama at ${url}`).waitFor();
    await card.getByRole('button', { name: 'Change address' }).click();
    await chat.workbench.page
      .locator('.settings-editor .setting-item', { hasText: 'Address of Ollama' })
      .waitFor();
    await chat.workbench.page.keyboard.press('Escape');
    await chat.workbench.page.locator('.settings-editor').waitFor({ state: 'detached' });

    await set({ 'zoey.ollama.url': 'http://ollama.example:11434' });
    await card.getByText('ollama.example:11434 is not allowed yet').waitFor();
    await card.getByRole('button', { name: 'Allow ollama.example:11434' }).waitFor();

    await serve();
    await card.waitFor({ state: 'detached' });
  });

  it('pulls a model after asking, shows how far it is, and keeps what came', async () => {
    const progress =
      '{"status":"pulling 8eeb52dfb3bb","digest":"sha256:8eeb","total":2000000000,"completed":500000000}\n';
    const server = await serve({
      'GET /api/tags': { body: '{"models":[]}' },
      'POST /api/pull': {
        body: `{"status":"pulling manifest"}\n${progress}`,
        hold: 'open',
        type: 'application/x-ndjson',
      },
    });
    const chat = await shared();
    const card = chat.frame.getByRole('region', { name: 'Model', exact: true });
    await card.getByText('No model yet').waitFor();
    await card.getByRole('button', { name: /^Pull \S+ \(\d\.\d GB\)$/ }).click();
    assert.ok(!server.requests.some(({ path }) => path === '/api/pull'), 'nothing is pulled unasked');
    const consent = chat.frame.getByRole('region', { name: 'Download' });
    await consent.getByText(/^Pull \S+\?$/).waitFor();
    await consent.locator('button:focus').press('Enter');
    const download = chat.frame.getByRole('region', { name: /^Download of/ });
    await download.getByText('500 MB of 2.0 GB').waitFor();
    await download.getByRole('button', { name: 'Cancel' }).click();
    await download.getByText('What came is kept.').waitFor();
    await server.closed;
    await download.getByRole('button', { name: 'Resume' }).click();
    await download.getByRole('button', { name: 'Cancel' }).click();
    await download.getByRole('button', { name: 'Not now' }).click();
    await card.getByText('No model yet').waitFor();
  });

  it('stands where the answer would, keeps the words that came, and goes on', async () => {
    const server = await serve({
      'POST /api/chat': ['chat-load-only', 's-chat-midstream-error', 'chat-stream'],
    });
    const chat = await shared();
    await typed(chat, server);
    const answer = await chat.exchange('Where is the parser?');
    await answer.getByText(/^The model stopped after \d+ words\. They are kept\.$/).waitFor();
    const kept = await chat.text(answer);
    assert.match(kept, /^The parser lives in/);
    await answer.getByRole('button', { name: 'Go on' }).click();
    await answer.locator('.problem').waitFor({ state: 'detached' });
    await chat.ended(answer);
    const whole = await chat.text(answer);
    assert.ok(whole.length > kept.length);
    assert.ok(whole.startsWith(kept.slice(0, 20)));
    assert.equal(server.requests.filter(({ path }) => path === '/api/chat').length, 3);
  });

  // In a window of its own: one loads each model once.
  it('is told in its own words where there is no answer, and asked again by the button', async () => {
    const overfull = { status: 503, body: '{"error":"server busy, please try again."}' };
    const server = await serve({ 'POST /api/chat': ['chat-load-only', overfull, 'chat-stream'] });
    const chat = await newChat();
    await typed(chat, server);
    const answer = await chat.exchange('Where is the parser?');
    await answer.getByText('Ollama has too many requests waiting.').waitFor();
    await answer.getByRole('button', { name: 'Try again' }).click();
    await chat.frame.locator('.problem').waitFor({ state: 'detached' });
    await chat.ended(chat.answers.last());
    assert.equal(await chat.answers.count(), 1);
    assert.equal(await chat.frame.locator('.message.mine').count(), 1);
    assert.notEqual(await chat.text(chat.answers.last()), '');
  });
});
