import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { answer, Conversations, NOW, question, room, uuid } from '../../support/panel/conversations.ts';
import type { PanelHost } from '../../support/panel/host.ts';
import { closeAfter, open } from '../../support/panel/open.ts';
import { references, retryAnswer } from '../../support/panel/scenes.ts';
import type { ThemeName } from '../../support/panel/themes.ts';

const here = uuid(1);
const kept = { version: 1, roomId: here, drafts: {} };

function conversation(): Conversations {
  const store = new Conversations();
  const attachments = [{ kind: 'selection' as const, path: 'src/net/client.ts', startLine: 40, endLine: 62 }];
  store.add(room(1, { title: 'Fix the retry loop' }), [
    question(here, 11, 'Why does this retry forever?', { attachments }),
    answer(here, 12, retryAnswer, { references, thinking: 'Let me see.', thinkingMs: 3000 }),
    question(here, 13, 'And then?'),
    answer(here, 14, '', {
      status: 'failed',
      error: {
        code: 'ollama_not_running',
        message: 'Ollama is not running.',
        hint: 'Start Ollama, then try again.',
        retryable: true,
      },
    }),
  ]);
  return store;
}

/** Each view once, as far as it can differ in what axe looks at; all of it is there when they resolve. */
const views: Record<string, (page: Page, host: PanelHost) => Promise<unknown>> = {
  'a conversation': async (page) => {
    await page.getByText('Looked at').click();
    await page.locator('.reference').first().waitFor();
  },
  'why this answer': async (page) => {
    await page.getByRole('button', { name: 'Why this answer?' }).first().click();
    await page.getByRole('region', { name: 'Why this answer' }).waitFor();
  },
  'the switcher': async (page) => {
    await page.locator('.title-button').click();
    await page.locator('.switcher .room').first().waitFor();
  },
  'the model picker': async (page) => {
    await page.getByRole('button', { name: /^Model:/ }).click();
    await page.locator('.model-picker .model-row').first().waitFor();
  },
  'the history': async (page, host) => {
    await host.notify({ type: 'history' });
    await page.locator('.history .room').first().waitFor();
  },
  'a new conversation': async (page, host) => {
    await host.notify({ type: 'newChat' });
    await page.locator('.empty').waitFor();
  },
};

const focused = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.className ?? '',
  );

describe('the panel for everybody', function () {
  this.timeout(60_000);
  closeAfter();

  it('says why the agent is away, not that it is starting', async () => {
    const { page, host } = await open();
    await host.notify({ type: 'server', state: 'failed', message: 'Zoey stopped again and again.' });
    await page.locator('[role="status"]').getByText('Zoey stopped again and again.').waitFor();
    await host.notify({ type: 'server', state: 'starting' });
    await page.locator('[role="status"]').getByText('Zoey is starting').waitFor();
  });

  for (const theme of ['dark', 'light', 'contrast'] satisfies ThemeName[]) {
    it(`has nothing that axe objects to, ${theme}`, async () => {
      const { page, host } = await open({
        store: conversation(),
        kept,
        theme,
        still: true,
        now: NOW,
        height: 900,
      });
      await page.locator('.message').first().waitFor();
      for (const [name, show] of Object.entries(views)) {
        await show(page, host);
        await page.waitForFunction(() => document.getAnimations().length === 0);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
        );
        assert.deepEqual(found, [], name);
        await page.keyboard.press('Escape');
      }
    });
  }

  it('is walked by keyboard alone: title, messages, actions, composer', async () => {
    const { page, host } = await open({ store: conversation(), kept });
    await page.locator('.message').first().waitFor();
    await page.locator('.title-button').focus();
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Zoey');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Home');
    assert.match(await focused(page), /^You: Why does this/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await focused(page), 'disclosure-button');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(page), 'Source 1, client.ts:40-62');
    await page.getByRole('tooltip').waitFor();
    await page.keyboard.press('Enter');
    await host.called('editor/open');
    await page.keyboard.press('Escape');
    assert.equal(await focused(page), 'Zoey');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Start Ollama');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Ask again');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Why this answer?');
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Message to Zoey');
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    assert.equal(await page.getByLabel('Message to Zoey').inputValue(), 'one\ntwo');
    await page.keyboard.press('Escape');
    assert.equal(await focused(page), 'Zoey');
  });

  it('closes the popup before it stops the answer, and that before it leaves the composer', async () => {
    const store = conversation();
    store.reply = () => new Promise(() => {});
    const { page, host } = await open({ store, kept });
    await page.getByLabel('Message to Zoey').fill('Go');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
    await page.getByRole('button', { name: /^Model:/ }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(host.inputs('chat.stop').length, 0);
    await page.getByLabel('Message to Zoey').focus();
    await page.keyboard.press('Escape');
    await page.getByText('Stopped before the first word.').waitFor();
    assert.equal(await focused(page), 'Message to Zoey');
    await page.keyboard.press('Escape');
    assert.equal(await focused(page), 'Zoey');
  });

  it('has a name on every button', async () => {
    const { page } = await open({ store: conversation(), kept });
    await page.locator('.message').first().waitFor();
    const nameless = await page
      .locator('button')
      .evaluateAll((buttons) =>
        buttons
          .filter((button) => !button.getAttribute('aria-label') && !button.textContent?.trim())
          .map((button) => button.outerHTML),
      );
    assert.deepEqual(nameless, []);
  });

  it('does not scroll sideways at 200 px, whatever stands in it', async () => {
    const long = 'averyverylongwordwithoutanyspacesinit'.repeat(4);
    const store = conversation();
    store.messages
      .get(here)
      ?.push(
        question(here, 21, long),
        answer(
          here,
          22,
          `${long}\n\n\`${long}\`\n\n| ${long} | b | c | d | e |\n|---|---|---|---|---|\n| 1 | 2 | 3 | 4 | 5 |\n\n# ${long}`,
        ),
      );
    const { page, host } = await open({ store, kept, width: 200 });
    await page.locator('.message').first().waitFor();
    const sideways = () =>
      page.evaluate(() =>
        [
          document.documentElement,
          ...document.querySelectorAll('.messages, .message, .composer, .history, .popup, .card'),
        ]
          .filter((element) => element.scrollWidth > element.clientWidth + 1)
          .map((element) => element.className),
      );
    for (const [name, show] of Object.entries(views)) {
      await show(page, host);
      assert.deepEqual(await sideways(), [], name);
      await page.keyboard.press('Escape');
    }
  });

  it('shows what a text tries as text, and loads nothing', async () => {
    const attacks = [
      '<img src=x onerror="window.hit=1">',
      '<script>window.hit=1</script>',
      '[a](javascript:window.hit=1)',
      '![b](https://evil.example/pixel.png)',
      '```html" onclick="window.hit=1\n<script>window.hit=1</script>\n```',
    ];
    const store = new Conversations();
    store.add(room(1), [
      question(here, 11, attacks.join('\n')),
      answer(here, 12, attacks.join('\n\n'), { references }),
    ]);
    const { page } = await open({ store, kept });
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    await page.locator('.code-block').waitFor();
    const state = await page.evaluate(() => ({
      hit: 'hit' in window,
      loads: document.querySelectorAll('.message :is(img, script, iframe, [href], [src], [style])').length,
      violations: (window as unknown as { policyViolations: string[] }).policyViolations,
    }));
    assert.deepEqual(state, { hit: false, loads: 0, violations: [] });
    assert.deepEqual(requested, []);
  });
});
