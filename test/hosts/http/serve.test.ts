import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { serve } from '../../../runtime/hosts/cli/serve.ts';
import { joinMemory } from '../../../runtime/hosts/owner/join.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { CommandLine, zoey } from '../../support/hosts/commandLine.ts';
import { createFakeRuntime, readEvents, readLines } from '../../support/hosts/fakeRuntime.ts';
import { EVENTS } from '../../support/hosts/http.ts';
import { testCaller } from '../../support/hosts/invokes.ts';
import { Member } from '../../support/hosts/members.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';
import { collectEvents } from '../../support/hosts/sse.ts';

interface Started {
  url: string;
  tokenFile: string;
}

const post = ({ url, tokenFile }: Started, name: string, input: unknown = {}, headers: object = {}) =>
  fetch(`${url}/v1/functions/${name}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${fs.readFileSync(tokenFile, 'utf8').trim()}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(input),
  });

describe('zoey serve', () => {
  let storage: string;
  let running: CommandLine[];

  beforeEach(() => {
    storage = emptyFolder();
    running = [];
  });

  afterEach(async () => {
    for (const program of running) program.signal('SIGKILL');
    await Promise.all(running.map((program) => program.ended()));
  });

  const start = async (...args: string[]) => {
    const program = new CommandLine(['serve', '--storage', storage, ...args]);
    running.push(program);
    await program.until(({ out }) => out.includes('\n'));
    return { program, ...(JSON.parse(program.out) as Started) };
  };
  const events = () => readEvents(path.join(storage, 'events.jsonl')).map(({ event }) => event);

  it('tells in one line where it listens and where the token is, and nothing else', async () => {
    const { program, url, tokenFile } = await start();
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(tokenFile, path.join(storage, 'http.token'));
    assert.equal((await fetch(`${url}/health`)).status, 200);
    assert.equal((await fetch(`${url}/v1/functions`)).status, 401);
    assert.equal((await post({ url, tokenFile }, 'status')).status, 200);
    assert.deepEqual([program.out, program.err], [`${JSON.stringify({ url, tokenFile })}\n`, '']);
  });

  it('makes a token that this person alone can read, and keeps it', async () => {
    const first = await start();
    const token = fs.readFileSync(first.tokenFile, 'utf8');
    assert.match(token, /^[\w-]{43}\n$/);
    if (process.platform !== 'win32') assert.equal(fs.statSync(first.tokenFile).mode & 0o777, 0o600);
    const second = await start();
    assert.equal(fs.readFileSync(second.tokenFile, 'utf8'), token);
    assert.equal((await post(second, 'status')).status, 200);
  });

  it('takes a token from a file, and says when others can read that', async () => {
    const file = path.join(storage, 'mine');
    fs.writeFileSync(file, 'my-own-token-0123456789\n', { mode: 0o644 });
    const { program, url, tokenFile } = await start('--token-file', file);
    assert.equal(tokenFile, file);
    assert.equal((await post({ url, tokenFile }, 'status')).status, 200);
    if (process.platform !== 'win32') assert.match(program.err, /warn Others on this machine can read/);
    assert.equal(fs.existsSync(path.join(storage, 'http.token')), false);
  });

  for (const [what, content] of [
    ['is missing', undefined],
    ['is empty', ''],
    ['holds too short a token', 'secret'],
    ['holds more than a token', 'my-own-token-0123456789\nmore\n'],
  ] as const) {
    it(`does not start where the token file ${what}`, async () => {
      const file = path.join(storage, 'mine');
      if (content !== undefined) fs.writeFileSync(file, content, { mode: 0o600 });
      const { status, out, err } = await zoey(['serve', '--storage', storage, '--token-file', file]);
      assert.deepEqual([status, out], [1, '']);
      assert.match(err, /^zoey: The token file ".+" (cannot be read|holds no token)/m);
    });
  }

  it('says plainly that others can reach it, where they can', async () => {
    const { program, url } = await start('--host', '0.0.0.0');
    assert.match(program.err, /^zoey: listening on 0\.0\.0\.0: other machines can reach this server\./);
    assert.equal((await fetch(`http://127.0.0.1:${new URL(url).port}/health`)).status, 200);
  });

  it('does not start where it cannot listen', async () => {
    const { url } = await start();
    const taken = await zoey(['serve', '--storage', storage, '--port', new URL(url).port]);
    assert.deepEqual([taken.status, taken.out], [1, '']);
    assert.match(taken.err, /^zoey: The server cannot listen: .*EADDRINUSE/m);
    const nowhere = await zoey(['serve', '--storage', storage, '--host', 'no.such.host.invalid']);
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.err, /^zoey: The server cannot listen: /m);
  });

  it('works beside a process that owns the memory, and leaves it the owner', async () => {
    const owner = new Member(storage);
    try {
      await owner.call('status');
      const started = await start();
      assert.equal((await post(started, 'memory.add', { id: 'a', text: 'over HTTP' })).status, 200);
      const { result } = await owner.call('memory.list');
      assert.deepEqual(result, { items: [{ id: 'a', text: 'over HTTP' }] });
      assert.equal((await owner.call('status')).role, 'owner');
    } finally {
      await owner.kill();
    }
  });

  it('serves two clients on one room, and mixes nothing', async () => {
    const started = await start();
    const roomId = '0192f0c1-2d3e-7abc-8def-0123456789ab';
    const words = [1, 2].map((client) => Array.from({ length: 200 }, (_, i) => `${client}.${i}`).join(' '));
    const answers = await Promise.all(
      words.map((text) => post(started, 'chat.send', { roomId, text }, EVENTS).then(collectEvents)),
    );
    for (const [client, seen] of answers.entries()) {
      const text = seen
        .map(({ data }) => (data as { delta?: string } | null)?.delta ?? '')
        .join('')
        .trim();
      assert.equal(text, words[client]);
      assert.equal(seen.at(-1)?.event, 'result');
    }
  });

  it('tells a failure to open the memory, to each call and in its log', async () => {
    fs.writeFileSync(path.join(storage, 'refuse'), '');
    const { program, ...started } = await start();
    const response = await post(started, 'status');
    assert.equal(response.status, 500);
    assert.equal(((await response.json()) as { error: { code: string } }).error.code, 'storage_corrupt');
    assert.match(program.err, /error The memory did not open: The memory is damaged\./);
    fs.rmSync(path.join(storage, 'refuse'));
    assert.equal((await post(started, 'status')).status, 200);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends at ${signal} when its calls are done`, async () => {
      const { program, ...started } = await start();
      fs.writeFileSync(path.join(storage, 'hold'), '');
      const held = post(started, 'memory.add', { id: 'a', text: 'kept' });
      while (!events().includes('held')) await new Promise((resolve) => setImmediate(resolve));
      program.signal(signal);
      await assert.rejects(async () => {
        while ((await fetch(`${started.url}/health`)).ok);
      }, TypeError);
      fs.rmSync(path.join(storage, 'hold'));
      assert.deepEqual(await (await held).json(), { id: 'a' });
      const { status, err } = await program.ended();
      assert.deepEqual([status, err], [0, '']);
      assert.deepEqual(readLines(path.join(storage, 'lines.jsonl')), [{ id: 'a', text: 'kept' }]);
      assert.deepEqual(events(), ['open', 'held', 'close']);
      assert.equal(fs.existsSync(path.join(storage, 'owner.lock')), false);
    });
  }

  it('closes the memory under calls that do not end, which hear the last word', async () => {
    const memory = joinMemory({
      storageDir: storage,
      open: () => createFakeRuntime({ storageDir: storage, version: '1' }),
      log: silentLog,
    });
    const stopping = new AbortController();
    let line = '';
    let told = () => {};
    const listening = new Promise<void>((resolve) => {
      told = resolve;
    });
    const served = serve({
      memory,
      storageDir: storage,
      host: '127.0.0.1',
      port: 0,
      caller: testCaller,
      log: silentLog,
      version: '1',
      signal: stopping.signal,
      drainMs: 1,
      write: async (text) => {
        line += text;
        told();
      },
      note: async () => {},
    });
    await listening;
    const response = await post(JSON.parse(line) as Started, 'chat.send', { text: 'one wait two' }, EVENTS);
    stopping.abort();
    const seen = await collectEvents(response);
    await served;
    const last = seen.at(-1) ?? assert.fail();
    assert.equal(last.event, 'result');
    assert.equal((last.data as { message: { status: string } }).message.status, 'stopped');
  });

  it('ends with a failure and a line in its log when something breaks that nobody awaits', async () => {
    const { program, ...started } = await start();
    await post(started, 'chat.send', { text: 'crash wait' }, EVENTS).catch(() => {});
    const { status, err } = await program.ended();
    assert.equal(status, 1);
    assert.match(err, /error The server stops: Error: The fake crashed\./);
    assert.deepEqual(events(), ['open', 'speaks', 'close']);
  });
});

describe('zoey functions', () => {
  it('prints a page, a list, or a document for tools', async () => {
    const page = await zoey(['functions']);
    assert.deepEqual([page.status, page.err], [0, '']);
    assert.match(page.out, /^# Functions of Zoey \d/);
    const list = await zoey(['functions', '--json']);
    assert.ok(Array.isArray((JSON.parse(list.out) as { functions: unknown }).functions));
    const document = await zoey(['functions', '--openapi']);
    assert.equal((JSON.parse(document.out) as { openapi: string }).openapi, '3.1.0');
  });
});
