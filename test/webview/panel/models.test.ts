import assert from 'node:assert/strict';
import type { ModelStatusReport } from '../../../runtime/protocol/schemas.ts';
import type { PullProgress } from '../../../runtime/types/model.ts';
import {
  answer,
  Conversations,
  model,
  question,
  ready,
  room,
  suggestions,
  uuid,
} from '../../support/panel/conversations.ts';
import { HostError } from '../../support/panel/host.ts';
import { closeAfter, gate, open } from '../../support/panel/open.ts';

const address = 'http://127.0.0.1:11434';

function storeIn(report: Partial<ModelStatusReport>): Conversations {
  const store = new Conversations();
  store.report = { state: 'not_running', word: '', address, suggestions, ...report };
  store.models = [];
  return store;
}

const noModel: Partial<ModelStatusReport> = {
  state: 'no_model',
  word: 'No model yet',
  action: { kind: 'pull', label: 'Pull qwen3:4b (2.4 GB)', model: 'qwen3:4b' },
};

describe('the model card', function () {
  this.timeout(30_000);
  closeAfter();

  const states: [Partial<ModelStatusReport>, string, unknown][] = [
    [
      {
        state: 'not_installed',
        word: 'Ollama is not installed',
        action: { kind: 'install', label: 'Get Ollama' },
      },
      'editor/link',
      { page: 'ollama' },
    ],
    [
      {
        state: 'not_running',
        word: 'Ollama is not running',
        action: { kind: 'start', label: 'Start Ollama' },
      },
      'editor/startOllama',
      {},
    ],
    [
      {
        state: 'too_old',
        word: 'Ollama 0.3 is too old, 0.6 or later is needed',
        action: { kind: 'update', label: 'Update Ollama' },
      },
      'editor/link',
      { page: 'ollama' },
    ],
    [
      {
        state: 'wrong_address',
        word: 'Nothing like Ollama at http://10.0.0.9:1234',
        action: { kind: 'change_address', label: 'Change address' },
      },
      'editor/settings',
      { key: 'zoey.ollama.url' },
    ],
    [
      {
        state: 'host_not_allowed',
        word: 'gpu.lan:11434 is not allowed yet',
        action: { kind: 'allow_host', label: 'Allow gpu.lan:11434' },
      },
      'editor/allowHost',
      {},
    ],
    [{ state: 'failed', word: 'Ollama does not answer as it should' }, 'models.status', {}],
  ];
  for (const [report, call, input] of states) {
    it(`says "${report.word}", with one main button`, async () => {
      const { page, host } = await open({ store: storeIn(report) });
      const card = page.getByRole('region', { name: 'Model' });
      await card.getByText(report.word ?? '', { exact: true }).waitFor();
      const before = host.inputs(call as 'models.status').length;
      await card.getByRole('button', { name: report.action?.label ?? 'Try again', exact: true }).click();
      await host.called(call as 'models.status', before + 1);
      assert.deepEqual(host.inputs(call as 'models.status').at(-1), input);
    });
  }

  it('goes by itself when a model appears', async () => {
    const store = storeIn({
      word: 'Ollama is not running',
      action: { kind: 'start', label: 'Start Ollama' },
    });
    const { page } = await open({ store });
    await page.getByText('Ollama is not running').waitFor();
    store.report = ready;
    await page.getByRole('region', { name: 'Model' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Model: qwen3:4b' }).waitFor();
  });

  it('asks again at once when settings changed', async () => {
    const store = storeIn({ word: 'Ollama is not running' });
    const { page, host } = await open({ store });
    await page.getByText('Ollama is not running').waitFor();
    await page.clock.install();
    await host.notify({ type: 'refresh' });
    await host.called('models.status', 2);
    // From here on the panel does not look by itself.
    await page.clock.pauseAt(Date.now() + 600_000);
    store.report = ready;
    await host.notify({ type: 'refresh' });
    await page.getByRole('region', { name: 'Model' }).waitFor({ state: 'detached' });
  });

  it('is looked for ever more seldom, and soon again once something is done in the panel', async () => {
    let looks = 0;
    const report = { state: 'not_running' as const, address, suggestions };
    const { page, host } = await open({
      script: { 'models.status': () => ({ ...report, word: `Look ${++looks}` }) },
    });
    const looked = (times: number) => page.getByText(`Look ${times}`, { exact: true }).waitFor();
    await looked(1);
    await page.clock.install();
    // The first look whose pause the installed clock times.
    await host.notify({ type: 'refresh' });
    await looked(2);
    await page.clock.fastForward(3_000);
    await looked(3);
    await page.clock.fastForward(120_000);
    await looked(4);
    await page.clock.fastForward(29_000);
    await page.evaluate(() => undefined);
    assert.equal(looks, 4);
    await page.clock.fastForward(1_000);
    await looked(5);
    await page.mouse.move(40, 40);
    await page.clock.fastForward(3_000);
    await looked(6);
  });

  it('folds the other models that could be pulled', async () => {
    const { page } = await open({ store: storeIn(noModel) });
    const card = page.getByRole('region', { name: 'Model' });
    const other = card.getByRole('button', { name: 'qwen3:1.7b (1.4 GB)' });
    await card.getByRole('button', { name: 'Pull qwen3:4b (2.4 GB)' }).waitFor();
    assert.equal(await other.count(), 0);
    await card.getByRole('button', { name: /^Pull/ }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await other.waitFor();
  });

  it('pulls after consent, shows the bytes, cancels and goes on', async () => {
    const store = storeIn(noModel);
    const progress: PullProgress[] = [
      { status: 'pulling manifest', completed: 0, total: 0 },
      { status: 'downloading', completed: 600_000_000, total: 2_400_000_000 },
    ];
    let finish = gate();
    const { page, host } = await open({
      store,
      script: {
        'models.pull': async (_input, { emit, signal }) => {
          for (const step of progress) emit(step);
          const cancelled = new Promise<never>((_, reject) => {
            signal.addEventListener('abort', () => reject(new HostError('cancelled', 'Stopped.')));
          });
          await Promise.race([finish.opened, cancelled]);
          store.report = ready;
          return ready;
        },
      },
    });
    await page.getByRole('button', { name: 'Pull qwen3:4b (2.4 GB)' }).click();
    assert.equal(host.inputs('models.pull').length, 0);
    await page.getByText('Ollama downloads qwen3:4b, about 2.4 GB,').waitFor();
    await page.getByRole('button', { name: 'Download 2.4 GB' }).click();
    await page.getByText('600 MB of 2.4 GB').waitFor();
    assert.equal(await page.getByRole('progressbar').getAttribute('value'), '600000000');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('What came is kept.').waitFor();
    finish = gate();
    await page.getByRole('button', { name: 'Resume' }).click();
    await host.called('models.pull', 2);
    finish.open();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Model: qwen3:4b' }).waitFor();
  });

  it('tells why a download failed, and offers to go on', async () => {
    const { page } = await open({
      store: storeIn(noModel),
      script: {
        'models.pull': () => {
          throw new HostError('pull_failed', 'The connection broke.', 'It goes on where it stopped.');
        },
      },
    });
    await page.getByRole('button', { name: 'Other models' }).click();
    await page.getByRole('button', { name: 'qwen3:1.7b (1.4 GB)' }).click();
    await page.getByRole('button', { name: 'Download 1.4 GB' }).click();
    await page.getByText('The connection broke. It goes on where it stopped.').waitFor();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
  });
});

describe('the model picker', function () {
  this.timeout(30_000);
  closeAfter();

  it('chooses, closes, and gives the focus back', async () => {
    const store = new Conversations();
    store.models = [model, { ...model, name: 'llama3.2:3b', bytes: 2_000_000_000, loaded: false }];
    const { page, host } = await open({ store });
    await page.getByRole('button', { name: 'Model: qwen3:4b' }).click();
    const picker = page.getByRole('dialog', { name: 'Choose a model' });
    await picker.getByText('2.0 GB').waitFor();
    await picker.getByRole('button', { name: /llama3\.2:3b/ }).click();
    await page.getByRole('button', { name: 'Model: llama3.2:3b' }).waitFor();
    assert.deepEqual(host.inputs('models.select'), [{ name: 'llama3.2:3b' }]);
    assert.equal(await picker.count(), 0);
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.equal(focused, 'Model: llama3.2:3b');
  });

  it('opens with all models at once, in the size that it keeps', async () => {
    const store = new Conversations();
    store.models = [model, ...['a', 'b', 'c'].map((name) => ({ ...model, name, loaded: false }))];
    const again = gate();
    let asked = 0;
    const { page, host } = await open({
      store,
      script: {
        'models.list': async () => {
          if (++asked > 1) await again.opened;
          return { items: store.models };
        },
      },
    });
    await host.called('models.list');
    await page.getByRole('button', { name: 'Model: qwen3:4b' }).click();
    const picker = page.getByRole('dialog', { name: 'Choose a model' });
    await host.called('models.list', 2);
    assert.equal(await picker.getByRole('listitem').count(), 4);
    const before = await picker.boundingBox();
    again.open();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    assert.deepEqual(await picker.boundingBox(), before);
  });

  it('shows the model that answers while the list is still on its way', async () => {
    const { page, host } = await open({ script: { 'models.list': () => new Promise(() => {}) } });
    await page.getByRole('button', { name: 'Model: qwen3:4b' }).click();
    await host.called('models.list');
    const picker = page.getByRole('dialog', { name: 'Choose a model' });
    await picker.getByRole('button', { name: /qwen3:4b/, pressed: true }).waitFor();
  });

  it('opens by command', async () => {
    const { page, host } = await open();
    await host.notify({ type: 'pickModel' });
    await page.getByRole('dialog', { name: 'Choose a model' }).waitFor();
  });
});

describe('the context meter', function () {
  this.timeout(30_000);
  closeAfter();

  it('estimates the draft and its pieces, and says that it does', async () => {
    const { page, host } = await open();
    const text = 'x'.repeat(4000);
    await host.notify({
      type: 'ask',
      text: 'y'.repeat(400),
      attachments: [{ kind: 'selection', path: 'a.ts', startLine: 1, endLine: 9, text }],
      send: false,
    });
    await page.getByText('~1.1k/8k').waitFor();
    const label = await page.locator('meter').getAttribute('aria-label');
    assert.equal(label, 'About 1.1k of 8k tokens: this message and its pieces');
  });

  it('counts what the model last read of this conversation, and what stays of it where a message is edited', async () => {
    const store = new Conversations();
    const here = uuid(1);
    store.add(room(1), [
      question(here, 11, 'Why?'),
      answer(here, 12, 'x'.repeat(400)),
      question(here, 13, 'And now?'),
      answer(here, 14, 'Stopped.', { usage: undefined, status: 'stopped' }),
    ]);
    const { page } = await open({ store, kept: { version: 1, roomId: here, drafts: {} } });
    await page.getByText('~2.2k/8k').waitFor();
    await page.getByLabel('Message to Zoey').fill('y'.repeat(4000));
    await page.getByText('~3.2k/8k').waitFor();
    assert.equal(
      await page.locator('meter').getAttribute('aria-label'),
      'About 3.2k of 8k tokens: this conversation (2.2k), this message and its pieces',
    );
    await page.getByLabel('Message to Zoey').fill('');
    await page.locator('.message.mine').first().hover();
    await page.getByRole('button', { name: 'Edit message' }).first().click();
    await page.getByText('~1/8k').waitFor();
  });

  it('counts what was said where no model counted, and nothing that was only quoted', async () => {
    const store = new Conversations();
    const here = uuid(1);
    const uncounted = { usage: undefined };
    store.add(room(1), [
      question(here, 11, 'x'.repeat(400)),
      answer(here, 12, 'x'.repeat(4000), { ...uncounted, model: undefined }),
      question(here, 13, 'x'.repeat(400)),
      answer(here, 14, 'x'.repeat(400), { ...uncounted, status: 'interrupted' }),
    ]);
    const { page } = await open({ store, kept: { version: 1, roomId: here, drafts: {} } });
    await page.getByText('~300/8k').waitFor();
  });

  it('says that what does not fit is left out, and warns only of the message itself', async () => {
    const store = new Conversations();
    const here = uuid(1);
    const usage = { promptTokens: 8000, outputTokens: 100, tokensPerSecond: 30, contextTokens: 8192 };
    store.add(room(1), [question(here, 11, 'Why?'), answer(here, 12, 'x'.repeat(800), { usage })]);
    const { page } = await open({ store, kept: { version: 1, roomId: here, drafts: {} } });
    await page.getByText('~8.2k/8k').waitFor();
    const label = await page.locator('meter').getAttribute('aria-label');
    assert.match(label ?? '', /What does not fit is left out$/);
    assert.equal(await page.locator('.meter.over').count(), 0);
    await page.getByLabel('Message to Zoey').fill('y'.repeat(36_000));
    await page.locator('.meter.over').waitFor();
  });
});
