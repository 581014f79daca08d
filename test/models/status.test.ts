import assert from 'node:assert/strict';
import { describe as wordsOf } from '../../runtime/models/describe.ts';
import type { ModelState } from '../../runtime/types/model.ts';
import { manualClock } from '../support/ollama/clock.ts';
import { connect } from '../support/ollama/connect.ts';
import { type Replay, type ReplayOptions, startReplay } from '../support/ollama/replay.ts';

const never = new AbortController().signal;
const version = (text: string) => ({ 'GET /api/version': { body: JSON.stringify({ version: text }) } });
const tags = (...models: object[]) => ({ 'GET /api/tags': { body: JSON.stringify({ models }) } });

describe('state of Ollama', () => {
  let server: Replay | undefined;
  async function serve(routes: ReplayOptions['routes'] = {}): Promise<string> {
    server = await startReplay({ routes });
    return server.url;
  }
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('lists the chat models of the recording, with what is loaded', async () => {
    const url = await serve();
    const status = await connect(url).ollama.status(never);
    assert.deepEqual([status.state, status.address, status.version], ['ready', url, '0.0.0']);
    assert.deepEqual(
      status.models.map(({ name, loaded, contextTokens }) => [name, loaded, contextTokens]),
      [
        ['smol135-shape:latest', false, 8192],
        ['own-tiny:latest', false, 4096],
        ['127.0.0.1:11598/library/tiny:latest', false, 4096],
        ['tiny-random:latest', true, 4096],
      ],
    );
  });

  it('is asked for once by all who ask at the same moment, and goes on for those who stay', async () => {
    const url = await serve(tags({ name: 'a:latest', digest: '1' }));
    const { ollama } = connect(url);
    const leaving = new AbortController();
    const left = ollama.status(leaving.signal);
    const stayed = [ollama.status(never), ollama.status(never)];
    leaving.abort();
    await assert.rejects(left, { code: 'cancelled' });
    for (const status of await Promise.all(stayed)) assert.equal(status.state, 'ready');
    assert.equal(server?.requests.filter(({ path }) => path === '/api/tags').length, 1);
    await ollama.status(never);
    assert.equal(server?.requests.filter(({ path }) => path === '/api/tags').length, 2);
  });

  it('asks about each model once where the list does not tell', async () => {
    const url = await serve(tags({ name: 'a:latest', digest: '1' }, { name: 'b:latest', digest: '2' }));
    const { ollama } = connect(url);
    const first = await ollama.status(never);
    const second = await ollama.status(never);
    assert.deepEqual(second, first);
    assert.deepEqual(
      first.models.map(({ name, contextTokens, capabilities }) => [name, contextTokens, capabilities]),
      [
        ['a:latest', 4096, ['completion']],
        ['b:latest', 4096, ['completion']],
      ],
    );
    assert.equal(server?.requests.filter(({ path }) => path === '/api/show').length, 2);
  });

  it('leaves out embedding models of servers that know no capabilities', async () => {
    const url = await serve({
      ...tags({ name: 'a', details: { family: 'llama' } }, { name: 'b', details: { family: 'nomic-bert' } }),
      'POST /api/show': { status: 500, body: '{"error":"no"}' },
    });
    const { models } = await connect(url).ollama.status(never);
    assert.deepEqual(
      models.map(({ name }) => name),
      ['a'],
    );
  });

  it('leaves out models that Ollama forwards to another host', async () => {
    const cloud = { capabilities: ['completion'], details: { context_length: 9 } };
    const url = await serve(
      tags({ name: 'gpt-oss:20b-cloud', ...cloud }, { name: 'mine', remote_host: 'https://x', ...cloud }),
    );
    assert.equal((await connect(url).ollama.status(never)).state, 'no_model');
  });

  const states: [string, ReplayOptions['routes'], ModelState][] = [
    ['no model', tags(), 'no_model'],
    ['a list of null', { 'GET /api/tags': { body: '{"models":null}' } }, 'no_model'],
    [
      'embedding models alone',
      tags({ name: 'e', capabilities: ['embedding'], details: { context_length: 9 } }),
      'no_model',
    ],
    ['an old version', version('0.3.14'), 'too_old'],
    ['the version before the oldest', version('0.5.13-rc1'), 'too_old'],
    ['the oldest version', version('0.6.0'), 'ready'],
    ['a later one', version('1.0.0'), 'ready'],
    ['a version of no known form', version('main'), 'ready'],
    ['a web page', { 'GET /api/version': { type: 'text/html', body: '<html>' } }, 'wrong_address'],
    ['another server', { 'GET /api/version': 'wrong-path' }, 'wrong_address'],
    ['other JSON', { 'GET /api/version': { body: '[]' } }, 'wrong_address'],
    [
      'a redirect',
      { 'GET /api/version': { status: 301, headers: { location: 'https://192.0.2.1/x' } } },
      'wrong_address',
    ],
    ['no HTTP at all', { 'GET /api/version': { hold: 'cut' } }, 'wrong_address'],
    ['a fault', { 'GET /api/version': { status: 500, body: '{"error":"x"}' } }, 'failed'],
    ['a proxy without its server', { 'GET /api/version': { status: 502, type: 'text/html' } }, 'failed'],
    ['a sign-in', { 'GET /api/version': { status: 401, type: 'text/plain' } }, 'failed'],
  ];
  for (const [what, routes, state] of states) {
    it(`is ${state} at ${what}`, async () => {
      const status = await connect(await serve(routes)).ollama.status(never);
      assert.equal(status.state, state);
      assert.equal(status.message === undefined, state === 'ready');
    });
  }

  it('tells not running from not installed', async () => {
    const url = await serve();
    await server?.stop();
    server = undefined;
    assert.equal((await connect(url).ollama.status(never)).state, 'not_running');
    const missing = connect(url, { isInstalled: async () => false });
    assert.equal((await missing.ollama.status(never)).state, 'not_installed');
  });

  it('is wrong_address where no machine has the name', async () => {
    const host = 'no-such-machine.invalid';
    // No deadline: some resolvers take their time to say no.
    const { after } = manualClock();
    const { ollama } = connect(`http://${host}`, { settings: { allowedHosts: [host] }, after });
    const status = await ollama.status(never);
    assert.equal(status.state, 'wrong_address');
    assert.match(status.hint ?? '', /no-such-machine\.invalid/);
  });

  it('is wrong_address where https is asked of a server that speaks http', async () => {
    const url = await serve();
    const status = await connect(url.replace('http:', 'https:')).ollama.status(never);
    assert.equal(status.state, 'wrong_address');
    assert.match(status.hint ?? '', /with http\./);
  });

  it('is wrong_address where the setting is no address, and keeps its password to itself', async () => {
    const status = await connect('http://me:secret@bo x').ollama.status(never);
    assert.equal(status.state, 'wrong_address');
    assert.doesNotMatch(JSON.stringify(status), /secret/);
  });

  it('is host_not_allowed before anything is sent', async () => {
    const { ollama, ledger } = connect('http://192.0.2.1:11434');
    assert.equal((await ollama.status(never)).state, 'host_not_allowed');
    assert.deepEqual(ledger, []);
  });

  it('is failed after 2 s of silence', async () => {
    const clock = manualClock();
    const url = await serve({ 'GET /api/version': { hold: 'silent' } });
    const status = connect(url, { after: clock.after }).ollama.status(never);
    await clock.pass(2000);
    assert.equal((await status).state, 'failed');
  });

  it('throws only where it is stopped', async () => {
    const stop = new AbortController();
    server = await startReplay({
      routes: { 'GET /api/version': { hold: 'silent' } },
      onRequest: () => stop.abort(),
    });
    await assert.rejects(connect(server.url).ollama.status(stop.signal), { code: 'cancelled' });
    await server.closed;
  });

  it('sends the name and password of the address as a header, and shows neither', async () => {
    const url = await serve();
    const { ollama, ledger } = connect(url.replace('//', '//me:secret@'));
    const status = await ollama.status(never);
    assert.equal(status.state, 'ready');
    assert.equal(
      server?.requests[0]?.headers.authorization,
      `Basic ${Buffer.from('me:secret').toString('base64')}`,
    );
    assert.doesNotMatch(JSON.stringify([status, ledger]), /secret/);
  });
});

