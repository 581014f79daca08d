import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { Conversations, NOW, uuid } from '../../support/panel/conversations.ts';
import { HostError } from '../../support/panel/host.ts';
import { closeAfter, gate, open } from '../../support/panel/open.ts';

const client = { kind: 'file' as const, path: 'src/net/client.ts', tokens: 412 };
const found = [
  { label: 'client.ts', detail: 'src/net', attachment: client },
  {
    label: 'clock.ts',
    detail: 'src',
    attachment: { kind: 'file' as const, path: 'src/clock.ts', tokens: 90 },
  },
];

const field = (page: Page) => page.getByLabel('Message to Zoey');
const options = (page: Page) => page.getByRole('option');
const active = (page: Page) =>
  page.locator('[role="option"][aria-selected="true"] .choice-label').textContent();

describe('completing in the composer', function () {
  this.timeout(60_000);
  closeAfter();

  it('attaches a file by keyboard alone, as a chip with its tokens', async () => {
    const { page, host } = await open({ store: new Conversations() });
    host.mentions = (kind, query) => ({ items: kind === 'file' && query === 'cl' ? found : [] });
    await field(page).pressSequentially('why @fi');
    assert.equal(await active(page), '@file');
    await page.keyboard.press('Enter');
    assert.equal(await field(page).inputValue(), 'why @file ');
    await field(page).pressSequentially('cl');
    await options(page).filter({ hasText: 'clock.ts' }).waitFor();
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(page), 'clock.ts');
    await page.keyboard.press('ArrowDown');
    assert.equal(await active(page), 'client.ts');
    const named = await field(page).getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${named} .choice-label`).textContent(), 'client.ts');
    await page.keyboard.press('Tab');
    assert.equal(await field(page).inputValue(), 'why ');
    assert.match((await page.locator('.draft-chips .chip').textContent()) ?? '', /client\.ts.*412/);
    assert.equal(await options(page).count(), 0);
    await field(page).pressSequentially('does it loop?');
    host.resolve = (pieces) => pieces.map((piece) => ({ ...piece, text: 'live text' }));
    await page.keyboard.press('Enter');
    await host.called('chat.send');
    const [sent] = host.inputs('chat.send') as { text: string; attachments: unknown[] }[];
    assert.equal(sent?.text, 'why does it loop?');
    assert.deepEqual(sent?.attachments, [{ ...client, text: 'live text' }]);
  });

  it('shows what each choice is, whole, in a narrow panel too', async () => {
    const widths: Record<string, number[]> = { '/': [200, 300, 500], '@': [300, 500] };
    for (const [typed, all] of Object.entries(widths)) {
      for (const width of all) {
        const { page } = await open({ width });
        await field(page).fill(typed);
        await options(page).first().waitFor();
        const cut = await page
          .locator('.choice-detail')
          .evaluateAll((details) =>
            details
              .filter((detail) => detail.scrollWidth > detail.clientWidth)
              .map((detail) => detail.textContent),
          );
        assert.deepEqual(cut, [], `${typed} at ${width} px`);
        assert.ok((await options(page).count()) > 5);
      }
    }
  });

  it('finds code and memories by the agent', async () => {
    const { page, host } = await open({
      store: new Conversations(),
      script: {
        'workspace.search': () => ({
          complete: true,
          items: [
            {
              path: 'src/retry.ts',
              startLine: 3,
              endLine: 9,
              text: 'x',
              score: 0.5,
              language: 'typescript',
              symbol: 'retry',
            },
          ],
        }),
        'memory.list': () => ({
          items: [
            {
              id: uuid(7),
              kind: 'note',
              source: 'user',
              createdAt: NOW,
              importance: 0.5,
              text: 'Deploys go out on Tuesdays.',
            },
          ],
        }),
      },
    });
    await field(page).pressSequentially('@code retry loop');
    await options(page).filter({ hasText: 'retry' }).click();
    await field(page).pressSequentially('@memory ');
    await options(page).filter({ hasText: 'Deploys' }).click();
    assert.deepEqual(await page.locator('.draft-chips .chip-text').allTextContents(), [
      'retry.ts:3-9',
      'Deploys go out on Tuesdays.',
    ]);
    await page.getByRole('button', { name: 'Remove retry.ts:3-9' }).click();
    assert.equal(await page.locator('.draft-chips .chip').count(), 1);
    assert.deepEqual(host.inputs('workspace.search').at(-1), { query: 'retry loop', limit: 8 });
  });

  it('shows on every chip what it costs, however it came there', async () => {
    const { page, host } = await open({ store: new Conversations() });
    const symbol = {
      kind: 'selection' as const,
      path: 'src/retry.ts',
      startLine: 3,
      endLine: 9,
      label: 'retry',
    };
    const folder = { kind: 'folder' as const, path: 'src' };
    const secret = { kind: 'file' as const, path: 'src/odd' };
    host.measure = ({ path }) => ({ 'src/retry.ts': 120, src: 1_400, 'src/net/client.ts': 7 })[path] ?? null;
    host.mentions = (kind) => ({
      items: kind === 'symbol' ? [{ label: 'retry', detail: 'src/retry.ts:3', attachment: symbol }] : [],
    });
    await field(page).pressSequentially('@symbol re');
    await options(page).filter({ hasText: 'retry' }).click();
    host.dropped = { attachments: [folder, secret, client], refused: [] };
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/uri-list', 'file:///w/src');
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    });
    await page.locator('.chip-tokens', { hasText: '1.4k' }).waitFor();
    assert.deepEqual(await page.locator('.draft-chips .chip').allTextContents(), [
      'retry120',
      'src/1.4k',
      'odd',
      'client.ts412',
    ]);
    assert.deepEqual(host.inputs('editor/measure'), [
      { attachments: [symbol] },
      { attachments: [folder] },
      { attachments: [secret] },
    ]);
  });

  it('takes along what the language services know, for a command without a piece as well', async () => {
    const { page, host } = await open({ store: new Conversations() });
    const diff = { kind: 'diff' as const, path: 'git.diff', text: '+a' };
    const known = {
      kind: 'definition' as const,
      name: 'a',
      path: 'a.ts',
      startLine: 1,
      endLine: 1,
      text: 'a',
    };
    host.resolve = () => [diff];
    host.symbols = [known];
    await field(page).fill('/review ');
    await page.keyboard.press('Enter');
    await host.called('chat.send');
    const [sent] = host.inputs('chat.send') as { attachments: unknown[]; symbols: unknown[] }[];
    assert.deepEqual([sent?.attachments, sent?.symbols], [[diff], [known]]);
    assert.deepEqual(host.inputs('editor/resolve'), [{ text: '/review ', attachments: [] }]);
  });

  it('says why there is nothing, and then sends by Enter', async () => {
    const { page, host } = await open({ store: new Conversations() });
    host.mentions = () => ({ items: [], word: 'There are no changes.' });
    await field(page).pressSequentially('@diff ');
    await page.locator('.completion').getByText('There are no changes.').waitFor();
    await page.keyboard.press('Enter');
    await host.called('chat.send');
  });

  it('completes a command, and Esc closes the list alone', async () => {
    const { page } = await open({ store: new Conversations() });
    await field(page).pressSequentially('/');
    assert.equal(await options(page).count(), 13);
    await field(page).pressSequentially('re');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await field(page).inputValue(), '/review ');
    await field(page).fill('');
    await field(page).pressSequentially('@');
    await options(page).first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    assert.equal(await field(page).evaluate((element) => element === document.activeElement), true);
    assert.equal(await field(page).inputValue(), '@');
  });

  it('loses no key to a list that has not been painted yet', async () => {
    const { page } = await open({ store: new Conversations() });
    await field(page).fill('/');
    await field(page).evaluate(async (element) => {
      const press = async (key: string) => {
        element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        await Promise.resolve();
      };
      // All before the next frame, as on a busy machine.
      document.execCommand('insertText', false, 're');
      await Promise.resolve();
      await press('ArrowDown');
      await press('Enter');
    });
    assert.equal(await field(page).inputValue(), '/review ');
  });

  it('gives what is pointed at while it searches', async () => {
    const { page, host } = await open({ store: new Conversations() });
    const searched = gate();
    host.mentions = async (_, query) => {
      if (query === 'clo') await searched.opened;
      return { items: found };
    };
    await field(page).pressSequentially('@file cl');
    await options(page).filter({ hasText: 'client.ts' }).waitFor();
    await field(page).pressSequentially('o');
    await page.getByRole('listbox').and(page.locator('[aria-busy="true"]')).waitFor();
    await options(page).filter({ hasText: 'clock.ts' }).click();
    assert.equal(await field(page).inputValue(), '');
    assert.deepEqual(await page.locator('.draft-chips .chip-text').allTextContents(), ['clock.ts']);
    searched.open();
  });

  it('lets Enter wait for a search that has only begun, and sends where it finds nothing', async () => {
    const { page, host } = await open({ store: new Conversations() });
    host.mentions = (_, query) => ({ items: query === 'cl' ? found : [] });
    const press = (text: string) =>
      field(page).evaluate(async (element, typed) => {
        document.execCommand('insertText', false, typed);
        await Promise.resolve();
        element.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }),
        );
      }, text);
    await field(page).focus();
    await press('@file cl');
    await page.locator('.draft-chips .chip').waitFor();
    assert.equal(await field(page).inputValue(), '');
    assert.deepEqual(host.inputs('chat.send'), []);
    await press('@file whatever it is called');
    await host.called('chat.send');
    const [sent] = host.inputs('chat.send') as { text: string }[];
    assert.equal(sent?.text, '@file whatever it is called');
  });

  it('takes nothing where Esc follows the Enter that waits', async () => {
    const { page, host } = await open({ store: new Conversations() });
    const searched = gate();
    host.mentions = async (_, query) => {
      if (query === 'clo') await searched.opened;
      return { items: query === 'clo' ? found.slice(1) : found };
    };
    await field(page).pressSequentially('@file cl');
    await page.getByRole('listbox').and(page.locator('[aria-busy="false"]')).waitFor();
    await field(page).pressSequentially('o');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    searched.open();
    await page.getByRole('status').filter({ hasText: '1 suggestion' }).first().waitFor({ state: 'attached' });
    assert.equal(await page.locator('.draft-chips .chip').count(), 0);
    assert.equal(await field(page).inputValue(), '@file clo');
  });

  it('is busy while it searches, and gives to a key what will be found', async () => {
    const { page, host } = await open({ store: new Conversations() });
    host.mentions = (_, query) => ({ items: query === 'clo' ? found.slice(1) : found });
    await field(page).pressSequentially('@file cl');
    const list = page.getByRole('listbox');
    await list.and(page.locator('[aria-busy="false"]')).waitFor();
    const busy = await field(page).evaluate(async (element) => {
      document.execCommand('insertText', false, 'o');
      await Promise.resolve();
      const seen = document.querySelector('[role="listbox"]')?.getAttribute('aria-busy');
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      return seen;
    });
    assert.equal(busy, 'true');
    await page.locator('.draft-chips .chip').waitFor();
    assert.deepEqual(await page.locator('.draft-chips .chip-text').allTextContents(), ['clock.ts']);
    assert.equal(await field(page).inputValue(), '');
  });

  for (const theme of ['dark', 'light', 'contrast'] as const) {
    it(`has nothing that axe objects to, ${theme}`, async () => {
      const { page } = await open({ store: new Conversations(), theme, still: true });
      await field(page).pressSequentially('@');
      await options(page).first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`),
        [],
      );
    });
  }

  it('takes what is dropped, and says what it refused', async () => {
    const { page, host } = await open({ store: new Conversations() });
    host.dropped = {
      attachments: [client],
      refused: ['.env looks like a file of secrets, so it is not read.'],
    };
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/uri-list', 'file:///w/src/net/client.ts\r\nfile:///w/.env');
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    });
    await page.locator('.draft-chips').getByText('client.ts').waitFor();
    await page.locator('.editing').getByText('.env looks like a file of secrets').waitFor();
    assert.deepEqual(host.inputs('editor/dropped'), [
      { uris: ['file:///w/src/net/client.ts', 'file:///w/.env'] },
    ]);
  });

  it('takes a file from outside with its text', async () => {
    const { page } = await open({ store: new Conversations() });
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['one two three four'], 'notes.md'));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    });
    await page.locator('.draft-chips').getByText('notes.md').waitFor();
  });

  it('keeps the message where a piece of it is refused', async () => {
    const { page, host } = await open({ store: new Conversations() });
    host.mentions = () => ({ items: found });
    await field(page).pressSequentially('@file cl');
    await options(page).filter({ hasText: 'client.ts' }).click();
    await field(page).pressSequentially('why?');
    host.resolve = () => {
      throw new HostError('invalid_input', 'client.ts looks like a file of secrets.', 'Take it out.');
    };
    await page.keyboard.press('Enter');
    await page.getByText('client.ts looks like a file of secrets.').first().waitFor();
    assert.equal(host.inputs('chat.send').length, 0);
    await page.locator('.message.mine').getByText('why?').waitFor();
  });
});
