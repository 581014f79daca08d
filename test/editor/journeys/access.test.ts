import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import type { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';
import { answerText } from '../../support/journeys/project.ts';
import { until } from '../../support/journeys/until.ts';

describe('for everybody', function () {
  const { shared, llama } = journeys(this, { llama: { reply: answerText } });

  /** What has the focus in the panel: its name, its text or its class. */
  const focused = ({ frame }: Chat) =>
    frame
      .locator(':focus')
      .evaluate(
        (element) => element.getAttribute('aria-label') ?? (element.textContent || element.className),
      );

  const focuses = (chat: Chat, what: RegExp) =>
    until(`the focus on ${what}`, async () => what.test(await focused(chat).catch(() => '')));

  it('is used by keyboard alone, from the palette to an answer and back', async () => {
    const chat = await shared();
    await chat.ready();
    const { page } = chat.workbench;
    const press = (key: string) => page.keyboard.press(key);
    await chat.workbench.openFile('client.ts');
    await chat.workbench.runCommand('Zoey: Open Chat');
    await focuses(chat, /^Message to Zoey$/);
    await page.keyboard.type('Where is the delay of a request?');
    await press('Enter');
    await chat.ended(chat.answers.first());
    await focuses(chat, /^Message to Zoey$/);

    await press('Escape');
    await focuses(chat, /^Zoey$/);
    await press('ArrowUp');
    await focuses(chat, /^You: Where is/);
    await press('ArrowDown');
    await press('Enter');
    await focuses(chat, /^Looked at \d/);
    await press('ArrowRight');
    await focuses(chat, /^Source 1, /);
    await press('Enter');
    await page.locator('.part.statusbar', { hasText: /selected\)/ }).waitFor();
    await chat.workbench.runCommand('Zoey: Open Chat');
    await focuses(chat, /^Message to Zoey$/);

    // However long the steps take until it is stopped.
    await llama().allow(10);
    await page.keyboard.type('Once more');
    await press('Enter');
    await chat.words(chat.answers.nth(1), 3);
    await chat.workbench.runCommand('Zoey: Select Model');
    const picker = chat.frame.getByRole('dialog', { name: 'Choose a model' });
    await picker.waitFor();
    // The picker may be drawn before the workbench has given the focus back from its palette.
    await focuses(chat, /./);
    await press('Escape');
    await picker.waitFor({ state: 'detached' });
    assert.ok(await chat.button('Stop the answer').isVisible(), 'the popup alone was closed');
    await press('Escape');
    await chat.ended(chat.answers.nth(1));
    await chat.frame.getByText(/^Stopped/).waitFor();
    await llama().allow();
  });

  it('has nothing serious that axe objects to, in any theme', async () => {
    const chat = await shared();
    await chat.ready();
    await chat.exchange('Where is the delay of a request?');
    for (const theme of ['light', 'contrast', 'contrastLight', 'dark'] as const) {
      await chat.workbench.setTheme(theme);
      await chat.frame
        .locator(theme.startsWith('contrast') ? 'body.vscode-high-contrast' : `body.vscode-${theme}`)
        .waitFor();
      // The panel shows what lies behind it, which axe does not see from within the frame.
      await chat.frame
        .locator('body')
        .evaluate((body) => body.style.setProperty('background', 'var(--vscode-sideBar-background)'));
      const { violations } = await new AxeBuilder({ page: chat.workbench.page })
        .include(['iframe.webview.ready', '#active-frame', '#root'])
        .analyze();
      const found = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
        );
      assert.deepEqual(found, [], theme);
    }
  });
});
