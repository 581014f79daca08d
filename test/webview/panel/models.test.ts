import assert from 'node:assert/strict';
import type { ModelStatusReport } from '../../../runtime/protocol/schemas.ts';
import type { PullProgress } from '../../../runtime/types/model.ts';
import { Conversations, model, ready, suggestions } from '../../support/panel/conversations.ts';
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
    store.report = ready;
    await host.notify({ type: 'refresh' });
    await page.getByRole('region', { name: 'Model' }).waitFor({ state: 'detached', timeout: 1500 });
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
});
