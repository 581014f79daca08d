import assert from 'node:assert/strict';
import type { Chat } from '../../support/journeys/chat.ts';
import { journeys } from '../../support/journeys/journey.ts';

describe('from the editor', function () {
  const {
    chat: newChat,
    shared,
    llama,
  } = journeys(this, {
    llama: { reply: 'It waits longer after each attempt.' },
  });

  /** Opens a file and selects all of it. */
  const select = async ({ workbench }: Chat, file: string) => {
    await workbench.openFile(file);
    await workbench.page.locator('.editor-group-container.active .view-lines').click();
    await workbench.page.keyboard.press('Control+A');
    await workbench.page.locator('.part.statusbar', { hasText: /selected\)/ }).waitFor();
  };

  it('asks about a selection: the piece and the cursor wait in the composer', async () => {
    const chat = await shared();
    await chat.ready();
    await chat.composer.fill('Is this right?');
    await select(chat, 'total.ts');
    await chat.workbench.runCommand('Zoey: Ask About Selection');
    await chat.button('Remove total.ts:1-9').waitFor();
    await chat.drafts('Is this right?');
    await chat.focused();
    await chat.workbench.page.keyboard.press('Enter');
    const question = chat.question('Is this right?');
    await question.getByRole('button', { name: 'total.ts:1-9' }).waitFor();
    await chat.ended(chat.answers.first());
    await chat.button('Remove total.ts:1-9').waitFor({ state: 'detached' });

    await chat.workbench.runCommand('View: Close All Editors');
    await question.getByRole('button', { name: 'total.ts:1-9' }).click();
    await chat.workbench.page.locator('.tab.active', { hasText: 'total.ts' }).waitFor();
  });

  it('explains a selection at once, from the menu of the editor', async () => {
    const chat = await shared();
    await chat.ready();
    await select(chat, 'delay.ts');
    const { page } = chat.workbench;
    const line = page.locator('.editor-group-container.active .view-line').first();
    await chat.workbench.openMenu(line, { position: { x: 40, y: 8 } });
    await chat.workbench.choose('Zoey', 'Explain Selection');
    const question = chat.question('Explain this code.');
    await question.getByRole('button', { name: 'delay.ts:1-3' }).waitFor();
    await chat.ended(chat.answers.first());
    assert.match(await chat.text(chat.answers.first()), /waits longer/);
  });

  it('starts a new chat, and chooses a model', async () => {
    const chat = await shared();
    await chat.ready();
    await chat.exchange('Anything?');
    await chat.begin();
    await chat.title.getByText('New conversation').waitFor();
    await chat.focused();
    await chat.workbench.page.keyboard.type('Typed at once');
    await chat.drafts('Typed at once');
    await chat.workbench.runCommand('Zoey: Select Model');
    const picker = chat.frame.getByRole('dialog', { name: 'Choose a model' });
    await picker.getByRole('button', { name: llama().model, pressed: true }).click();
    await picker.waitFor({ state: 'detached' });
  });

  it('finds, renames, pins and deletes conversations, and takes a deletion back', async () => {
    const chat = await newChat();
    await chat.ready();
    for (const question of ['How long is the delay?', 'What does a cart cost?']) {
      await chat.begin();
      await chat.exchange(question);
    }
    const history = await chat.history();
    const rooms = history.locator('.room');
    const titled = (title: string) => rooms.filter({ hasText: title });
    await titled('What does a cart cost?').waitFor();
    assert.equal(await rooms.count(), 2);
    await history.getByRole('heading', { name: /^(Today|Yesterday)$/ }).waitFor();

    await history.getByRole('searchbox').fill('cart');
    await titled('How long is the delay?').waitFor({ state: 'detached' });
    assert.equal(await titled('What does a cart cost?').locator('mark').first().textContent(), 'cart');
    await history.getByRole('searchbox').fill('');
    await titled('How long is the delay?').waitFor();

    await titled('How long is the delay?').hover();
    await chat.button('Rename How long is the delay?').click();
    const name = history.getByLabel('New title of How long is the delay?');
    await name.fill('Delays');
    await name.press('Enter');
    await titled('Delays').hover();
    await chat.button('Pin Delays').click();
    await history.getByRole('heading', { name: 'Pinned' }).waitFor();
    await rooms.first().getByText('Delays').waitFor();

    await titled('Delays').hover();
    await chat.button('Delete Delays').click();
    await titled('Delays').waitFor({ state: 'detached' });
    await chat.button('Undo').click();
    await titled('Delays').waitFor();
    await titled('What does a cart cost?').hover();
    await chat.button('Delete What does a cart cost?').click();
    await titled('What does a cart cost?').waitFor({ state: 'detached' });

    await titled('Delays')
      .getByRole('button', { name: /Delays/ })
      .first()
      .click();
    await chat.question('How long is the delay?').waitFor();
    await chat.title.getByText('Delays').waitFor();
  });
});
