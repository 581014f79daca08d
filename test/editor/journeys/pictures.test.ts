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
  const { chat: newChat, set } = journeys(this, {
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

  /** Drags the edge of the side bar, so that the panel is so wide. */
  const widen = async ({ workbench: { page } }: Chat, width: number) => {
    const panel = page.locator('.part.sidebar');
    const before = await panel.boundingBox();
    assert.ok(before);
    const edge = before.x + before.width + 2;
    await page.mouse.move(edge, 600);
    await page.mouse.down();
    await page.mouse.move(edge + (width - before.width), 600, { steps: 5 });
    await page.mouse.up();
    const after = await panel.boundingBox();
    assert.ok(after && Math.abs(after.width - width) <= 2, `${after?.width} px wide`);
  };

  it('of a conversation, in each theme and at each width', async () => {
    const chat = await newChat();
    const { workbench } = chat;
    await chat.ready();
    await workbench.openFile('client.ts');
    await chat.button('Add client.ts').waitFor();
    await take(chat, 'empty');
    await widen(chat, 500);
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
    await widen(chat, 200);
    await take(chat, 'narrow');
    await widen(chat, 300);
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
    try {
      await set({ 'zoey.ollama.url': server.url });
      const chat = await newChat();
      await chat.ready();
      await chat.exchange('Where is the parser?');
      await take(chat, 'error');
    } finally {
      await server.stop();
    }
    const chat = await newChat();
    await chat.frame.getByRole('region', { name: 'Model', exact: true }).waitFor();
    await chat.exchange('Where is the delay of a request?');
    await chat.frame.locator('.answer-text p').first().scrollIntoViewIfNeeded();
    await take(chat, 'without-model');
  });
});
