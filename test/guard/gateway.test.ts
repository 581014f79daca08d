import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createGateway } from '../../runtime/guard/gateway.ts';
import { isAllowedHost, isLoopback } from '../../runtime/guard/gatewayHosts.ts';
import { keepLoopbackDirect } from '../../runtime/guard/gatewayProxy.ts';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { LedgerEntry } from '../../runtime/types/database.ts';
import { type Replay, type ReplayOptions, startReplay } from '../support/ollama/replay.ts';

const isCode = (code: string) => (error: unknown) => ZoeyError.is(error) && error.code === code;

describe('gateway: which hosts', () => {
  const local = [
    'http://127.0.0.1:11434/',
    'http://127.8.9.10/',
    'http://localhost:1/',
    'http://LOCALHOST/',
    'https://[::1]:8443/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://１２７.0.0.1/',
  ];
  const elsewhere = [
    'http://localhost.evil.com/',
    'http://127.0.0.1.evil.com/',
    'http://evil.com/127.0.0.1',
    'http://evil.com#@127.0.0.1/',
    'http://evil.com\\@127.0.0.1/',
    'http://127.0.0.1.nip.io/',
    'http://0.0.0.0/',
    'http://128.0.0.1/',
    'http://[::ffff:8.8.8.8]/',
    'http://[::ffff:8.127.0.1]/',
    'http://[::]/',
    'http://192.168.1.5/',
    'http://localhost./',
  ];
  for (const address of local) {
    it(`takes ${address} for this machine`, () => assert.equal(isLoopback(new URL(address)), true));
  }
  for (const address of elsewhere) {
    it(`takes ${address} for another machine`, () => assert.equal(isLoopback(new URL(address)), false));
  }

  it('takes no host for this machine that is not 127/8, ::1 or localhost', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.ipV4().map((ip) => `http://${ip}/`),
        ),
        (address) => {
          const { hostname } = new URL(address);
          assert.equal(isLoopback(new URL(address)), /^127\.\d+\.\d+\.\d+$|^localhost$/.test(hostname));
        },
      ),
    );
  });

  const allowed = [
    'box',
    'Gpu.Example.com:11434',
    '10.0.0.7',
    'fe80::1',
    '[fd00::2]:80',
    'user@trick',
    'a/b',
    '',
  ];
  const table: [string, boolean][] = [
    ['http://box/', true],
    ['https://box:9999/', true],
    ['http://box.evil.com/', false],
    ['http://notbox/', false],
    ['http://gpu.example.com:11434/', true],
    ['http://gpu.example.com/', false],
    ['http://sub.gpu.example.com:11434/', false],
    ['http://10.0.0.7:1/', true],
    ['http://10.0.0.70/', false],
    ['http://[fe80::1]/', true],
    ['http://[fd00::2]/', true],
    ['https://[fd00::2]/', false],
    ['http://trick/', false],
    ['http://a/', false],
  ];
  for (const [address, expected] of table) {
    it(`${expected ? 'allows' : 'refuses'} ${address} by the list`, () =>
      assert.equal(isAllowedHost(new URL(address), allowed), expected));
  }
});

describe('gateway: the proxy of the environment', () => {
  const added = 'localhost,127.0.0.1,[::1]';
  const table: [string, NodeJS.ProcessEnv, string[], string | undefined][] = [
    ['is not thought of where Node does not', { HTTP_PROXY: 'http://p' }, [], undefined],
    ['is not used for this machine', { NODE_USE_ENV_PROXY: '1' }, [], added],
    ['is not used for this machine, by flag', {}, ['--use-env-proxy'], added],
    ['is not used for this machine, by options', { NODE_OPTIONS: '--x --use-env-proxy' }, [], added],
    ['keeps its exceptions', { NODE_USE_ENV_PROXY: '1', NO_PROXY: 'a, b' }, [], `a,b,${added}`],
    ['reads the lower-case name first', { NODE_USE_ENV_PROXY: '1', NO_PROXY: 'a', no_proxy: '' }, [], added],
    ['is off where it is off for all', { NODE_USE_ENV_PROXY: '1', no_proxy: '*' }, [], '*'],
  ];
  for (const [what, env, flags, expected] of table) {
    it(what, () => {
      keepLoopbackDirect(env, flags);
      assert.equal(env.no_proxy, expected);
    });
  }

  it('leaves out whichever address of this machine is asked', () => {
    const env: NodeJS.ProcessEnv = { NODE_USE_ENV_PROXY: '1' };
    keepLoopbackDirect(env, [], '127.0.0.2');
    keepLoopbackDirect(env, [], '127.0.0.3');
    assert.equal(env.no_proxy, 'localhost,127.0.0.1,[::1],127.0.0.2,127.0.0.3');
  });
});