describe('words for the state', () => {
  const status = { address: 'http://127.0.0.1:11434', models: [] };
  const far = { address: 'http://box:11434', models: [] };
  const table: [Parameters<typeof wordsOf>[0], string, string | undefined][] = [
    [{ ...status, state: 'not_installed' }, 'Ollama is not installed', 'Get Ollama'],
    [{ ...status, state: 'not_running' }, 'Ollama is not running', 'Start Ollama'],
    [{ ...far, state: 'not_running' }, 'Ollama is not running', 'Change address'],
    [{ ...status, state: 'no_model' }, 'No model yet', 'Pull qwen3:4b (2.5 GB)'],
    [
      { ...status, state: 'too_old', version: '0.3.14' },
      'Ollama 0.3 is too old, 0.6 or later is needed',
      'Update Ollama',
    ],
    [{ ...far, state: 'wrong_address' }, 'Nothing like Ollama at http://box:11434', 'Change address'],
    [{ ...far, state: 'host_not_allowed' }, 'box:11434 is not allowed yet', 'Allow box:11434'],
    [{ ...status, state: 'failed' }, 'Ollama does not answer as it should', undefined],
  ];
  for (const [given, word, button] of table) {
    it(`says "${word}", ${button ?? 'no button'}`, () => {
      const { word: said, action } = wordsOf(given);
      assert.deepEqual([said, action?.label], [word, button]);
    });
  }

  it('says the name of the model where all is well', () => {
    assert.deepEqual(wordsOf({ ...status, state: 'ready' }, 'qwen3:4b'), { word: 'qwen3:4b' });
  });
});
