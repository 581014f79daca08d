import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { createLog } from '../../runtime/kernel/log.ts';
import type { GenerateEvent, GenerateParams } from '../../runtime/types/model.ts';
import { manualClock } from '../support/ollama/clock.ts';
import { connect } from '../support/ollama/connect.ts';
import { type MadeUp, type Replay, type ReplayOptions, startReplay } from '../support/ollama/replay.ts';

const CHAT = 'POST /api/chat';
const params: GenerateParams = {
  model: 'tiny-random',
  messages: [{ role: 'user', content: 'Where is the parser?' }],
  contextTokens: 4096,
};
const never = new AbortController().signal;

/** A generation as a whole: thinking and text joined, other events and the failure as they came. */
async function collect(events: AsyncIterable<GenerateEvent>) {
  const told = { loading: 0, thinking: '', text: '', end: [] as GenerateEvent[], failed: '', hint: '' };
  try {
    for await (const event of events) {
      if (event.type === 'loading') told.loading++;
      else if (event.type === 'end') told.end.push(event);
      else told[event.type] += event.delta;
    }
  } catch (error) {
    assert.ok(ZoeyError.is(error), String(error));
    told.failed = error.code;
    told.hint = error.hint;
  }
  return told;
}

describe('answers of Ollama', () => {
  let server: Replay | undefined;
  async function serve(chat: string | MadeUp | (string | MadeUp)[], options: ReplayOptions = {}) {
    server = await startReplay({ ...options, routes: { ...options.routes, [CHAT]: chat } });
    return server;
  }
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  const chats = () =>
    (server?.requests ?? []).filter(({ path }) => path === '/api/chat').map(({ body }) => body);

  const recorded: [string, { thinking?: string; text: RegExp; end?: 'stop' | 'length'; failed?: string }][] =
    [
      ['chat-stream', { text: /\S/, end: 'length' }],
      ['s-chat-think-false', { text: /parser/, end: 'stop' }],
      ['s-chat-thinking-stream', { thinking: 'The user asks', text: /parser/, end: 'stop' }],
      ['s-chat-think-default', { thinking: 'The user asks', text: /parser/, end: 'stop' }],
      [
        's-chat-thinking-cut-by-length',
        { thinking: 'The user asks', text: /^$/, failed: 'model_empty_answer' },
      ],
      ['s-chat-think-then-tool', { thinking: 'The user asks', text: /^$/, failed: 'model_empty_answer' }],
      ['s-chat-tool-stream', { text: /^$/, failed: 'model_empty_answer' }],
      ['s-chat-tool-malformed', { text: /^$/, failed: 'model_empty_answer' }],
      ['s-chat-midstream-error', { text: /^The parser lives in/, failed: 'model_stopped' }],
      ['chat-runner-killed-midstream', { text: /w16458/, failed: 'model_stopped' }],
      ['s-chat-silent-eof-no-done', { text: /^The parser lives in/, failed: 'model_stopped' }],
      ['chat-token-repeat-abort-no-done', { text: /^$/, failed: 'model_stopped' }],
      ['chat-404', { text: /^$/, failed: 'model_not_found' }],
      ['chat-tools-unsupported', { text: /^$/, failed: 'model_unsupported' }],
      ['chat-badjson', { text: /^$/, failed: 'ollama_failed' }],
      ['wrong-path', { text: /^$/, failed: 'ollama_wrong_address' }],
      ['wrong-method', { text: /^$/, failed: 'ollama_wrong_address' }],
    ];
  for (const [name, expected] of recorded) {
    it(`reads the recording ${name}, whole and cut into 1, 3 and 7 bytes, alike`, async () => {
      const all = [];
      const { url } = await serve(name);
      for (const split of [undefined, 1, 3, 7]) {
        all.push(await collect(connect(url, { split }).ollama.generate(params, never)));
      }
      const [told, ...others] = all;
      assert.ok(told);
      for (const other of others) assert.deepEqual(other, told);
      assert.match(told.text, expected.text);
      assert.ok(told.thinking.startsWith(expected.thinking ?? ''));
      assert.equal(told.thinking === '', expected.thinking === undefined);
      assert.equal(told.failed, expected.failed ?? '');
      assert.deepEqual(
        told.end.map((event) => event.type === 'end' && event.reason),
        expected.end ? [expected.end] : [],
      );
    });
  }

  it('tells the cost from the last line', async () => {
    const { url } = await serve('s-chat-think-false');
    const { end } = await collect(connect(url).ollama.generate(params, never));
    assert.deepEqual(end, [
      {
        type: 'end',
        reason: 'stop',
        usage: { promptTokens: 42, outputTokens: 15, tokensPerSecond: 50, contextTokens: 4096 },
      },
    ]);
  });

  it('always sends the context window and how long to stay, and no `think` to a model that cannot', async () => {
    const { url } = await serve('chat-stream');
    const { ollama } = connect(url, { settings: { keepAlive: '-1' } });
    await collect(ollama.generate({ ...params, think: true, maxTokens: 9, temperature: 0.2 }, never));
    assert.deepEqual(chats(), [
      {
        model: 'tiny-random',
        messages: params.messages,
        stream: true,
        keep_alive: -1,
        options: { num_ctx: 4096, num_predict: 9, temperature: 0.2 },
      },
    ]);
  });

  for (const think of [true, false, undefined]) {
    it(`sends think ${think} to a model that can reason`, async () => {
      const { url } = await serve('s-chat-thinking-stream', {
        routes: { 'POST /api/show': 'show-tools-thinking' },
      });
      const asked = { ...params, model: 'scripted', ...(think === undefined ? {} : { think }) };
      await collect(connect(url).ollama.generate(asked, never));
      const [body] = chats();
      assert.equal((body as { think?: boolean }).think, think);
    });
  }

  it('asks once more without `think` where the model cannot reason after all', async () => {
    const { url } = await serve(['chat-think-unsupported', 'chat-stream'], {
      routes: { 'POST /api/show': 'show-tools-thinking' },
    });
    const told = await collect(connect(url).ollama.generate({ ...params, think: true }, never));
    assert.equal(told.failed, '');
    assert.deepEqual(
      chats().map((body) => (body as { think?: boolean }).think),
      [true, undefined],
    );
  });

  it('says that a model is loading where it is not in memory, or with another context', async () => {
    const { url } = await serve('chat-stream');
    const { ollama } = connect(url);
    assert.equal((await collect(ollama.generate(params, never))).loading, 0);
    assert.equal((await collect(ollama.generate({ ...params, contextTokens: 2048 }, never))).loading, 1);
    assert.equal((await collect(ollama.generate({ ...params, model: 'other' }, never))).loading, 1);
  });

  it('takes <think> in the text for reasoning', async () => {
    const line = (content: string, done = false) => `${JSON.stringify({ message: { content }, done })}\n`;
    const body = ['<th', 'ink>why', '</thi', 'nk>\n', 'so <think>'].map((text) => line(text)).join('');
    const { url } = await serve({ type: 'application/x-ndjson', body: body + line('', true) });
    const told = await collect(connect(url).ollama.generate(params, never));
    assert.deepEqual([told.thinking, told.text, told.end.length], ['why', 'so <think>', 1]);
  });

  const ndjson = 'application/x-ndjson';
  const half = `${JSON.stringify({ message: { content: 'half' }, done: false })}\n`;
  const madeUp: [string, MadeUp, string][] = [
    [
      'a full queue',
      { status: 503, body: '{"error":"server busy, please try again. maximum pending requests exceeded"}' },
      'model_busy',
    ],
    [
      'too little memory',
      {
        status: 500,
        body: '{"error":"model requires more system memory (9.1 GiB) than is available (3.2 GiB)"}',
      },
      'model_load_failed',
    ],
    [
      'a runner that does not start',
      { status: 500, body: '{"error":"llama runner process has terminated: exit status 2"}' },
      'model_load_failed',
    ],
    ['another fault of the server', { status: 500, body: '{"error":"strange"}' }, 'ollama_failed'],
    ['a gateway without its server', { status: 502, type: 'text/html', body: '<html>' }, 'ollama_failed'],
    ['a sign-in', { status: 401, type: 'text/plain', body: 'no' }, 'ollama_failed'],
    ['a page', { type: 'text/html', body: '<html>' }, 'ollama_wrong_address'],
    ['a redirect', { status: 302, headers: { location: 'http://192.0.2.1/' } }, 'ollama_wrong_address'],
    ['a line that is no JSON', { type: ndjson, body: `${half}<html>\n` }, 'model_stopped'],
    ['a line of another shape', { type: ndjson, body: `${half}{"done":"yes"}\n` }, 'model_stopped'],
    ['a line cut off', { type: ndjson, body: `${half}{"message":{"con` }, 'model_stopped'],
    ['a broken connection', { type: ndjson, body: half, hold: 'cut' }, 'model_stopped'],
    ['an error before the first word', { type: ndjson, body: '{"error":"out of luck"}\n' }, 'model_stopped'],
    [
      'nothing but white space',
      { type: ndjson, body: '{"message":{"content":" \\n"},"done":true,"done_reason":"stop"}\n' },
      'model_empty_answer',
    ],
    [
      'reasoning without an end',
      { type: ndjson, body: '{"message":{"content":"<think>well"},"done":true}\n' },
      'model_empty_answer',
    ],
  ];
  for (const [what, answer, code] of madeUp) {
    it(`ends in ${code} at ${what}`, async () => {
      const { url } = await serve(answer);
      const told = await collect(connect(url).ollama.generate(params, never));
      assert.deepEqual([told.failed, told.end.length], [code, 0]);
    });
  }

  it('tells why Ollama stopped half-way, to the person and the log, and no secret', async () => {
    const logged: string[] = [];
    const log = createLog((level, message) => logged.push(`${level}: ${message}`));
    const reason = async (error: string) => {
      const { url, stop } = await startReplay({
        routes: { [CHAT]: { type: ndjson, body: half + JSON.stringify({ error }) } },
      });
      const { hint } = await collect(connect(url, { log }).ollama.generate(params, never));
      await stop();
      return hint;
    };
    const said = 'llama runner process has terminated: exit status 2';
    assert.equal(await reason(said), `Ollama says: ${said}. Go on, or try again.`);
    assert.deepEqual(logged, [`warn: Ollama stopped half-way: ${said}`]);
    assert.doesNotMatch(await reason('at http://me:hunter2@gpu.lan/'), /hunter2/);
    assert.doesNotMatch(logged.join(), /hunter2/);
  });

  it('blames nothing on Ollama that it did not say', async () => {
    for (const body of [`${half}<html>\n`, half]) {
      const { url, stop } = await startReplay({ routes: { [CHAT]: { type: ndjson, body } } });
      const { failed, hint } = await collect(connect(url).ollama.generate(params, never));
      await stop();
      assert.deepEqual(
        [failed, hint],
        ['model_stopped', 'Go on, or try again. The log of Ollama may say why.'],
      );
    }
  });

  it('prints nothing, whatever comes', async () => {
    const printed: unknown[] = [];
    const { log, warn, error } = console;
    console.log = console.warn = console.error = (...all: unknown[]) => printed.push(all);
    try {
      for (const [, answer] of madeUp) {
        const { url, stop } = await startReplay({ routes: { [CHAT]: answer } });
        await collect(connect(url).ollama.generate(params, never));
        await stop();
      }
    } finally {
      Object.assign(console, { log, warn, error });
    }
    assert.deepEqual(printed, []);
  });

  it('tells a server that is not running from one that is not installed', async () => {
    const { url, stop } = await serve('chat-stream');
    await stop();
    server = undefined;
    assert.equal((await collect(connect(url).ollama.generate(params, never))).failed, 'ollama_not_running');
    const missing = connect(url, { isInstalled: async () => false });
    assert.equal((await collect(missing.ollama.generate(params, never))).failed, 'ollama_not_installed');
  });

  it('sends nothing to a host that is not allowed', async () => {
    const { ollama, ledger } = connect('http://192.0.2.1:11434');
    assert.equal((await collect(ollama.generate(params, never))).failed, 'host_not_allowed');
    assert.deepEqual(ledger, []);
  });

  it('refuses a model that Ollama forwards to another host', async () => {
    const { url } = await serve('chat-stream', {
      routes: {
        'POST /api/show': { body: '{"remote_host":"https://ollama.com:443","capabilities":["completion"]}' },
      },
    });
    for (const model of ['gpt-oss:120b-cloud', 'renamed']) {
      const told = await collect(connect(url).ollama.generate({ ...params, model }, never));
      assert.equal(told.failed, 'model_unsupported');
    }
    assert.deepEqual(chats(), []);
  });

  it('answers without knowing the model where the server does not tell', async () => {
    const { url } = await serve('chat-stream', {
      routes: { 'GET /api/ps': { status: 500, body: '{"error":"no"}' } },
    });
    assert.equal((await collect(connect(url).ollama.generate(params, never))).failed, '');
  });

  it('gives up the questions beforehand after 2 s, the first word after 5 min', async () => {
    const clock = manualClock();
    const deadlines: Record<string, number> = { '/api/ps': 2000, '/api/chat': 300_000 };
    const { url, closed } = await serve(
      { hold: 'silent' },
      {
        routes: { 'GET /api/ps': { hold: 'silent' } },
        onRequest: (path) => clock.pass(deadlines[path] ?? 0),
      },
    );
    const told = await collect(connect(url, { after: clock.after }).ollama.generate(params, never));
    assert.deepEqual([told.failed, chats().length], ['timed_out', 1]);
    await closed;
  });

  it('gives up after 60 s without a word in the middle, and keeps what came', async () => {
    const { url } = await serve({ type: ndjson, body: half, hold: 'open' });
    const clock = manualClock();
    const told = collect(connect(url, { after: clock.after }).ollama.generate(params, never));
    await clock.pass(60_000);
    assert.deepEqual([(await told).failed, (await told).text], ['timed_out', 'half']);
  });

  it('leaves no deadline running, and lets the reader take its time', async () => {
    const { url } = await serve('chat-stream');
    let running = 0;
    const after = () => {
      running++;
      return () => running--;
    };
    for await (const event of connect(url, { after }).ollama.generate(params, never)) {
      if (event.type === 'text') assert.equal(running, 0);
    }
    assert.equal(running, 0);
  });

  it('closes the socket and ends in `cancelled` when stopped in the middle', async () => {
    const { url, closed } = await serve({ type: ndjson, body: half, hold: 'open' });
    const stop = new AbortController();
    const events = connect(url).ollama.generate(params, stop.signal);
    assert.deepEqual(await events.next(), { done: false, value: { type: 'text', delta: 'half' } });
    const next = events.next();
    stop.abort();
    await assert.rejects(next, (error) => ZoeyError.is(error) && error.code === 'cancelled');
    await closed;
  });

  it('closes the socket when stopped before the first word, while the model loads', async () => {
    const stop = new AbortController();
    const { url, closed } = await serve(
      { hold: 'silent' },
      { onRequest: (path) => path === '/api/chat' && stop.abort() },
    );
    assert.equal((await collect(connect(url).ollama.generate(params, stop.signal))).failed, 'cancelled');
    await closed;
  });

  it('closes the socket when the reader leaves early', async () => {
    const { url, closed } = await serve({ type: ndjson, body: half, hold: 'open' });
    for await (const _ of connect(url).ollama.generate(params, never)) break;
    await closed;
  });

  it('asks nothing where it is stopped already', async () => {
    const { url, requests } = await serve('chat-stream');
    const told = await collect(connect(url).ollama.generate(params, AbortSignal.abort()));
    assert.deepEqual([told.failed, requests.length], ['cancelled', 0]);
  });

  it('leaves one entry a request in the ledger, without content', async () => {
    const { url } = await serve('chat-stream');
    const { ollama, ledger } = connect(url);
    await collect(ollama.generate(params, never));
    assert.deepEqual(
      ledger
        .map(
          ({ method, url: at, purpose, status }) => `${method} ${at.replace(url, '')} ${purpose} ${status}`,
        )
        .sort(),
      ['GET /api/ps model state 200', 'POST /api/chat chat 200', 'POST /api/show model state 200'],
    );
    assert.doesNotMatch(JSON.stringify(ledger), /parser/);
  });

  it('preloads with the same context window, and nothing to answer', async () => {
    const { url } = await serve('chat-load-only');
    await connect(url).ollama.preload('tiny-random', 4096, never);
    assert.deepEqual(chats(), [
      { model: 'tiny-random', messages: [], stream: false, keep_alive: '10m', options: { num_ctx: 4096 } },
    ]);
  });

  it('fails to preload a model that is not there', async () => {
    const { url } = await serve('chat-404');
    await assert.rejects(
      connect(url).ollama.preload('nope', 4096, never),
      (error) => ZoeyError.is(error) && error.code === 'model_not_found',
    );
  });
});
