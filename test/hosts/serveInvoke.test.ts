import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import {
  createMessageConnection,
  type MessageConnection,
  ProgressType,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { NotStarted } from '../../runtime/hosts/failure.ts';
import { remoteInvoke } from '../../runtime/hosts/remoteInvoke.ts';
import { serveInvoke } from '../../runtime/hosts/serveInvoke.ts';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { answering, collect, testCaller } from '../support/hosts/invokes.ts';

/** Two ends of one JSON-RPC connection over real streams. */
function linked(): { client: MessageConnection; server: MessageConnection } {
  const there = new PassThrough();
  const back = new PassThrough();
  const server = createMessageConnection(there, back);
  const client = createMessageConnection(back, there);
  server.listen();
  client.listen();
  return { client, server };
}

const forever = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const stop = () => reject(new ZoeyError('cancelled', 'Stopped.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

const waiting = answering((_name, _input, { signal }) => forever(signal));

describe('zoey/invoke on a connection', () => {
  const options = () => ({ caller: testCaller, signal: new AbortController().signal });
  const raw = { name: 'status', input: {}, caller: testCaller };

  it('looks on the wire as it always did', async () => {
    const { client, server } = linked();
    serveInvoke(server, async function* () {
      yield { type: 'text', delta: 'Hi' };
      return { done: true };
    });
    const progress: unknown[] = [];
    client.onProgress(new ProgressType<unknown>(), 's-1', (value) => {
      progress.push(value);
    });
    const result = await client.sendRequest('zoey/invoke', {
      name: 'chat.send',
      input: { text: 'Hello' },
      stream: 's-1',
      caller: { host: 'editor', settings: {} },
    });
    assert.deepEqual(result, { done: true });
    assert.deepEqual(progress, [{ type: 'text', delta: 'Hi' }]);
  });

  it('passes every chunk in its order, then the output', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 30 }),
        fc.jsonValue(),
        async (chunks, output) => {
          const { client, server } = linked();
          serveInvoke(server, async function* () {
            yield* chunks;
            return output;
          });
          const seen = await collect(remoteInvoke(client)('status', {}, options()));
          assert.deepEqual(JSON.stringify(seen), JSON.stringify({ chunks, output }));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('passes name, input and caller as they are', async () => {
    const { client, server } = linked();
    let seen: unknown;
    serveInvoke(
      server,
      answering((name, input, { caller }) => {
        seen = { name, input, caller };
      }),
    );
    await collect(remoteInvoke(client)('rooms.list', { limit: 3 }, options()));
    assert.deepEqual(seen, { name: 'rooms.list', input: { limit: 3 }, caller: testCaller });
  });

  it('sends no chunk to a caller that names no stream', async () => {
    const { client, server } = linked();
    const unasked: unknown[] = [];
    client.onUnhandledProgress((params) => unasked.push(params));
    serveInvoke(server, async function* () {
      yield 1;
      return 2;
    });
    assert.equal(await client.sendRequest('zoey/invoke', raw), 2);
    assert.deepEqual(unasked, []);
  });

  it('carries an error of ours in data, with a code of JSON-RPC', async () => {
    const { client, server } = linked();
    const failure = new ZoeyError('no_model', 'There is no model.', { hint: 'Pull one.' });
    serveInvoke(
      server,
      answering(() => Promise.reject(failure)),
    );
    await assert.rejects(client.sendRequest('zoey/invoke', raw), (error) => {
      assert.ok(error instanceof ResponseError);
      assert.equal(error.code, -32803);
      assert.deepEqual(error.data, {
        code: 'no_model',
        message: 'There is no model.',
        hint: 'Pull one.',
        retryable: false,
      });
      return true;
    });
    await assert.rejects(collect(remoteInvoke(client)('status', {}, options())), (error) => {
      assert.ok(ZoeyError.is(error));
      assert.deepEqual([error.code, error.hint], ['no_model', 'Pull one.']);
      return true;
    });
  });

  it('turns what is none of ours into an error that is', async () => {
    const { client, server } = linked();
    const failure = new TypeError('x is not a function');
    serveInvoke(
      server,
      answering(() => Promise.reject(failure)),
    );
    await assert.rejects(collect(remoteInvoke(client)('status', {}, options())), { code: 'internal' });
  });

  for (const [what, params] of [
    ['no params', undefined],
    ['an unknown function', { ...raw, name: 'status.quo' }],
    ['no caller', { name: 'status', input: {} }],
    ['a caller of no known kind', { ...raw, caller: { host: 'moon', settings: {} } }],
    ['a stream that is no text', { ...raw, stream: 7 }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { client, server } = linked();
      let ran = false;
      serveInvoke(
        server,
        answering(() => {
          ran = true;
        }),
      );
      await assert.rejects(client.sendRequest('zoey/invoke', params), (error) => {
        assert.ok(error instanceof ResponseError);
        assert.equal(error.code, -32602);
        return true;
      });
      assert.equal(ran, false);
    });
  }

  it('lets the host say who calls where the params do not', async () => {
    const { client, server } = linked();
    serveInvoke(
      server,
      answering((_name, _input, { caller }) => caller.host),
      { caller: testCaller },
    );
    assert.equal(await client.sendRequest('zoey/invoke', { name: 'status', input: {} }), 'test');
  });

  it('cancels on the other side, and hears the last word from there', async () => {
    const { client, server } = linked();
    serveInvoke(server, async function* (_name, _input, { signal }) {
      yield 'begun';
      await forever(signal).catch(() => {});
      yield 'last word';
      return 'stopped';
    });
    const stopping = new AbortController();
    const steps = remoteInvoke(client)('chat.send', {}, { caller: testCaller, signal: stopping.signal });
    assert.equal((await steps.next()).value, 'begun');
    stopping.abort();
    assert.deepEqual(await collect(steps), { chunks: ['last word'], output: 'stopped' });
  });

  it('is not sent at all when it was cancelled before', async () => {
    const { client, server } = linked();
    let ran = false;
    serveInvoke(
      server,
      answering(() => {
        ran = true;
      }),
    );
    const steps = remoteInvoke(client)('status', {}, { caller: testCaller, signal: AbortSignal.abort() });
    await assert.rejects(collect(steps), { code: 'cancelled' });
    assert.equal(ran, false);
  });

  it('is cancelled by a reader that leaves early, and the handler cleans up', async () => {
    const { client, server } = linked();
    const cleaned = new Promise<void>((resolve) => {
      serveInvoke(server, async function* (_name, _input, { signal }) {
        try {
          yield 1;
          await forever(signal);
        } finally {
          resolve();
        }
      });
    });
    for await (const chunk of remoteInvoke(client)('chat.send', {}, options())) {
      assert.equal(chunk, 1);
      break;
    }
    await cleaned;
  });

  it('stops everything when the connection is aborted', async () => {
    const { client, server } = linked();
    const serving = serveInvoke(server, waiting);
    const calls = [1, 2, 3].map(() => collect(remoteInvoke(client)('status', {}, options())));
    const failed = Promise.all(calls.map((call) => assert.rejects(call, { code: 'cancelled' })));
    await client.sendRequest('zoey/invoke', { name: 'none' }).catch(() => {});
    serving.abort();
    await failed;
  });

  it('bounds how many calls are under way', async () => {
    const { client, server } = linked();
    const serving = serveInvoke(server, waiting, { maxCalls: 3 });
    const calls = [1, 2, 3].map(() => client.sendRequest('zoey/invoke', raw).catch(() => 'stopped'));
    await assert.rejects(collect(remoteInvoke(client)('status', {}, options())), { code: 'rate_limited' });
    serving.abort();
    assert.deepEqual(await Promise.all(calls), ['stopped', 'stopped', 'stopped']);
    const again = client.sendRequest('zoey/invoke', raw).catch(() => 'stopped');
    await client.sendRequest('zoey/invoke', {}).catch(() => {});
    serving.abort();
    assert.equal(await again, 'stopped');
  });

  it('refuses new calls as not begun, and ends the old ones', async () => {
    const { client, server } = linked();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const serving = serveInvoke(server, async function* () {
      yield 'begun';
      await finished;
      return 'done';
    });
    const old = remoteInvoke(client)('status', {}, options());
    await old.next();
    serving.refuse();
    await assert.rejects(collect(remoteInvoke(client)('status', {}, options())), (error) => {
      assert.ok(error instanceof NotStarted);
      return true;
    });
    finish();
    assert.deepEqual(await collect(old), { chunks: [], output: 'done' });
  });

  it('tells a lost connection from one that was never there', async () => {
    const { client, server } = linked();
    serveInvoke(server, waiting);
    const call = collect(remoteInvoke(client)('status', {}, options()));
    await client.sendRequest('zoey/invoke', {}).catch(() => {});
    client.dispose();
    await assert.rejects(call, (error) => {
      assert.ok(ZoeyError.is(error) && !(error instanceof NotStarted));
      assert.equal(error.code, 'server_stopped');
      return true;
    });
    await assert.rejects(collect(remoteInvoke(client)('status', {}, options())), (error) => {
      assert.ok(error instanceof NotStarted);
      return true;
    });
  });

  it('gives a call up whose chunks nobody reads', async () => {
    const { client, server } = linked();
    let sent = 0;
    serveInvoke(server, async function* (_name, _input, { signal }) {
      while (!signal.aborted) yield sent++;
    });
    const steps = remoteInvoke(client)('chat.send', {}, options());
    await steps.next();
    while (sent < 10_050) await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(collect(steps), { code: 'rate_limited' });
  });

  it('refuses input that is no JSON', async () => {
    const { client } = linked();
    const steps = remoteInvoke(client)('status', { at: new Date() }, options());
    await assert.rejects(collect(steps), { code: 'invalid_input' });
  });
});