describe('gateway: requests', () => {
  let server: Replay | undefined;
  let ledger: LedgerEntry[];
  const open = (allowedHosts: string[] = []) =>
    createGateway({ record: (entry) => ledger.push(entry) }).open({ purpose: 'test', allowedHosts });
  async function serve(routes: ReplayOptions['routes'] = {}, onRequest = () => {}): Promise<Replay> {
    server = await startReplay({ routes, onRequest });
    return server;
  }
  beforeEach(() => {
    ledger = [];
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  for (const address of ['http://192.0.2.1/', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'no address']) {
    it(`sends nothing to ${address}`, async () => {
      await assert.rejects(open()(address), isCode('host_not_allowed'));
      assert.deepEqual(ledger, []);
    });
  }

  it('sends nothing where the address holds a name and a password', async () => {
    const { url, requests } = await serve();
    await assert.rejects(open()(url.replace('//', '//me:secret@')), isCode('host_not_allowed'));
    assert.deepEqual(requests, []);
  });

  it('writes one entry for a request, without its query and its content', async () => {
    const { url } = await serve({ 'POST /api/chat': { body: '"heard"' } });
    const response = await open()(`${url}/api/chat?key=secret`, { method: 'POST', body: '"zählen"' });
    assert.equal(ledger.length, 0, 'the entry waits for the last byte');
    assert.equal(await response.json(), 'heard');
    assert.equal(ledger.length, 1);
    const [first] = ledger;
    assert.deepEqual(first, {
      id: first?.id,
      at: first?.at,
      ms: first?.ms,
      method: 'POST',
      url: `${url}/api/chat`,
      purpose: 'test',
      status: 200,
      bytesOut: 9,
      bytesIn: 7,
    });
    assert.doesNotMatch(JSON.stringify(ledger), /secret|heard|hlen/);
  });

  it('hands a redirect back and does not follow it', async () => {
    const other = await serve();
    const first = await startReplay({
      routes: { 'GET /': { status: 302, headers: { location: `${other.url}/stolen` } } },
    });
    const response = await open()(`${first.url}/`);
    await response.text();
    await first.stop();
    assert.equal(response.status, 302);
    assert.deepEqual(other.requests, []);
    assert.deepEqual(
      ledger.map((entry) => entry.status),
      [302],
    );
  });

  it('keeps no cookie', async () => {
    const { url, requests } = await serve({ 'GET /': { headers: { 'set-cookie': 'a=b' }, body: '1' } });
    const fetch = open();
    await (await fetch(`${url}/`)).text();
    await (await fetch(`${url}/`)).text();
    assert.deepEqual(
      requests.map(({ headers }) => headers.cookie),
      [undefined, undefined],
    );
  });

  it('writes an entry with status 0 where nobody answers', async () => {
    const { url, stop } = await serve();
    await stop();
    server = undefined;
    await assert.rejects(open()(`${url}/api/tags`));
    assert.deepEqual(
      ledger.map(({ status, url: at }) => [status, at]),
      [[0, `${url}/api/tags`]],
    );
  });

  it('writes an entry with status 0 where the request is aborted before an answer', async () => {
    const abort = new AbortController();
    const { url, closed } = await serve({ 'GET /api/tags': { hold: 'silent' } }, () => abort.abort());
    await assert.rejects(open()(`${url}/api/tags`, { signal: abort.signal }), { name: 'AbortError' });
    await closed;
    assert.deepEqual(
      ledger.map((entry) => entry.status),
      [0],
    );
  });

  it('writes one entry with what came where the request is aborted in the middle, read or not', async () => {
    const { url, closed } = await serve({ 'GET /api/tags': { body: 'half', hold: 'open' } });
    const abort = new AbortController();
    const response = await open()(`${url}/api/tags`, { signal: abort.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    abort.abort();
    await closed;
    await assert.rejects(async () => reader?.read());
    assert.deepEqual(
      ledger.map(({ status, bytesIn }) => [status, bytesIn]),
      [[200, 4]],
    );
  });

  it('writes an entry where the connection breaks', async () => {
    const { url } = await serve({ 'GET /api/tags': { body: 'half', hold: 'cut' } });
    const response = await open()(`${url}/api/tags`);
    await assert.rejects(response.text());
    assert.equal(ledger.length, 1);
  });

  it('reaches a host that is on the list', async () => {
    const { url } = await serve();
    const port = new URL(url).port;
    // 0.0.0.0 stands in for another host: it is not loopback by rule, and is there on this machine.
    const address = `http://0.0.0.0:${port}/api/version`;
    await assert.rejects(open()(address), isCode('host_not_allowed'));
    const response = await open([`0.0.0.0:${port}`])(address);
    await response.text();
    assert.equal(response.status, 200);
  });
});
