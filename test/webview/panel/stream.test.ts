import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { answer, Conversations, question, room, uuid } from '../../support/panel/conversations.ts';
import { closeAfter, gate, open } from '../../support/panel/open.ts';
import { references, retryAnswer } from '../../support/panel/scenes.ts';

const here = uuid(1);
const kept = { version: 1, roomId: here, drafts: {} };
const HZ_50_MS = 20;

/** Counts from now on what moved that was drawn before, and how often words vanished. */
async function watchShifts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { shifts: [] as number[], shrunk: 0, longest: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ('value' in entry) seen.shifts.push(Number(entry.value));
    }).observe({ type: 'layout-shift', buffered: false });
    new MutationObserver(() => {
      const length =
        document.querySelector('.message.answer:last-of-type .answer-text')?.textContent?.length ?? 0;
      if (length < seen.longest) seen.shrunk += 1;
      seen.longest = Math.max(seen.longest, length);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

const seen = (page: Page) =>
  page.evaluate(() => (window as unknown as { seen: { shifts: number[]; shrunk: number } }).seen);

async function ask(page: Page): Promise<void> {
  await page.getByLabel('Message to Zoey').fill('Why?');
  await page.keyboard.press('Enter');
}

/** Emits a text in pieces of a few characters at fifty a second. */
async function pour(store: Conversations, text: string): Promise<void> {
  for (let at = 0; at < text.length; at += 7) {
    store.turn?.text(text.slice(at, at + 7));
    await new Promise((resolve) => setTimeout(resolve, HZ_50_MS));
  }
}

describe('a stream of fifty chunks a second', function () {
  this.timeout(60_000);
  closeAfter();

  for (const width of [300, 700]) {
    it(`moves nothing that was drawn, at ${width} px`, async () => {
      const end = gate<'complete'>();
      const store = new Conversations();
      const words = 'A paragraph of words that was there before. '.repeat(6);
      store.add(room(1), [question(here, 11, 'Before'), answer(here, 12, `${words}\n\n${words}`)]);
      store.reply = () => end.opened;
      const { page } = await open({ store, kept, width, height: 900 });
      await page.getByText('A paragraph of words').first().waitFor();
      await ask(page);
      await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
      store.turn?.references(references);
      await page.getByText('Looked at').waitFor();
      await watchShifts(page);
      await pour(store, retryAnswer.slice(0, 900));
      end.open('complete');
      await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
      const { shifts, shrunk } = await seen(page);
      assert.deepEqual(shifts, []);
      assert.equal(shrunk, 0);
    });
  }

  it('leaves the reader where they are, and offers the way to the end', async () => {
    const store = new Conversations();
    store.add(
      room(1),
      Array.from({ length: 30 }, (_, index) => question(here, 100 + index, `Line ${index}\n`.repeat(5))),
    );
    store.reply = () => new Promise(() => {});
    const { page } = await open({ store, kept });
    await page.locator('.message').nth(29).waitFor();
    await ask(page);
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
    store.turn?.text('It begins. ');
    await page.locator('.answer-text').getByText('It begins.').waitFor();
    const toEnd = page.getByRole('button', { name: 'To the end of the conversation' });
    assert.equal(await toEnd.count(), 0);
    await page.locator('.messages').evaluate((list) => list.scrollBy({ top: -900, behavior: 'instant' }));
    await toEnd.waitFor();
    const reading = page.locator(`[data-id="${uuid(127)}"]`);
    const top = (await reading.boundingBox())?.y;
    await pour(store, 'More and more words come in.\n\n'.repeat(8));
    await page.locator('.answer-text .block').nth(7).waitFor();
    assert.equal((await reading.boundingBox())?.y, top);
    await toEnd.click();
    await toEnd.waitFor({ state: 'detached' });
    await pour(store, 'And the list follows.\n\n'.repeat(4));
    const below = await page
      .locator('.messages')
      .evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
    assert.ok(below < 2, `${below} px below`);
  });

  it('draws the first chunk within a few frames, even a part of a word', async () => {
    const store = new Conversations();
    store.reply = () => new Promise(() => {});
    const { page } = await open({ store });
    await ask(page);
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
    await page.evaluate(() => {
      const seen = { frame: 0, came: -1, shown: -1 };
      Object.assign(window, { seen });
      const count = () => {
        seen.frame += 1;
        requestAnimationFrame(count);
      };
      count();
      window.addEventListener('message', ({ data }) => {
        if (data?.params?.value?.type === 'text') seen.came = seen.frame;
      });
      new MutationObserver(() => {
        if (seen.shown < 0 && document.querySelector('.answer-text')?.textContent) seen.shown = seen.frame;
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    store.turn?.text('Hel');
    await page.locator('.answer-text').getByText('Hel', { exact: true }).waitFor();
    const { came, shown } = await page.evaluate(
      () => (window as unknown as { seen: { came: number; shown: number } }).seen,
    );
    assert.ok(came >= 0 && shown - came <= 2, `${shown - came} frames`);
  });

  it('keeps a selection in a finished block', async () => {
    const store = new Conversations();
    store.reply = () => new Promise(() => {});
    const { page } = await open({ store });
    await ask(page);
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
    store.turn?.text('The first paragraph.\n\nThe second one.\n\nThe third ');
    const first = page.locator('.answer-text').getByText('The first paragraph.');
    await first.waitFor();
    await first.evaluate((element) => getSelection()?.selectAllChildren(element));
    await pour(store, 'one goes on for a while.\n\nAnd a fourth. ');
    assert.equal(await page.evaluate(() => String(getSelection())), 'The first paragraph.');
  });

  it('is announced by sentence, and its end once', async () => {
    const end = gate<'complete'>();
    const store = new Conversations();
    store.reply = () => end.opened;
    const { page } = await open({ store });
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const region = document.querySelector('[data-heard="answer"]');
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
          for (const node of addedNodes) heard.push(node.textContent ?? '');
      }).observe(region ?? document.body, { childList: true });
    });
    await ask(page);
    await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
    await pour(
      store,
      'The loop never ends. It **retries** for ever:\n```ts\nwhile (true) {}\n```\nSo stop it',
    );
    end.open('complete');
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
    await page.waitForFunction(() =>
      document.querySelector('[data-heard="answer"]')?.textContent?.includes('End of'),
    );
    assert.deepEqual(await page.evaluate(() => (window as unknown as { heard: string[] }).heard), [
      'The loop never ends.',
      'It retries for ever:',
      'Code block, ts.',
      'So stop it',
      'End of the answer.',
    ]);
    const log = page.getByRole('log');
    assert.equal(await log.getAttribute('aria-live'), 'off');
  });
});

describe('a conversation of 2000 messages', function () {
  this.timeout(60_000);
  closeAfter();

  it('scrolls to its beginning and back with few messages drawn, and without a jump', async () => {
    const store = new Conversations();
    const list = Array.from({ length: 2000 }, (_, index) =>
      index % 2 === 0
        ? question(here, 10_000 + index, `Question ${index}`)
        : answer(here, 10_000 + index, `Answer ${index}. ${'Some words. '.repeat((index * 7) % 60)}`),
    );
    store.add(room(1), list);
    const { page, host } = await open({ store, kept });
    await page.getByText('Answer 1999.').waitFor();
    const log = page.locator('.messages');
    let most = 0;
    let jumps = 0;
    for (let step = 0; step < 2000; step += 1) {
      const result = await log.evaluate(async (element) => {
        const tops = () =>
          new Map(
            [...element.querySelectorAll<HTMLElement>('.message')].map((message) => [
              message.dataset.id,
              message.getBoundingClientRect().top,
            ]),
          );
        const by = -Math.min(2000, element.scrollTop);
        const before = tops();
        element.scrollTop += by;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const after = tops();
        const common = [...after].find(([id]) => before.has(id));
        const moved = common ? common[1] - (before.get(common[0]) ?? 0) : -by;
        return { drawn: after.size, jump: Math.abs(moved + by) > 1, atTop: element.scrollTop === 0 };
      });
      most = Math.max(most, result.drawn);
      if (result.jump) jumps += 1;
      if (result.atTop && (await page.getByText('Question 0', { exact: true }).count()) > 0) break;
      if (result.atTop) await page.waitForTimeout(30);
    }
    await page.getByText('Question 0', { exact: true }).waitFor();
    assert.equal(jumps, 0);
    assert.ok(most <= 100, `${most} drawn at once`);
    assert.equal(host.inputs('rooms.messages').length, 40);
    await page.getByRole('button', { name: 'To the end of the conversation' }).click();
    await page.getByText('Answer 1999.').waitFor();
    assert.ok((await page.locator('.message').count()) <= 100);
  });
});

describe('an answer that comes at once', function () {
  this.timeout(60_000);
  closeAfter();

  const long = 'A paragraph of the answer.\n\n'.repeat(60);
  const topOfAnswer = (page: Page) =>
    page.locator('.messages').evaluate((list) => {
      const answers = list.querySelectorAll('.message.answer');
      const last = answers[answers.length - 1];
      return last ? last.getBoundingClientRect().top - list.getBoundingClientRect().top : Number.NaN;
    });

  for (const [how, pieces] of [
    ['in one piece', [long]],
    ['without a model, in pieces', [long.slice(0, 200), long.slice(200, 900), long.slice(900)]],
  ] as const) {
    it(`shows its start, ${how}`, async () => {
      const store = new Conversations();
      const end = gate<'complete'>();
      if (pieces.length > 1) store.answering = undefined;
      store.reply = () => end.opened;
      const { page } = await open({ store });
      await ask(page);
      await page.getByRole('button', { name: 'Stop the answer' }).waitFor();
      let shown = 0;
      for (const piece of pieces) {
        store.turn?.text(piece);
        shown += piece.length / 2;
        await page.waitForFunction(
          (length) => (document.querySelector('.answer-text')?.textContent?.length ?? 0) > length,
          shown,
        );
      }
      end.open('complete');
      await page.getByRole('button', { name: 'Copy answer' }).waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'To the end of the conversation' }).waitFor();
      const top = await topOfAnswer(page);
      assert.ok(top >= -1 && top < 200, `its top is at ${top} px`);
      await page.getByRole('button', { name: 'To the end of the conversation' }).click();
      await page
        .getByRole('button', { name: 'To the end of the conversation' })
        .waitFor({ state: 'detached' });
    });
  }
});
