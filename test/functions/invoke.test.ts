import assert from 'node:assert/strict';
import type { AnyFunction, RuntimeParts } from '../../runtime/functions/define.ts';
import { createInvoke } from '../../runtime/functions/invoke.ts';
import { Background } from '../../runtime/kernel/background.ts';
import { createLog } from '../../runtime/kernel/log.ts';
import type { FunctionName } from '../../runtime/protocol/contract.ts';
import { Caller } from '../../runtime/types/host.ts';

const caller = Caller.parse({ host: 'test', settings: {} });

/** `invoke` over one handler, with what it logs. The other parts of a runtime are never reached. */
function invokeWith(handler: unknown, limiter = { take: (_key: string) => 0 }) {
  const logged: string[] = [];
  const background = new Background();
  const parts = {
    limiter,
    background,
    embeddings: { follow() {} },
    log: createLog((level, message) => logged.push(`${level} ${message}`)),
  };
  const invoke = createInvoke(parts as unknown as RuntimeParts, [handler as AnyFunction]);
  const run = async (name: string, input: unknown, signal = new AbortController().signal) => {
    const chunks: unknown[] = [];
    const source = invoke(name as FunctionName, input, { caller, signal });
    for (;;) {
      const next = await source.next();
      if (next.done) return { chunks, output: next.value };
      chunks.push(next.value);
    }
  };
  return { run, invoke, logged };
}

describe('invoke', () => {
  it('parses the input, fills in defaults and drops what the contract does not know', async () => {
    let seen: unknown;
    const { run } = invokeWith({
      name: 'rooms.list',
      run: async (input: unknown) => {
        seen = input;
        return { items: [] };
      },
    });
    await run('rooms.list', { limit: 3, extra: true });
    assert.deepEqual(seen, { limit: 3 });
    await run('rooms.list', {});
    assert.deepEqual(seen, { limit: 50 });
  });

  it('refuses what is nested too deep or has too many values, before any schema looks', async () => {
    const { run, logged } = invokeWith({ name: 'tasks.create', run: () => assert.fail('ran') });
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
    const wide = Array.from({ length: 200_000 }, () => 1);
    for (const a of [deep, wide]) {
      const input = { name: 'X', metadata: { a } };
      await assert.rejects(run('tasks.create', input), { code: 'invalid_input', message: /too large/ });
    }
    assert.deepEqual(logged, []);
  });

  it('names the field that is wrong, and never runs the handler', async () => {
    const { run } = invokeWith({ name: 'rooms.list', run: () => assert.fail('ran') });
    await assert.rejects(run('rooms.list', { limit: 0 }), { code: 'invalid_input', message: /limit/ });
    await assert.rejects(run('rooms.list', null), { code: 'invalid_input' });
    await assert.rejects(run('rooms.lost', {}), {
      code: 'invalid_input',
      message: /no function named "rooms.lost"/,
    });
    await assert.rejects(run('toString', {}), { code: 'invalid_input' });
  });

  it('refuses an output that the contract does not allow, and logs it', async () => {
    const { run, logged } = invokeWith({ name: 'chat.stop', run: async () => ({ stopped: 'yes' }) });
    await assert.rejects(run('chat.stop', { roomId: '0190a000-0000-7000-8000-000000000009' }), {
      code: 'internal',
    });
    assert.match(logged[0] ?? '', /^error chat\.stop: .*does not allow: stopped/);
  });

  it('streams chunks, parsed, then the output', async () => {
    const { run } = invokeWith({
      name: 'models.pull',
      async *run() {
        yield { status: 'pulling', completed: 1, total: 2, secret: 'x' };
        return { state: 'ready', word: 'm', address: 'http://127.0.0.1:11434', suggestions: [] };
      },
    });
    const { chunks, output } = await run('models.pull', { name: 'm' });
    assert.deepEqual(chunks, [{ status: 'pulling', completed: 1, total: 2 }]);
    assert.equal((output as { word: string }).word, 'm');
  });

  it('lets a handler clean up when the reader leaves early', async () => {
    let cleaned = false;
    const { invoke } = invokeWith({
      name: 'models.pull',
      async *run() {
        try {
          for (;;) yield { status: 'pulling', completed: 1, total: 2 };
        } finally {
          cleaned = true;
        }
      },
    });
    const signal = new AbortController().signal;
    for await (const _chunk of invoke('models.pull', { name: 'm' }, { caller, signal })) break;
    assert.equal(cleaned, true);
  });

  it('answers a cancel at once, even where the handler does not listen', async () => {
    const { run } = invokeWith({ name: 'rooms.list', run: () => new Promise(() => {}) });
    const stop = new AbortController();
    const call = run('rooms.list', {}, stop.signal);
    stop.abort();
    await assert.rejects(call, { code: 'cancelled' });
    await assert.rejects(run('rooms.list', {}, AbortSignal.abort()), { code: 'cancelled' });
  });

  it('ends what takes longer than its deadline, and says so', async () => {
    const { run } = invokeWith({ name: 'rooms.list', deadlineMs: 5, run: () => new Promise(() => {}) });
    await assert.rejects(run('rooms.list', {}), { code: 'timed_out', message: 'rooms.list took too long.' });
  });

  it('turns what a handler throws into an error of ours, and logs the unknown', async () => {
    const { run, logged } = invokeWith({
      name: 'rooms.list',
      run: async () => {
        throw new TypeError('x is not a function');
      },
    });
    await assert.rejects(run('rooms.list', {}), { code: 'internal', message: /x is not a function/ });
    assert.equal(logged.length, 1);
  });

  it('refuses a caller that calls too often before the handler runs, and says how long to wait', async () => {
    const taken: string[] = [];
    const limiter = {
      take(key: string) {
        taken.push(key);
        return 1_200;
      },
    };
    const { run } = invokeWith({ name: 'rooms.list', run: () => assert.fail('ran') }, limiter);
    await assert.rejects(run('rooms.list', {}), {
      code: 'rate_limited',
      hint: 'Wait 2 seconds, then try again.',
    });
    assert.deepEqual(taken, ['test']);
  });
});
