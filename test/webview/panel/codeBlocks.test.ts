import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import { answer, Conversations, question, room, uuid } from '../../support/panel/conversations.ts';
import { HostError } from '../../support/panel/host.ts';
import { closeAfter, open } from '../../support/panel/open.ts';
import { references } from '../../support/panel/scenes.ts';

const here = uuid(1);
const kept = { version: 1, roomId: here, drafts: {} };
const TEXT = `In \`src/net/client.ts\` the loop ends:

\`\`\`ts src/net/client.ts:40-48
let a;
\`\`\`

1. Then run:

   \`\`\`bash
   npm test
   \`\`\`
`;

function conversation(text = TEXT): Conversations {
  const store = new Conversations();
  store.add(room(1), [question(here, 11, 'Why?'), answer(here, 12, text, { references })]);
  return store;
}

const unsure = {
  outcome: 'unsure' as const,
  candidates: [
    { path: 'src/net/client.ts', newFile: false, reason: 'It is the open file.' },
    { path: 'src/new.ts', newFile: true, reason: 'The answer names src/new.ts.' },
  ],
};

describe('a code block in an answer', function () {
  this.timeout(60_000);
  closeAfter();

  it('is applied with what stands before it, by which its file is found', async () => {
    const { page, host } = await open({ store: conversation(), kept });
    await page.getByRole('button', { name: 'Apply to client.ts:40-48' }).click();
    await host.called('editor/apply');
    assert.deepEqual(host.inputs('editor/apply'), [
      {
        code: 'let a;',
        language: 'ts src/net/client.ts:40-48',
        before: 'In `src/net/client.ts` the loop ends:\n\n',
      },
    ]);
    await page.getByText('The change is shown for review.').waitFor({ state: 'attached' });
  });

  it('asks which file where that is not plain, by keyboard, and gives the focus back', async () => {
    const { page, host } = await open({ store: conversation(), kept });
    host.applied.push(unsure);
    const button = page.getByRole('button', { name: 'Apply to client.ts:40-48' });
    await button.focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('menu', { name: 'Apply to which file?' });
    await menu.waitFor();
    assert.equal(
      await page.getByRole('menuitem', { name: /^src\/net\/client\.ts/ }).evaluate(isFocused),
      true,
    );
    assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    assert.equal(await button.evaluate(isFocused), true);
    host.applied.push(unsure);
    await page.keyboard.press('Enter');
    await menu.waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await host.called('editor/apply', 3);
    assert.equal((host.inputs('editor/apply')[2] as { path?: string }).path, 'src/new.ts');
    assert.equal(await button.evaluate(isFocused), true);
  });

  it('says above the composer why it could not be applied', async () => {
    const { page, host } = await open({ store: conversation(), kept });
    host.resolve = () => [];
    Object.defineProperty(host, 'applied', {
      value: {
        shift: () => {
          throw new HostError('unusable_answer', 'The answer leaves code out.', 'Ask for the whole code.');
        },
      },
    });
    await page.getByRole('button', { name: 'Apply to client.ts:40-48' }).click();
    await page.locator('.editing').getByText('The answer leaves code out. Ask for the whole code.').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('.editing').waitFor({ state: 'detached' });
  });

  it('is put into the terminal where it is a command', async () => {
    const { page, host } = await open({ store: conversation(), kept });
    await page.getByRole('button', { name: 'Put code block into terminal, bash' }).click();
    assert.equal(await page.getByRole('button', { name: 'Apply code block, bash' }).count(), 0);
    await host.called('editor/terminal');
    assert.deepEqual(host.inputs('editor/terminal'), [{ code: 'npm test' }]);
  });

  it('has all of it in its menu, for narrow panels', async () => {
    const { page, host } = await open({ store: conversation(), kept, width: 200 });
    const more = page.getByRole('button', { name: 'More for code block, client.ts:40-48' });
    await more.click();
    const insert = page.locator('[aria-label^="Insert code block"]');
    assert.deepEqual(await insert.evaluateAll((all) => all.map((one) => one.checkVisibility())), [
      false,
      false,
    ]);
    await page.getByRole('menu').waitFor();
    const items = await page.getByRole('menuitem').allTextContents();
    assert.deepEqual(items, [
      'Apply, with a review',
      'Insert at cursor',
      'New file',
      'Put into terminal, not run',
    ]);
    const box = await page.getByRole('menu').boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 200, JSON.stringify(box));
    await page.getByRole('menuitem', { name: 'New file' }).click();
    await host.called('editor/newFile');
    const [asked] = host.inputs('editor/newFile') as { language: string }[];
    assert.equal(asked?.language, 'ts');
  });

  it('keeps its header inside the panel, whatever the file is called', async () => {
    const long = `\`\`\`typescript src/a/${'very'.repeat(30)}.ts:100000-200000\nlet a;\n\`\`\``;
    for (const width of [200, 300]) {
      const { page } = await open({ store: conversation(long), kept, width });
      const head = page.locator('.code-head');
      await head.waitFor();
      const hangs = await head.evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.ok(hangs <= 0, `${width} px`);
    }
  });

  it('tells the symbol and the score of what the answer looked at', async () => {
    const store = new Conversations();
    const [first, ...rest] = references;
    assert.ok(first);
    const named = [{ ...first, symbol: 'sendWithRetry' }, ...rest];
    store.add(room(1), [question(here, 11, 'Why?'), answer(here, 12, TEXT, { references: named })]);
    const { page } = await open({ store, kept });
    await page.getByText('Looked at').click();
    const row = await page.locator('.reference').first().textContent();
    assert.match(row ?? '', /client\.ts:40-62.*sendWithRetry.*0\.91/s);
  });
});

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}
