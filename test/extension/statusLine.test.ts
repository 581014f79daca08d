import assert from 'node:assert/strict';
import { ledgerText } from '../../extension/ledgerText.ts';
import { reportOf, statusLine } from '../../extension/modelStatus.ts';

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

describe('the ledger', () => {
  it('says so when nothing was sent', () => {
    assert.match(ledgerText([]), /Nothing was sent yet\.\n$/);
  });

  it('is a table of what was sent, aligned', () => {
    const at = Date.UTC(2026, 0, 2, 3, 4, 5);
    const entry = { at, method: 'GET', url: 'http://127.0.0.1:11434/api/tags', purpose: 'list models' };
    const text = ledgerText([
      { ...entry, status: 200, ms: 12.4, bytesOut: 0, bytesIn: 345 },
      { ...entry, method: 'POST', purpose: 'chat', status: 0, ms: 3, bytesOut: 7, bytesIn: 0 },
    ]);
    assert.equal(
      text,
      [
        'Every request that Zoey sent, newest first. What was in it is not kept here.',
        '',
        'Time (UTC)           Method  Address                          Why          Status     Took   Sent  Received',
        '2026-01-02 03:04:05  GET     http://127.0.0.1:11434/api/tags  list models  200        12 ms  0 B   345 B',
        '2026-01-02 03:04:05  POST    http://127.0.0.1:11434/api/tags  chat         no answer  3 ms   7 B   0 B',
        '',
      ].join('\n'),
    );
  });
});
