import assert from 'node:assert/strict';
import { Conversations, NOW, question, room, uuid } from '../../support/panel/conversations.ts';
import { HostError } from '../../support/panel/host.ts';
import { closeAfter, open } from '../../support/panel/open.ts';

const DAY = 86_400_000;

function manyRooms(): Conversations {
  const store = new Conversations();
  const add = (number: number, title: string, days: number, pinned = false) =>
    store.add(room(number, { title, pinned, updatedAt: NOW - days * DAY }), [
      question(uuid(number), number * 100, `About ${title}`),
    ]);
  add(1, 'Fix the retry loop', 0);
  add(2, 'Name the parser', 1);
  add(3, 'Speed up the build', 4);
  add(4, 'Old thoughts', 40);
  add(5, 'House rules', 60, true);
  return store;
}

describe('conversations in the panel', function () {
  this.timeout(30_000);
  closeAfter();

  it('are switched from the title, found by words, and renamed in place', async () => {
    const { page, host } = await open({ store: manyRooms(), now: NOW });
    await page.getByRole('button', { name: 'New conversation', exact: true }).first().click();
    const popup = page.getByRole('dialog', { name: 'Conversations' });
    await popup
      .getByRole('button', { name: /Name the parser/ })
      .first()
      .waitFor();
    await page.keyboard.type('retry');
    await popup.locator('mark', { hasText: 'retry' }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.switcher .room').length === 1);
    await popup
      .getByRole('button', { name: /Fix the/ })
      .first()
      .click();
    await page.getByText('About Fix the retry loop').waitFor();
    await page.locator('.title-text').getByText('Fix the retry loop').waitFor();
    await page.locator('.title-button').click();
    await popup.locator('.room').first().hover();
    const row = popup.locator('.room', { hasText: 'Fix the retry loop' });
    await row.hover();
    await row.getByRole('button', { name: 'Rename Fix the retry loop' }).click();
    await page.keyboard.type('The loop');
    await page.keyboard.press('Enter');
    await popup.getByText('The loop').waitFor();
    await host.called('rooms.rename');
    assert.deepEqual(host.inputs('rooms.rename'), [{ id: uuid(1), title: 'The loop' }]);
    await page.keyboard.press('Escape');
    await page.locator('.title-text').getByText('The loop').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'title-button');
  });

  it('stand in the history by day, pinned first', async () => {
    const { page, host } = await open({ store: manyRooms(), now: NOW });
    await host.notify({ type: 'history' });
    await page.getByText('Old thoughts').waitFor();
    const groups = await page.locator('.history .group').allTextContents();
    assert.deepEqual(groups, ['Pinned', 'Today', 'Yesterday', 'Last 7 days', 'Older']);
    await page.getByLabel('Search conversations').fill('about old');
    await page.waitForFunction(() => document.querySelectorAll('.history .room').length === 1);
    assert.deepEqual(await page.locator('.history mark').allTextContents(), ['Old']);
    await page.keyboard.press('Escape');
    await page.waitForFunction(
      () => document.activeElement?.getAttribute('aria-label') === 'Message to Zoey',
    );
  });

  it('are deleted without a question, and restored', async () => {
    const { page, host } = await open({ store: manyRooms(), now: NOW });
    await host.notify({ type: 'history' });
    const row = page.locator('.room', { hasText: 'Name the parser' });
    await row.hover();
    await row.getByRole('button', { name: 'Delete Name the parser' }).click();
    await row.waitFor({ state: 'detached' });
    assert.match((await page.evaluate(() => document.activeElement?.className)) ?? '', /popup-item|field/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();
    assert.deepEqual(host.inputs('rooms.restore'), [{ id: uuid(2) }]);
    await page.locator('.undo').waitFor({ state: 'detached' });
    await page.getByRole('status').getByText('Restored Name the parser.').waitFor({ state: 'attached' });
  });

  it('come back to the list when the deletion fails', async () => {
    const { page, host } = await open({
      store: manyRooms(),
      now: NOW,
      script: {
        'rooms.delete': () => {
          throw new HostError('storage_busy', 'Another process holds the memory.');
        },
      },
    });
    await host.notify({ type: 'history' });
    const row = page.locator('.room', { hasText: 'Name the parser' });
    await row.hover();
    await row.getByRole('button', { name: 'Delete Name the parser' }).click();
    await page
      .getByRole('status')
      .getByText('Another process holds the memory.')
      .waitFor({ state: 'attached' });
    await row.waitFor();
  });

  it('open by command, and say why where they cannot be read', async () => {
    const { page, host } = await open({ store: manyRooms(), now: NOW });
    await host.notify({ type: 'openRoom', roomId: uuid(3) });
    await page.getByText('About Speed up the build').waitFor();
    await page.locator('.title-text').getByText('Speed up the build').waitFor();
    await host.notify({ type: 'openRoom', roomId: uuid(404) });
    await page.getByText('This conversation is gone.').waitFor();
  });
});
