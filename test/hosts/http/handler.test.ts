import assert from 'node:assert/strict';
import path from 'node:path';
import { build } from 'esbuild';
import { createFetchHandler } from '../../../runtime/hosts/http/handler.ts';
import { DEFAULT_LIMITS } from '../../../runtime/hosts/http/limits.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { createLog, silentLog } from '../../../runtime/kernel/log.ts';
import type { Invoke } from '../../../runtime/protocol/rpc.ts';
import { ErrorCode } from '../../../runtime/types/errors.ts';
import { MAX_TEXT } from '../../../runtime/types/primitives.ts';
import { EVENTS, serveHttp, TOKEN } from '../../support/hosts/http.ts';
import { answering, testCaller } from '../../support/hosts/invokes.ts';

// Literals: clients tell cases apart by them.
const STATUS: Record<ErrorCode, number> = {
  invalid_input: 400,
  unauthorized: 401,
  untrusted: 403,
  refused: 403,
  host_not_allowed: 403,
  not_found: 404,
  model_not_found: 404,
  conflict: 409,
  model_unsupported: 422,
  rate_limited: 429,
  cancelled: 499,
  internal: 500,
  unusable_answer: 422,
  plugin_failed: 500,
  storage_read_only: 500,
  storage_corrupt: 500,
  storage_newer: 500,
  storage_failed: 500,
  storage_unauthorized: 500,
  storage_misconfigured: 500,
  ollama_wrong_address: 502,
  ollama_too_old: 502,
  ollama_failed: 502,
  model_load_failed: 502,
  model_stopped: 502,
  model_empty_answer: 502,
  pull_failed: 502,
  embedding_failed: 502,
  ollama_not_installed: 503,
  ollama_not_running: 503,
  no_model: 503,
  model_busy: 503,
  storage_busy: 503,
  storage_unreachable: 503,
  server_stopped: 503,
  timed_out: 504,
  storage_full: 507,
};

const echo: Invoke = answering((name, input, { caller }) => ({ name, input, caller }));

