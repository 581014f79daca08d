import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { RunEventPayload } from '../../runtime/types/events.ts';
import { anAgent, gate, heldClock } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';

describe('events', () => {
  it('reach every handler, even where one throws, at once or later', async () => {
    const { agent, log } = await anAgent();
    const heard: string[] = [];
    agent.registerEvent('MESSAGE_SENT', () => {
      throw new TypeError('at once');
    });
    agent.registerEvent('MESSAGE_SENT', async () => Promise.reject(new RangeError('later')));
    agent.registerEvent('MESSAGE_SENT', async ({ message }) => void heard.push(message.content.text));
    await agent.emitEvent('MESSAGE_SENT', { message: aMemory({ text: 'Hello' }) });
    assert.deepEqual(heard, ['Hello']);
    assert.deepEqual(
      log.lines.map(({ message }) => message),
      ['a handler of MESSAGE_SENT failed: TypeError', 'a handler of MESSAGE_SENT failed: RangeError'],
    );
  });

  it('carry the runtime and who tells', async () => {
    const { agent } = await anAgent();
    const heard: unknown[] = [];
    agent.registerEvent(
      'MESSAGE_SENT',
      async ({ runtime, source }) => void heard.push(runtime.agentId, source),
    );
    await agent.emitEvent('MESSAGE_SENT', { message: aMemory() });
    await agent.emitEvent('MESSAGE_SENT', { message: aMemory(), source: 'test' });
    assert.deepEqual(heard, [agent.agentId, 'Zoey', agent.agentId, 'test']);
  });

  it('are awaited together: one handler does not wait for another', async () => {
    const { agent } = await anAgent();
    const both = gate();
    let heard = 0;
    const handler = async () => {
      heard += 1;
      if (heard === 2) both.open();
      await both.promise;
    };
    agent.registerEvent('MESSAGE_SENT', handler);
    agent.registerEvent('MESSAGE_SENT', async () => handler());
    await agent.emitEvent('MESSAGE_SENT', { message: aMemory() });
    assert.equal(heard, 2);
  });

  it('are no longer heard after unsubscribing, not even where a handler does so while it hears', async () => {
    const { agent } = await anAgent();
    const heard: string[] = [];
    const off = agent.registerEvent('MESSAGE_SENT', async () => {
      heard.push('first');
      off();
    });
    agent.registerEvent('MESSAGE_SENT', async () => void heard.push('second'));
    const payload = { message: aMemory() };
    await agent.emitEvent('MESSAGE_SENT', payload);
    await agent.emitEvent('MESSAGE_SENT', payload);
    assert.deepEqual(heard, ['first', 'second', 'second']);
  });

  it('can be told several at once, and go to nobody where nobody listens', async () => {
    const { agent } = await anAgent();
    const heard: string[] = [];
    agent.registerEvent('MESSAGE_SENT', async () => void heard.push('sent'));
    await agent.emitEvent(['MESSAGE_SENT', 'MESSAGE_DELETED'], { message: aMemory() });
    assert.deepEqual(heard, ['sent']);
  });
});

describe('a run', () => {
  type Outcome = 'done' | 'throws' | 'throws at once' | 'stopped';
  const EXPECTED = {
    done: { status: 'completed' },
    throws: { status: 'failed', error: 'internal' },
    'throws at once': { status: 'failed', error: 'internal' },
    stopped: { status: 'cancelled', error: 'cancelled' },
  };

  it('that starts always ends, once, with how it went', async () => {
    const outcomes = fc.array(fc.constantFrom<Outcome>('done', 'throws', 'throws at once', 'stopped'), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(outcomes, async (plan) => {
        const { agent } = await anAgent();
        const told: RunEventPayload[] = [];
        agent.registerEvent('RUN_STARTED', async (event) => void told.push(event));
        agent.registerEvent('RUN_ENDED', async (event) => void told.push(event));
        const runs = plan.map(async (outcome) => {
          const stop = new AbortController();
          const message = aMemory();
          const body = () => {
            if (outcome === 'throws at once') throw new Error('no');
            if (outcome === 'stopped') stop.abort();
            if (outcome === 'stopped') throw new ZoeyError('cancelled', 'Stopped.');
            return outcome === 'throws' ? Promise.reject(new Error('no')) : Promise.resolve();
          };
          await agent.withRun(message, { signal: stop.signal }, body).catch(() => {});
          const mine = told.filter(({ messageId }) => messageId === message.id);
          assert.deepEqual(
            mine.map(({ status }) => status),
            ['started', EXPECTED[outcome].status],
          );
          assert.equal(mine[1]?.error, 'error' in EXPECTED[outcome] ? EXPECTED[outcome].error : undefined);
          assert.equal(new Set(mine.map(({ runId }) => runId)).size, 1);
        });
        await Promise.all(runs);
        assert.equal(new Set(told.map(({ runId }) => runId)).size, plan.length, 'no run shares its id');
      }),
      { numRuns: 15 },
    );
  });

  it('tells its times in ms', async () => {
    const { clock, advance } = heldClock(1_000);
    const { agent } = await anAgent({ clock });
    let ended: RunEventPayload | undefined;
    agent.registerEvent('RUN_ENDED', async (event) => {
      ended = event;
    });
    await agent.withRun(aMemory(), {}, async () => advance(250));
    assert.deepEqual([ended?.startTime, ended?.endTime, ended?.duration], [1_000, 1_250, 250]);
  });

  it('carries its own id in its own view of the runtime, beside others', async () => {
    const { agent } = await anAgent();
    const both = gate();
    const ids = await Promise.all(
      [0, 1].map((index) =>
        agent.withRun(aMemory(), {}, async (bound) => {
          const before = bound.run.runId;
          if (index === 1) both.open();
          await both.promise;
          assert.equal(bound.run.runId, before);
          return before;
        }),
      ),
    );
    assert.equal(new Set(ids).size, 2);
  });
});
