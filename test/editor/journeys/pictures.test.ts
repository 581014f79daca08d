import assert from 'node:assert/strict';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../../scripts/lib/folders.ts';
import type { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';
import { answerText } from '../../support/journeys/project.ts';
import { startReplay } from '../../support/ollama/replay.ts';

const MAX_BYTES = 300_000;

/** Pictures of the panel beside the editor, in test/output/journeys; UPDATE_SCREENSHOTS=1 renews the README's. */
describe('pictures', function () {
  const { shared, set } = journeys(this, {
    llama: { reply: answerText, delayMs: 25, name: 'demo' },
    viewport: { width: 1280, height: 860 },
    settings: {
      'window.commandCenter': false,
      'window.title': 'Corner shop',
      'workbench.layoutControl.enabled': false,
    },
  });

  const take = async ({ workbench }: Chat, name: string): Promise<string> => {
    // Away from all that tells more when it is pointed at.
    await workbench.page.mouse.move(900, 740);
    await workbench.page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden' });
    const file = await workbench.screenshot(name);
    assert.ok((await stat(file)).size < MAX_BYTES, `${name} is too large`);
    return file;
  };

  it('of a conversation, in each theme and at each width', async () => {
    const chat = await shared();
    const { workbench } = chat;
    await chat.ready();
    await workbench.openFile('client.ts');
    await chat.button('Add client.ts').waitFor();
    await take(chat, 'empty');
    await workbench.widenSidebar(500);
    await chat.button('Add client.ts').click();
    await chat.ask('Why does the client send a request again after each attempt, forever?');
    await chat.words(chat.answers.first(), 20);
    await take(chat, 'streaming');
    await chat.ended(chat.answers.first());
    const picture = await take(chat, 'chat');
    if (process.env.UPDATE_SCREENSHOTS === '1') {
      const folder = path.join(root, 'media/screenshots');
      await mkdir(folder, { recursive: true });
      await copyFile(picture, path.join(folder, 'chat.png'));
    }
    for (const theme of ['light', 'contrast', 'contrastLight', 'dark'] as const) {
      await workbench.setTheme(theme);
      if (theme !== 'dark') await take(chat, theme);
    }
    await workbench.widenSidebar(200);
    await take(chat, 'narrow');
    await workbench.widenSidebar(300);
    await chat.begin();
    await chat.exchange('How is the price of a cart summed up?');
    await chat.history();
    await take(chat, 'history');
  });

  it('of what can go wrong', async () => {
    const server = await startReplay({
      routes: { 'POST /api/chat': ['s-chat-midstream-error'] },
      paced: true,
    });
    const chat = await shared();
    try {
      await set({ 'zoey.ollama.url': server.url });
      await chat.frame.locator('.model-name', { hasNotText: /demo|No model/ }).waitFor();
      await chat.exchange('Where is the parser?');
      await take(chat, 'error');
    } finally {
      await server.stop();
    }
    // Nothing listens there.
    await set({ 'zoey.ollama.url': 'http://127.0.0.1:49151' });
    await chat.clear();
    await chat.frame.getByRole('region', { name: 'Model', exact: true }).waitFor();
    await chat.exchange('Where is the delay of a request?');
    await chat.frame.locator('.answer-text p').first().scrollIntoViewIfNeeded();
    await take(chat, 'without-model');
  });
});
