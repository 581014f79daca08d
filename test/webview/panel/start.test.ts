import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { answer, Conversations, question, room, uuid } from '../../support/panel/conversations.ts';
import { PanelHost, type Script } from '../../support/panel/host.ts';
import { closeAfter, gate, open } from '../../support/panel/open.ts';
import { openPanel } from '../../support/panel/page.ts';

const here = uuid(1);
const field = 'Message to Zoey';

/** Asks, and reloads the page once half of the answer is there and the conversation is kept. */
async function reloadHalfway(page: Page): Promise<void> {
  await page.getByLabel(field).fill('Tell me');
  await page.keyboard.press('Enter');
  await page.locator('.answer-text').getByText('The first half').waitFor();
  await page.waitForFunction(() => (sessionStorage.getItem('state') ?? '').includes('roomId'));
  await page.reload();
}

describe('the panel at its start', function () {
  this.timeout(30_000);
  closeAfter();

  it('is never blank: it says that nobody answers, and goes on when somebody does', async () => {
    const host = new PanelHost(new Conversations().script());
    const place = host.place;
    host.place = undefined;
    const page = await openPanel(host, { clock: true });
    await host.called('panel/ready');
    await page.clock.fastForward(1500);
    await host.called('panel/ready', 2);
    await page.clock.fastForward(5000);
    await page.getByText('Zoey does not answer yet.').waitFor();
    host.place = place;
    await page.clock.fastForward(1500);
    await page.getByLabel(field).waitFor();
    await page.context().close();
  });

  it('names the folder or the open file in what to try, and leads to the ledger', async () => {
    const { page, host } = await open({
      script: {
        'privacy.ledger': () => ({
          items: [
            {
              at: 1_700_000_000_000,
              method: 'POST',
              url: 'http://127.0.0.1:11434/api/chat',
              purpose: 'chat',
              status: 200,
              ms: 812.4,
              bytesOut: 2100,
              bytesIn: 90_000,
            },
          ],
        }),
      },
    });
    await page.getByRole('button', { name: 'What is zoey about?' }).waitFor();
    await host.notify({ type: 'context', file: { kind: 'file', path: 'src/net/client.ts' } });
    await page.getByRole('button', { name: 'Explain client.ts' }).click();
    assert.equal(await page.getByLabel(field).inputValue(), 'Explain client.ts');
    await page.getByRole('button', { name: 'Remove client.ts' }).waitFor();
    await page.getByText('Everything stays on this machine').click();
    await page.getByText('POST http://127.0.0.1:11434/api/chat').waitFor();
    await page.getByText('200 · 812 ms · 2.1 kB out · 90 kB in').waitFor();
  });

  it('does not claim that everything stays where another host answers', async () => {
    const store = new Conversations();
    store.report = { ...store.report, address: 'http://gpu.lan:11434' };
    const { page } = await open({ store });
    await page.getByText('Answers come from gpu.lan:11434').waitFor();
    assert.equal(await page.getByText('Everything stays').count(), 0);
  });

  it('says where memory is shared, and where nothing is trusted', async () => {
    const host = new PanelHost(new Conversations().script());
    host.place = { workspace: false, workspaceName: '', trusted: false };
    const page = await openPanel(host);
    await page.getByText('shared by all windows without a folder').waitFor();
    await page.getByText('This workspace is not trusted: Zoey reads only what you attach').waitFor();
    await page.getByRole('button', { name: 'Manage trust' }).click();
    await host.called('editor/manageTrust');
    await page.context().close();
  });

  it('keeps draft, pieces and place through a reload', async () => {
    const store = new Conversations();
    const list = Array.from({ length: 40 }, (_, index) =>
      question(here, 100 + index, `Message ${index}\n`.repeat(4)),
    );
    store.add(room(1), list);
    const { page, host } = await open({ store, kept: { version: 1, roomId: here, drafts: {} } });
    await host.notify({
      type: 'context',
      selection: { kind: 'selection', path: 'a.ts', startLine: 3, endLine: 9 },
    });
    await page.getByRole('button', { name: 'Add a.ts:3-9' }).click();
    await page.getByLabel(field).fill('Half a thought');
    const tenth = page.locator(`[data-id="${uuid(110)}"]`);
    await tenth.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await page.getByRole('button', { name: 'To the end of the conversation' }).waitFor();
    const top = (await tenth.boundingBox())?.y ?? 0;
    await page.waitForFunction(
      (id) => sessionStorage.getItem('state')?.includes(`"anchor":{"id":"${id}"`),
      uuid(110),
    );
    await page.reload();
    await tenth.waitFor();
    assert.equal(await page.getByLabel(field).inputValue(), 'Half a thought');
    await page.getByRole('button', { name: 'Remove a.ts:3-9' }).waitFor();
    assert.ok(Math.abs(((await tenth.boundingBox())?.y ?? 0) - top) < 2);
  });

  it('keeps what is typed while an answer is still followed after a reload', async () => {
    const store = new Conversations();
    store.reply = (turn) => {
      turn.text('The first half ');
      return new Promise(() => {});
    };
    const { page, host } = await open({ store });
    await reloadHalfway(page);
    await host.called('chat.watch');
    await page.getByLabel(field).fill('What I ask next');
    await page.waitForFunction(() => sessionStorage.getItem('state')?.includes('What I ask next'));
    await page.reload();
    await host.called('chat.watch', 2);
    assert.equal(await page.getByLabel(field).inputValue(), 'What I ask next');
  });

  it('keeps a message that was not sent while the conversation cannot be read yet', async () => {
    const store = new Conversations();
    store.add(room(1), [question(here, 11, 'Why?')]);
    const outgoing = { id: uuid(50), roomId: here, text: 'Are you there?', attachments: [] };
    const script: Script = { 'rooms.messages': () => new Promise(() => {}) };
    const { page, host } = await open({
      store,
      script,
      kept: { version: 1, roomId: here, drafts: {}, outgoing },
    });
    await host.called('rooms.messages');
    await page.getByLabel(field).fill('Typed');
    await page.waitForFunction(() => sessionStorage.getItem('state')?.includes('Typed'));
    const state = await page.evaluate(() => sessionStorage.getItem('state') ?? '');
    assert.match(state, /Are you there/);
  });

  it('goes on with a half-streamed answer after a reload', async () => {
    const end = gate<'complete'>();
    const store = new Conversations();
    store.reply = (turn) => {
      turn.text('The first half ');
      return end.opened;
    };
    const { page, host } = await open({ store });
    await reloadHalfway(page);
    await page.locator('.answer-text').getByText('The first half').waitFor();
    await host.called('chat.watch');
    store.turn?.text('and the second.');
    end.open('complete');
    await page.locator('.answer-text').getByText('The first half and the second.').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
    assert.equal(await page.locator('.message').count(), 2);
  });

  it('keeps a message that was sent into the void before a reload', async () => {
    const { page, host } = await open({ script: { 'chat.send': () => new Promise(() => {}) } });
    await page.getByLabel(field).fill('Are you there?');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => (sessionStorage.getItem('state') ?? '').includes('outgoing'));
    await page.reload();
    await page.getByText('This message was not sent.').waitFor();
    await page.locator('.message.mine').getByText('Are you there?').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await host.called('chat.send', 2);
  });

  it('recovers when the server comes back: the answer is read again', async () => {
    const store = new Conversations();
    store.add(room(1), [question(here, 11, 'Why?'), answer(here, 12, 'Because it does.')]);
    const { page, host } = await open({ store, kept: { version: 1, roomId: here, drafts: {} } });
    await page.getByText('Because it does.').waitFor();
    await host.notify({ type: 'server', state: 'starting', message: 'Zoey is coming back' });
    await page.locator('.notice').getByText('Zoey is coming back').waitFor();
    store.messages.get(here)?.push(question(here, 13, 'Added meanwhile'));
    await host.notify({ type: 'server', state: 'running' });
    await page.getByText('Added meanwhile').waitFor();
    await page.locator('.notice').waitFor({ state: 'detached' });
    await host.notify({ type: 'server', state: 'failed', message: 'Zoey stopped again and again.' });
    await page.getByRole('button', { name: 'Show log' }).click();
    await host.called('editor/showLog');
  });

  it('shows the answer to what was asked while the server was away', async () => {
    const back = gate();
    const store = new Conversations();
    store.add(room(1), [question(here, 11, 'Why?'), answer(here, 12, 'Because it does.')]);
    const send = store.script()['chat.send'];
    const script: Script = {
      'chat.send': async (input, call) => {
        await back.opened;
        assert.ok(send);
        return send(input, call);
      },
    };
    const { page, host } = await open({ store, script, kept: { version: 1, roomId: here, drafts: {} } });
    await page.getByText('Because it does.').waitFor();
    await host.notify({ type: 'server', state: 'starting' });
    await page.getByLabel(field).fill('And now?');
    await page.keyboard.press('Enter');
    await host.called('chat.send');
    await host.notify({ type: 'server', state: 'running' });
    await page.locator('.notice').waitFor({ state: 'detached' });
    back.open();
    await page.locator('.answer-text').getByText('Certainly.').waitFor();
    assert.equal(await page.locator('.message').count(), 4);
  });

  it('asks what a command put: at once, or in the composer beside what stands there', async () => {
    const { page, host } = await open();
    await page.getByLabel(field).fill('My own words');
    const attachments = [
      { kind: 'selection' as const, path: 'a.ts', startLine: 1, endLine: 2, text: 'let a;' },
    ];
    await host.notify({ type: 'ask', text: 'Explain this', attachments, send: true });
    await page.locator('.answer-text').getByText('Certainly.').waitFor();
    assert.equal(await page.getByLabel(field).inputValue(), 'My own words');
    await host.notify({ type: 'ask', text: 'and this', attachments, send: false });
    await page.getByRole('button', { name: 'Remove a.ts:1-2' }).waitFor();
    assert.equal(await page.getByLabel(field).inputValue(), 'My own words\nand this');
  });
});
