import assert from 'node:assert/strict';
import { anAgent, anEvaluator, gate } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';

describe('evaluators', () => {
  it('run in the background: queueing one does not wait for it', async () => {
    const { agent } = await anAgent();
    const held = gate();
    let ran = false;
    agent.registerEvaluator(
      anEvaluator({
        name: 'SLOW',
        async handler() {
          await held.promise;
          ran = true;
        },
      }),
    );
    const evaluated = agent.evaluate(aMemory(), undefined, true);
    assert.equal(ran, false);
    held.open();
    assert.deepEqual(
      (await evaluated).map(({ name }) => name),
      ['SLOW'],
    );
    assert.ok(ran);
  });

  it('that are not wanted, or fail, are left out, and the others run', async () => {
    const { agent, log } = await anAgent();
    agent.registerEvaluator(
      anEvaluator({ name: 'UNWANTED', validate: async () => false, handler: () => assert.fail() }),
    );
    agent.registerEvaluator(
      anEvaluator({ name: 'BROKEN', handler: async () => Promise.reject(new RangeError('secret')) }),
    );
    agent.registerEvaluator(anEvaluator({ name: 'GOOD' }));
    const ran = await agent.evaluate(aMemory(), undefined, true);
    assert.deepEqual(
      ran.map(({ name }) => name),
      ['GOOD'],
    );
    assert.ok(log.lines.some(({ message }) => message === 'evaluator BROKEN failed: RangeError'));
  });

  it('run without a response only where they always do', async () => {
    const { agent } = await anAgent();
    agent.registerEvaluator(anEvaluator({ name: 'USUAL' }));
    agent.registerEvaluator(anEvaluator({ name: 'ALWAYS', alwaysRun: true }));
    assert.deepEqual(
      (await agent.evaluate(aMemory())).map(({ name }) => name),
      ['ALWAYS'],
    );
  });

  it('that ask a model are not queued where none answers', async () => {
    const { agent } = await anAgent();
    let looked = 0;
    const validate = async () => {
      looked += 1;
      return true;
    };
    agent.registerEvaluator(anEvaluator({ name: 'ASKS', asksModel: true, validate }));
    assert.deepEqual(await agent.evaluate(aMemory(), undefined, true), []);
    assert.equal(looked, 0);
    const state = { values: { model: 'tiny' }, data: {}, text: '' };
    assert.deepEqual(
      (await agent.evaluate(aMemory(), state, true)).map(({ name }) => name),
      ['ASKS'],
    );
  });

  it('have a time limit', async () => {
    const { agent, log } = await anAgent();
    agent.registerEvaluator(
      anEvaluator({ name: 'STUCK', timeoutMs: 5, handler: () => new Promise(() => {}) }),
    );
    assert.deepEqual(await agent.evaluate(aMemory(), undefined, true), []);
    assert.ok(log.lines.some(({ message }) => message.startsWith('evaluator STUCK failed')));
  });

  it('go on when the run that was answered is stopped', async () => {
    const { agent } = await anAgent();
    const stop = new AbortController();
    const held = gate();
    let aborted: boolean | undefined;
    agent.registerEvaluator(
      anEvaluator({
        name: 'LATER',
        async handler(_runtime, _message, _state, options) {
          await held.promise;
          aborted = options?.signal.aborted;
        },
      }),
    );
    const evaluated = await agent.withRun(aMemory(), { signal: stop.signal }, async (bound) => ({
      done: bound.evaluate(aMemory(), undefined, true),
    }));
    stop.abort();
    held.open();
    await evaluated.done;
    assert.equal(aborted, false);
  });

  it('wait in a bounded queue: what comes above is told and left out, and nothing rejects', async () => {
    const { agent, log } = await anAgent();
    const held = gate();
    let ran = 0;
    agent.registerEvaluator(
      anEvaluator({
        name: 'COUNT',
        async handler() {
          await held.promise;
          ran += 1;
        },
      }),
    );
    const all = Array.from({ length: 110 }, () => agent.evaluate(aMemory(), undefined, true));
    held.open();
    const refused = (await Promise.all(all)).filter((names) => names.length === 0);
    assert.deepEqual([ran, refused.length], [102, 8]);
    assert.equal(
      log.lines.filter(({ message }) => message.startsWith('a message was not evaluated')).length,
      8,
    );
  });

  it('are drained at a stop', async () => {
    const { agent } = await anAgent();
    let ran = 0;
    agent.registerEvaluator(
      anEvaluator({
        name: 'COUNT',
        async handler() {
          await new Promise((resolve) => setImmediate(resolve));
          ran += 1;
        },
      }),
    );
    for (let message = 0; message < 20; message += 1) void agent.evaluate(aMemory(), undefined, true);
    await agent.stop();
    assert.equal(ran, 20);
  });

  it('begin and end with an event, with the error where they fail', async () => {
    const { agent } = await anAgent();
    const told: unknown[] = [];
    agent.registerEvent('EVALUATOR_STARTED', async ({ evaluatorName }) => void told.push(evaluatorName));
    agent.registerEvent(
      'EVALUATOR_COMPLETED',
      async ({ completed, error }) => void told.push([completed, error?.message]),
    );
    agent.registerEvaluator(anEvaluator({ name: 'GOOD' }));
    agent.registerEvaluator(
      anEvaluator({ name: 'BAD', handler: async () => Promise.reject(new Error('no')) }),
    );
    await agent.evaluate(aMemory(), undefined, true);
    assert.deepEqual(told, ['GOOD', [true, undefined], 'BAD', [false, 'no']]);
  });
});
