import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { RunContext } from '../../runtime/types/components.ts';
import type { IAgentRuntime } from '../../runtime/types/runtime.ts';
import { anAgent, aProvider, gate } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';

describe('providers', () => {
  it('are asked side by side: none waits for another', async () => {
    const { agent } = await anAgent();
    const both = gate();
    let asked = 0;
    const provider = (name: string) =>
      aProvider({
        name,
        async get() {
          asked += 1;
          if (asked === 2) both.open();
          await both.promise;
          return { text: name };
        },
      });
    agent.registerProvider(provider('a'));
    agent.registerProvider(provider('b'));
    assert.equal((await agent.composeState(aMemory())).text, 'a\n\nb');
  });

  it('contribute in the order of their positions, then of their registration', async () => {
    const { agent } = await anAgent();
    for (const [name, position] of [
      ['last', 10],
      ['first', -5],
      ['unset', undefined],
      ['zero', 0],
    ] as const) {
      agent.registerProvider(
        aProvider({
          name,
          ...(position !== undefined && { position }),
          get: async () => ({ text: name, pieces: [{ kind: 'memory', text: name }] }),
        }),
      );
    }
    const state = await agent.composeState(aMemory());
    assert.deepEqual(state.text.split('\n\n'), ['first', 'unset', 'zero', 'last']);
    assert.deepEqual(
      state.pieces.map(({ text }) => text),
      ['first', 'unset', 'zero', 'last'],
    );
  });

  it('have a deadline each: one that is late is reported, told to stop, and the others contribute', async () => {
    const { agent, log } = await anAgent();
    let stopped = false;
    const late = aProvider({
      name: 'LATE',
      deadlineMs: 5,
      get: (_runtime, _message, _state, { signal }) => {
        signal.addEventListener('abort', () => (stopped = true));
        return new Promise(() => {});
      },
    });
    agent.registerProvider(late);
    agent.registerProvider(aProvider({ name: 'GOOD' }));
    const state = await agent.composeState(aMemory());
    assert.equal(state.text, 'GOOD');
    assert.deepEqual(state.failures, [{ provider: 'LATE', reason: 'no answer within 5 ms' }]);
    assert.ok(stopped);
    assert.ok(
      log.lines.some(({ message }) => message === 'provider LATE gave nothing: no answer within 5 ms'),
    );
  });

  it('that fail, at once or later, are reported by name without what the error says', async () => {
    const { agent, log } = await anAgent();
    agent.registerProvider(
      aProvider({
        name: 'AT_ONCE',
        get: () => {
          throw new TypeError('holds a secret');
        },
      }),
    );
    agent.registerProvider(
      aProvider({ name: 'LATER', get: async () => Promise.reject(new RangeError('secret too')) }),
    );
    agent.registerProvider(aProvider({ name: 'GOOD' }));
    const state = await agent.composeState(aMemory());
    assert.equal(state.text, 'GOOD');
    assert.deepEqual(state.failures, [
      { provider: 'AT_ONCE', reason: 'TypeError' },
      { provider: 'LATER', reason: 'RangeError' },
    ]);
    assert.ok(!JSON.stringify(log.lines).includes('secret'));
  });

  it('that give nothing at all contribute nothing', async () => {
    const { agent } = await anAgent();
    // As a plugin without types may.
    const get = (async () => undefined) as unknown as () => Promise<object>;
    agent.registerProvider(aProvider({ name: 'EMPTY', get }));
    const state = await agent.composeState(aMemory());
    assert.deepEqual([state.text, state.pieces, state.failures], ['', [], []]);
  });

  it('are left out when they are dynamic or private, unless they are named', async () => {
    const { agent } = await anAgent();
    agent.registerProvider(aProvider({ name: 'USUAL' }));
    agent.registerProvider(aProvider({ name: 'DYNAMIC', dynamic: true }));
    agent.registerProvider(aProvider({ name: 'PRIVATE', private: true }));
    const texts = async (include?: string[]) =>
      (await agent.composeState(aMemory(), include)).text.split('\n\n');
    assert.deepEqual(await texts(), ['USUAL']);
    assert.deepEqual(await texts(['PRIVATE', 'DYNAMIC']), ['USUAL', 'DYNAMIC', 'PRIVATE']);
  });

  it('see the caller and the attachments of their run, and a runtime that is bound to it', async () => {
    const { agent } = await anAgent();
    const seen: { runtime?: IAgentRuntime; options?: RunContext } = {};
    agent.registerProvider(
      aProvider({
        name: 'CURIOUS',
        async get(runtime, _message, _state, options) {
          Object.assign(seen, { runtime, options });
          options.onProgress('Looking');
          return {};
        },
      }),
    );
    const told: string[] = [];
    const attachments = [{ kind: 'file' as const, path: 'a.ts', text: 'a' }];
    const context = { attachments, onProgress: (text: string) => void told.push(text) };
    await agent.withRun(aMemory(), context, (bound) => bound.composeState(aMemory()));
    assert.equal(seen.options?.attachments, attachments);
    assert.deepEqual(told, ['Looking']);
    assert.equal(seen.runtime?.run.runId, seen.options?.runId);
    assert.notEqual(seen.runtime?.run.runId, agent.run.runId);
  });

  it('stop with their run', async () => {
    const { agent } = await anAgent();
    const stop = new AbortController();
    agent.registerProvider(
      aProvider({
        name: 'SLOW',
        get: () => {
          stop.abort();
          return new Promise(() => {});
        },
      }),
    );
    await assert.rejects(
      agent.withRun(aMemory(), { signal: stop.signal }, (bound) => bound.composeState(aMemory())),
      (error) => ZoeyError.is(error) && error.code === 'cancelled',
    );
  });
});