describe('the HTTP handler', () => {
  it('needs nothing of Node, so that it runs wherever requests are served', async () => {
    const { metafile } = await build({
      entryPoints: [path.join(__dirname, '../../../runtime/hosts/http/handler.ts')],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'neutral',
      conditions: ['browser'],
      mainFields: ['module', 'main'],
    });
    assert.deepEqual(
      Object.values(metafile.outputs).map(({ imports }) => imports),
      [[]],
    );
  });
  let stop: () => Promise<void> = async () => {};
  const serve = async (...args: Parameters<typeof serveHttp>) => {
    const served = await serveHttp(...args);
    stop = () => served.server.close();
    return served;
  };
  const code = async (response: Response) => {
    const { error } = (await response.json()) as { error: { code: string } };
    return [response.status, error.code];
  };

  afterEach(() => stop());

  it('runs a function with the JSON of the body, and gives its output', async () => {
    const { call } = await serve(echo);
    const response = await call('rooms.list', { limit: 3 });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.deepEqual(await response.json(), { name: 'rooms.list', input: { limit: 3 }, caller: testCaller });
  });

  it('takes an empty body for an empty object', async () => {
    const { request } = await serve(echo);
    const response = await request('/v1/functions/status', { method: 'POST' });
    assert.deepEqual(((await response.json()) as { input: unknown }).input, {});
  });

  it('gives null where a function gives nothing', async () => {
    const { call } = await serve(answering(() => undefined));
    assert.equal(await (await call('status')).text(), 'null');
  });

  it('takes the caller from its own configuration, whatever a request says', async () => {
    const { call } = await serve(echo);
    const forged = { caller: { host: 'editor' }, settings: { ollamaUrl: 'http://evil.test' } };
    const response = await call('status', forged, { headers: { 'x-caller': JSON.stringify(forged) } });
    assert.deepEqual(((await response.json()) as { caller: unknown }).caller, testCaller);
  });

  it('gives the last word of a stream as JSON where events are not asked for', async () => {
    const { call } = await serve(async function* () {
      yield 1;
      yield 2;
      return { done: true };
    });
    for (const accept of ['application/json', '*/*', 'text/event-stream;q=0']) {
      const response = await call('chat.send', {}, { headers: { accept } });
      assert.deepEqual(await response.json(), { done: true }, accept);
    }
  });

  it('answers as JSON where a function does not stream, even if events are asked for', async () => {
    const { call } = await serve(echo);
    const response = await call('status', {}, { headers: EVENTS });
    assert.equal(response.headers.get('content-type'), 'application/json');
  });

  describe('failures', () => {
    for (const name of ErrorCode.options) {
      it(`${name} is ${STATUS[name]}`, async () => {
        const failure = new ZoeyError(name, 'It failed.', { hint: 'Do this.' });
        const { call } = await serve(answering(() => Promise.reject(failure)));
        for (const headers of [{}, EVENTS]) {
          const response = await call('chat.send', {}, { headers });
          assert.equal(response.status, STATUS[name]);
          assert.deepEqual(await response.json(), {
            error: { code: name, message: 'It failed.', hint: 'Do this.', retryable: failure.retryable },
          });
        }
      });
    }

    it('say when to come again, where that helps', async () => {
      const busy = await serve(answering(() => Promise.reject(new ZoeyError('storage_busy', 'Busy.'))));
      assert.equal((await busy.call('status')).headers.get('retry-after'), '1');
      await stop();
      const none = await serve(answering(() => Promise.reject(new ZoeyError('no_model', 'None.'))));
      assert.equal((await none.call('status')).headers.get('retry-after'), null);
    });

    it('that are none of ours are 500, too', async () => {
      const { call } = await serve(answering(() => Promise.reject(new TypeError('x is not a function'))));
      assert.deepEqual(await code(await call('status')), [500, 'internal']);
    });

    it('of the handler itself stand in the log', async () => {
      const lines: string[] = [];
      const broken: Invoke = () => {
        throw new TypeError('broken');
      };
      const handle = createFetchHandler({
        invoke: broken,
        token: TOKEN,
        caller: testCaller,
        version: '1',
        log: createLog((level, message) => lines.push(`${level} ${message}`)),
      });
      const headers = { authorization: `Bearer ${TOKEN}` };
      const request = new Request('http://any.test/v1/functions/status', { method: 'POST', headers });
      assert.deepEqual(await code(await handle(request)), [500, 'internal']);
      assert.ok(lines.some((line) => /^error POST \/v1\/functions\/status: TypeError: broken/.test(line)));
    });

    it('write no line of their own into the log, with a token or without', async () => {
      const lines: string[] = [];
      const log = createLog((level, message) => lines.push(`${level} ${message}`));
      const handle = createFetchHandler({
        invoke: echo,
        token: TOKEN,
        caller: testCaller,
        version: '1',
        log,
      });
      await handle(new Request('http://any.test/x%0Aerror%20forged%1B[2J%E2%80%AE'));
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /^info GET \/x\?error forged\?\[2J\? 401 in \d+ ms$/);
    });

    it('at unknown addresses and by wrong methods', async () => {
      const { request, call } = await serve(echo);
      assert.deepEqual(await code(await call('memory.eat')), [404, 'not_found']);
      assert.deepEqual(await code(await call('__proto__')), [404, 'not_found']);
      assert.deepEqual(await code(await request('/v1/nothing')), [404, 'not_found']);
      const get = await request('/v1/functions/status');
      assert.deepEqual([get.headers.get('allow'), ...(await code(get))], ['POST', 405, 'invalid_input']);
      const post = await request('/openapi.json', {
        method: 'DELETE',
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      assert.deepEqual([post.headers.get('allow'), ...(await code(post))], ['GET', 405, 'invalid_input']);
    });
  });

  describe('the token', () => {
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      TOKEN,
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(0, -1)}`,
      `Bearer x${TOKEN.slice(1)}`,
      `Bearer ${TOKEN} ${TOKEN}`,
      `Bearer ${TOKEN.toUpperCase()}`,
      `Bearer ${'x'.repeat(8000)}`,
    ];
    for (const authorization of wrong) {
      it(`is missing or wrong in "${authorization?.slice(0, 50)}"`, async () => {
        let ran = false;
        const { request } = await serve(
          answering(() => {
            ran = true;
          }),
        );
        const headers = authorization === undefined ? {} : { authorization };
        for (const path of [
          '/v1/functions/status',
          '/v1/functions',
          '/openapi.json',
          '/nothing',
          '/health',
        ]) {
          const response = await request(path, { method: 'POST', headers });
          assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="Zoey"');
          assert.deepEqual(await code(response), [401, 'unauthorized'], path);
        }
        assert.equal(ran, false);
      });
    }

    it('is taken whatever the case of the word before it', async () => {
      const { request } = await serve(echo);
      assert.equal(
        (await request('/v1/functions', { headers: { authorization: `bearer ${TOKEN}` } })).status,
        200,
      );
    });

    for (const token of ['', 'short', 'with blanks in between it', 'ümlaut-0123456789']) {
      it(`cannot be "${token}"`, () => {
        const options = { invoke: echo, token, caller: testCaller, log: silentLog, version: '1' };
        assert.throws(() => createFetchHandler(options), { code: 'invalid_input' });
      });
    }
  });

  describe('GET', () => {
    it('/health needs no token and tells nothing', async () => {
      const { request } = await serve(echo);
      const response = await request('/health', { headers: {} });
      assert.deepEqual([response.status, await response.text()], [200, '{"status":"ok"}']);
    });

    it('/v1/functions lists the functions', async () => {
      const { request } = await serve(echo);
      const { functions } = (await (await request('/v1/functions')).json()) as {
        functions: { name: string }[];
      };
      assert.ok(functions.some(({ name }) => name === 'chat.send'));
    });

    it('/openapi.json tells the same to tools', async () => {
      const { request } = await serve(echo);
      const document = (await (await request('/openapi.json')).json()) as { openapi: string; info: object };
      assert.equal(document.openapi, '3.1.0');
      assert.equal((document.info as { version: string }).version, '1.2.3');
    });
  });

  describe('the body', () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const post = (body: NonNullable<RequestInit['body']>, more: object = {}): RequestInit => ({
      method: 'POST',
      headers: { ...headers, ...more },
      body,
    });
    const PATH = '/v1/functions/memory.add';

    it('must be JSON in UTF-8', async () => {
      const { request } = await serve(echo);
      for (const body of ['{', 'nonsense', Buffer.from([0x22, 0xff, 0x22])]) {
        assert.deepEqual(await code(await request(PATH, post(body))), [400, 'invalid_input']);
      }
    });

    it('must be called so', async () => {
      const { request } = await serve(echo);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
        assert.deepEqual(await code(await request(PATH, post('{}', { 'content-type': type }))), [
          415,
          'invalid_input',
        ]);
      }
      const response = await request(PATH, post('{}', { 'content-type': 'Application/JSON; charset=utf-8' }));
      assert.equal(response.status, 200);
    });

    it('may hold a text of the greatest length, however it is written', async () => {
      const { request } = await serve(answering((_name, input) => (input as { text: string }).text.length));
      for (const text of ['x'.repeat(MAX_TEXT), '語'.repeat(MAX_TEXT), '\\u8a9e'.repeat(MAX_TEXT)]) {
        const response = await request(PATH, post(`{"text":"${text}"}`));
        assert.deepEqual([response.status, await response.json()], [200, MAX_TEXT]);
      }
      assert.equal(DEFAULT_LIMITS.bodyBytes, 1_048_576 + 6 * 200_000);
    });

    it('is refused over the limit, be its length told or not, and taken at it', async () => {
      const { request } = await serve(echo, { limits: { bodyBytes: 100 } });
      const exact = JSON.stringify('x'.repeat(98));
      const over = JSON.stringify('x'.repeat(99));
      assert.equal((await request(PATH, post(exact))).status, 200);
      assert.deepEqual(await code(await request(PATH, post(over))), [413, 'invalid_input']);
      for (const [body, status] of [
        [exact, 200],
        [over, 413],
      ] as const) {
        const streamed = new Blob([body]).stream();
        const response = await request(PATH, { ...post(streamed), duplex: 'half' } as RequestInit);
        assert.equal(response.status, status);
      }
    });

    it('over the limit is not waited for', async () => {
      const { request } = await serve(echo, { limits: { bodyBytes: 100 } });
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          sent += 1;
          if (sent > 200) controller.close();
          else controller.enqueue(Buffer.alloc(10_000, 0x20));
        },
      });
      const response = await request(PATH, { ...post(body), duplex: 'half' } as RequestInit);
      assert.deepEqual(await code(response), [413, 'invalid_input']);
      assert.equal((await request('/health')).status, 200);
    });
  });

  describe('the rate limit', () => {
    it('holds in any window, and says when to come again', async () => {
      let now = 1_000_000;
      const { call, request } = await serve(echo, {
        limits: { requests: 3, windowMs: 10_000 },
        clock: () => now,
      });
      for (let i = 0; i < 3; i++) {
        assert.equal((await call('status')).status, 200);
        now += 1_000;
      }
      const refused = await call('status');
      assert.equal(refused.headers.get('retry-after'), '7');
      assert.deepEqual(await code(refused), [429, 'rate_limited']);
      assert.equal((await request('/health', { headers: {} })).status, 200);
      now += 6_999;
      assert.equal((await call('status')).status, 429);
      now += 1;
      assert.equal((await call('status')).status, 200);
      assert.equal((await call('status')).status, 429);
    });

    it('is not used up by those who have no token', async () => {
      const { call, request } = await serve(echo, { limits: { requests: 1 } });
      for (let i = 0; i < 5; i++) assert.equal((await request('/v1/functions', { headers: {} })).status, 401);
      assert.equal((await call('status')).status, 200);
    });

    it('bounds the calls under way', async () => {
      const running: (() => void)[] = [];
      const { call } = await serve(
        answering(() => new Promise<void>((resolve) => running.push(resolve))),
        { limits: { calls: 2 } },
      );
      const first = [call('status'), call('status')];
      while (running.length < 2) await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(await code(await call('status')), [429, 'rate_limited']);
      for (const finish of running) finish();
      assert.deepEqual(
        (await Promise.all(first)).map(({ status }) => status),
        [200, 200],
      );
      const again = call('status');
      while (running.length < 3) await new Promise((resolve) => setImmediate(resolve));
      running[2]?.();
      assert.equal((await again).status, 200);
    });
  });

  describe('browsers', () => {
    it('get headers that leave them nothing to do with an answer', async () => {
      const { request, call } = await serve(echo);
      for (const response of [
        await request('/health'),
        await call('status'),
        await call('nothing'),
        await request('/v1/functions', { headers: {} }),
      ]) {
        const { headers } = response;
        assert.equal(headers.get('x-content-type-options'), 'nosniff');
        assert.equal(headers.get('cache-control'), 'no-store');
        assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
        assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
        assert.equal(headers.get('referrer-policy'), 'no-referrer');
        assert.equal(headers.get('set-cookie'), null);
      }
    });

    it('are told of no other origin that may call', async () => {
      const { request } = await serve(echo);
      const response = await request('/v1/functions/status', {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
      });
      assert.equal(response.status, 401);
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    });
  });
});
