import assert from 'node:assert/strict';
import { type CureTargets, cureOf } from '../../extension/cure.ts';
import { ledgerText } from '../../extension/ledgerText.ts';
import { modelAddressOf, reportOf, statusLine } from '../../extension/modelStatus.ts';
import { testRuntime } from '../support/testRuntime.ts';

describe('the address that a word for another host is asked for', () => {
  it('is whole, however little of it was set', async () => {
    const { call, runtime } = await testRuntime({ ollamaUrl: 'gpu.lan' });
    const address = await modelAddressOf({ invoke: () => call('models.status', {}) })();
    assert.equal(address, 'http://gpu.lan:11434');
    await runtime.close();
  });
});

const report = (more: object) =>
  reportOf('models.status', {
    state: 'ready',
    word: '',
    address: 'http://127.0.0.1:11434',
    suggestions: [],
    ...more,
  });
const model = { name: 'qwen3:4b', bytes: 1, capabilities: [], loaded: true };

describe('the status bar', () => {
  it('shows nothing before the agent was needed', () => {
    assert.equal(statusLine('stopped', undefined), undefined);
  });

  it('names the model that is ready', () => {
    assert.deepEqual(statusLine('running', report({ word: 'qwen3:4b', model })), {
      text: 'qwen3:4b',
      tooltip: 'qwen3:4b answers at http://127.0.0.1:11434',
      attention: false,
    });
  });

  it("uses the panel's word for every other state, with the reason and the cure", () => {
    const given = {
      state: 'not_running',
      word: 'Ollama is not running',
      message: 'No answer.',
      hint: 'Start it.',
    };
    assert.deepEqual(statusLine('running', report(given)), {
      text: 'Ollama is not running',
      tooltip: 'No answer. Start it.',
      attention: true,
    });
  });

  it('says what the agent does while it does not answer', () => {
    assert.equal(statusLine('starting', report({ model }))?.text, 'Zoey is starting');
    assert.equal(statusLine('running', undefined)?.text, 'Zoey is starting');
    assert.deepEqual(statusLine('failed', report({ model })), {
      text: 'Zoey stopped',
      tooltip: "Zoey's agent stopped and did not come back.",
      attention: true,
    });
  });

  it('learns from functions that report a state, and from no others', () => {
    assert.equal(reportOf('status', { state: 'ready', word: '', address: '', suggestions: [] }), undefined);
    assert.equal(reportOf('models.select', { state: 'no such' }), undefined);
    assert.equal(report({ word: 'x' })?.word, 'x');
  });
});

describe('the menu of the status bar', () => {
  it('begins with what helps: the same as the button of the panel, in its words', async () => {
    const done: string[] = [];
    const note =
      <T>(what: string, result: T) =>
      async (params: object = {}) => {
        done.push(`${what} ${JSON.stringify(params)}`);
        return result;
      };
    const targets: CureTargets = {
      host: {
        'editor/link': note('link', {}),
        'editor/startOllama': note('start', {}),
        'editor/settings': note('settings', {}),
        'editor/allowHost': note('allow', { allowed: true }),
      },
      openChat: note('chat', {}),
      selectModel: note('models', {}),
    };
    const labels: (string | undefined)[] = [];
    for (const kind of ['install', 'update', 'start', 'change_address', 'allow_host', 'pull', 'choose']) {
      const cure = cureOf(report({ state: 'failed', action: { kind, label: kind } }));
      labels.push(cure?.label.replace(/^\$\(.*\) /, ''));
      await cure?.run(targets);
    }
    assert.deepEqual(labels, [
      'install',
      'update',
      'start',
      'change_address',
      'allow_host',
      'pull',
      'choose',
    ]);
    assert.deepEqual(done, [
      'link {"page":"ollama"}',
      'link {"page":"ollama"}',
      'start {}',
      'settings {"key":"zoey.ollama.url"}',
      'allow {}',
      'chat {}',
      'models {}',
    ]);
  });

  it('has nothing to cure where a model answers, or nothing is known to help', () => {
    assert.equal(cureOf(undefined), undefined);
    assert.equal(cureOf(report({ state: 'failed' })), undefined);
    assert.equal(cureOf(report({ model, action: { kind: 'start', label: 'Start' } })), undefined);
  });
});

describe('the ledger', () => {
  it('says so when nothing was sent', () => {
    assert.match(ledgerText([], 'UTC'), /Nothing was sent yet\.\n$/);
  });

  it('is a table of what was sent, aligned, in local time, with the longest last', () => {
    const at = Date.UTC(2026, 0, 2, 3, 4, 5);
    const entry = { at, method: 'GET', url: 'http://127.0.0.1:11434/api/tags', purpose: 'list models' };
    const text = ledgerText(
      [
        { ...entry, status: 200, ms: 12.4, bytesOut: 0, bytesIn: 345 },
        { ...entry, method: 'POST', purpose: 'chat', status: 0, ms: 3, bytesOut: 7, bytesIn: 0 },
      ],
      'Asia/Tokyo',
    );
    assert.equal(
      text,
      [
        'Every request that Zoey sent, newest first. What was in it is not kept here.',
        'Times are those of Asia/Tokyo.',
        '',
        'Time                 Answer  Took   Sent  Received  Why          Request',
        '2026-01-02 12:04:05  200     12 ms  0 B   345 B     list models  GET http://127.0.0.1:11434/api/tags',
        '2026-01-02 12:04:05  none    3 ms   7 B   0 B       chat         POST http://127.0.0.1:11434/api/tags',
        '',
      ].join('\n'),
    );
  });

  it('tells each time as it was on that day', () => {
    const entry = { method: 'GET', url: 'http://127.0.0.1:1/', purpose: 'status', status: 200 };
    const rest = { ...entry, ms: 1, bytesOut: 0, bytesIn: 0 };
    const days = [Date.UTC(2026, 0, 2, 12), Date.UTC(2026, 6, 2, 12)].map((at) => ({ ...rest, at }));
    const text = ledgerText(days, 'Europe/Berlin');
    assert.match(text, /^2026-01-02 13:00:00 /m);
    assert.match(text, /^2026-07-02 14:00:00 /m);
  });
});
