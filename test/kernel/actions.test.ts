import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod';
import { findAction } from '../../runtime/kernel/actions.ts';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { ActionProposal, HandlerOptions } from '../../runtime/types/components.ts';
import type { Action, ActionCall, ActionStep } from '../../runtime/types/runtime.ts';
import { anAction, anAgent } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';

interface Play {
  calls: ActionCall[];
  previous?: ActionStep[];
  ask?: (proposal: ActionProposal) => Promise<boolean>;
  signal?: AbortSignal;
}

/** Runs calls on an agent with these actions. */
async function play(actions: Action[], { calls, previous, ask, signal }: Play) {
  const { agent, log } = await anAgent();
  for (const action of actions) agent.registerAction(action);
  const message = aMemory({ text: 'Do it' });
  const context = { ...(ask && { ask }), ...(signal && { signal }) };
  const state = { values: { before: true }, data: {}, text: '' };
  const chain = { message, state, ...(previous && { previous }) };
  const steps = await agent.withRun(message, context, (bound) => bound.runActions(calls, chain));
  return { steps, log, state };
}

const statuses = (steps: readonly ActionStep[]) => steps.map(({ status }) => status);

describe('actions', () => {
  it('are found by their whole name or a simile, case aside', () => {
    const actions = [anAction({ name: 'SEND_MESSAGE', similes: ['TELL', 'DM'] }), anAction({ name: 'TELL' })];
    assert.equal(findAction(actions, 'send_message'), actions[0]);
    assert.equal(findAction(actions, ' dm '), actions[0]);
    assert.equal(findAction(actions, 'TELL'), actions[1], 'a name beats a simile');
  });

  it('are found by no part of a name, and by no empty one', () => {
    const actions = [anAction({ name: 'SEND_MESSAGE', similes: ['TELL', ''] })];
    for (const name of ['', '  ', 'SEND', 'MESSAGE', 'SEND_MESSAGES', 'TEL']) {
      assert.equal(findAction(actions, name), undefined, name);
    }
    fc.assert(
      fc.property(fc.string(), (name) => {
        const known = ['SEND_MESSAGE', 'TELL'].includes(name.trim().toUpperCase());
        assert.equal(findAction(actions, name) !== undefined, known);
      }),
    );
  });

  it('that are unknown are a failed step, and the next runs', async () => {
    const { steps } = await play([anAction({ name: 'KNOWN' })], {
      calls: [{ name: 'GONE' }, { name: 'KNOWN' }],
    });
    assert.deepEqual(statuses(steps), ['failed', 'completed']);
    assert.deepEqual([steps[0]?.action, steps[0]?.error?.code], ['GONE', 'not_found']);
  });

  it('are validated first, then their parameters, then the person is asked, and only then they run', async () => {
    const said: string[] = [];
    const action = anAction({
      name: 'WRITE',
      writes: true,
      async validate() {
        said.push('validate');
        return true;
      },
      parameters: z.object({ path: z.string() }).transform((given) => {
        said.push('schema');
        return given;
      }),
      async handler() {
        said.push('handler');
        return { success: true };
      },
    });
    const ask = async () => {
      said.push('ask');
      return true;
    };
    await play([action], { calls: [{ name: 'WRITE', parameters: { path: 'a' } }], ask });
    assert.deepEqual(said, ['validate', 'schema', 'ask', 'handler']);
  });

  it('that are not possible now are skipped', async () => {
    const action = anAction({
      name: 'NOT_NOW',
      validate: async () => false,
      handler: () => assert.fail('it ran'),
    });
    const { steps } = await play([action], { calls: [{ name: 'NOT_NOW' }] });
    assert.deepEqual(
      [steps[0]?.status, steps[0]?.error?.message],
      ['skipped', 'NOT_NOW is not possible now.'],
    );
  });

  it('are not run with parameters that their schema refuses, and get parsed ones', async () => {
    let given: unknown;
    const action = anAction({
      name: 'COUNT',
      parameters: z.object({ times: z.int().default(3) }),
      async handler(_runtime, _message, _state, options) {
        given = options?.parameters;
        return { success: true };
      },
    });
    const { steps } = await play([action], {
      calls: [{ name: 'COUNT', parameters: { times: 'x' } }, { name: 'COUNT' }],
    });
    assert.deepEqual(statuses(steps), ['failed', 'completed']);
    assert.equal(steps[0]?.error?.code, 'invalid_input');
    assert.match(steps[0]?.error?.message ?? '', /^COUNT: times: /);
    assert.deepEqual(given, { times: 3 });
  });

  it('that write show what they will do and run only when that is allowed', async () => {
    const shown: ActionProposal[] = [];
    let ran = 0;
    const action = anAction({
      name: 'DELETE',
      writes: true,
      preview: async (_runtime, _message, parameters) => `Deletes ${JSON.stringify(parameters)}`,
      parameters: z.object({ path: z.string() }),
      async handler() {
        ran += 1;
        return { success: true };
      },
    });
    const calls = [{ name: 'DELETE', parameters: { path: 'a' } }];
    const refused = await play([action], {
      calls,
      ask: async (proposal) => {
        shown.push(proposal);
        return false;
      },
    });
    assert.deepEqual(shown, [
      { action: 'DELETE', preview: 'Deletes {"path":"a"}', parameters: { path: 'a' } },
    ]);
    assert.deepEqual([refused.steps[0]?.status, refused.steps[0]?.error?.code], ['refused', 'refused']);
    assert.equal(ran, 0);
    const allowed = await play([action], { calls, ask: async () => true });
    assert.deepEqual([allowed.steps[0]?.status, ran], ['completed', 1]);
  });

  it('that write are refused where nobody can be asked', async () => {
    const { agent } = await anAgent();
    agent.registerAction(anAction({ name: 'WRITE', writes: true, handler: () => assert.fail('it ran') }));
    const [step] = await agent.runActions([{ name: 'WRITE' }], { message: aMemory() });
    assert.equal(step?.status, 'refused');
  });

  it('that throw are a failed step, and the next one runs and sees it', async () => {
    let seen: unknown;
    const broken = anAction({
      name: 'BROKEN',
      handler: async () => Promise.reject(new TypeError('no such thing')),
    });
    const next = anAction({
      name: 'NEXT',
      async handler(_runtime, _message, _state, options) {
        seen = options?.actionContext?.getPreviousResult?.('BROKEN');
        return { success: true };
      },
    });
    const { steps, log } = await play([broken, next], { calls: [{ name: 'BROKEN' }, { name: 'NEXT' }] });
    assert.deepEqual(statuses(steps), ['failed', 'completed']);
    assert.equal(steps[0]?.error?.code, 'internal');
    assert.equal((seen as { success: boolean }).success, false);
    assert.ok(log.lines.some(({ message }) => message === 'action BROKEN failed: internal'));
  });

  it('that say they failed are a failed step with their own words', async () => {
    const action = anAction({
      name: 'NO',
      handler: async () => ({ success: false, error: 'The file is gone.' }),
    });
    const { steps } = await play([action], { calls: [{ name: 'NO' }] });
    assert.deepEqual([steps[0]?.status, steps[0]?.error?.message], ['failed', 'The file is gone.']);
  });

  it('may give nothing, or say no more than whether it went well', async () => {
    const legacy = (async () => false) as unknown as Action['handler'];
    const actions = [
      anAction({ name: 'QUIET', handler: async () => {} }),
      anAction({ name: 'LEGACY', handler: legacy }),
    ];
    const { steps } = await play(actions, { calls: [{ name: 'QUIET' }, { name: 'LEGACY' }] });
    assert.deepEqual(statuses(steps), ['completed', 'failed']);
  });

  it('have a time limit, and are told to stop at it', async () => {
    let told = false;
    const slow = anAction({
      name: 'SLOW',
      timeoutMs: 5,
      handler: (_runtime, _message, _state, options) => {
        options?.signal.addEventListener('abort', () => (told = true));
        return new Promise(() => {});
      },
    });
    const { steps } = await play([slow, anAction({ name: 'NEXT' })], {
      calls: [{ name: 'SLOW' }, { name: 'NEXT' }],
    });
    assert.deepEqual(statuses(steps), ['failed', 'completed']);
    assert.equal(steps[0]?.error?.code, 'timed_out');
    assert.ok(told);
  });

  it('end with their run', async () => {
    const stop = new AbortController();
    let told = false;
    const slow = anAction({
      name: 'SLOW',
      handler: (_runtime, _message, _state, options) => {
        options?.signal.addEventListener('abort', () => (told = true));
        stop.abort();
        return new Promise(() => {});
      },
    });
    const never = anAction({ name: 'NEVER', handler: () => assert.fail('it ran') });
    await assert.rejects(
      play([slow, never], { calls: [{ name: 'SLOW' }, { name: 'NEVER' }], signal: stop.signal }),
      (error) => ZoeyError.is(error) && error.code === 'cancelled',
    );
    assert.ok(told);
  });

  it('hand results on: values go into the state of the next, and the state before stays as it was', async () => {
    const seen: unknown[] = [];
    const first = anAction({ name: 'FIRST', handler: async () => ({ success: true, values: { found: 3 } }) });
    const second = anAction({
      name: 'SECOND',
      async handler(_runtime, _message, state) {
        seen.push(state?.values, state?.data.actionResults);
        return { success: true };
      },
    });
    const { state } = await play([first, second], { calls: [{ name: 'FIRST' }, { name: 'SECOND' }] });
    assert.deepEqual(seen, [{ before: true, found: 3 }, [{ success: true, values: { found: 3 } }]]);
    assert.deepEqual(state, { values: { before: true }, data: {}, text: '' });
  });

  it('form a chain of eight steps at most, those before counted', async () => {
    const step = (name: string) => anAction({ name });
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'];
    const calls = names.map((name) => ({ name }));
    const all = await play(names.map(step), { calls });
    assert.deepEqual(statuses(all.steps), [...Array(8).fill('completed'), 'skipped']);
    const more = await play(names.map(step), { calls: calls.slice(8), previous: all.steps.slice(0, 8) });
    assert.deepEqual(statuses(more.steps), ['skipped']);
    assert.match(more.steps[0]?.error?.message ?? '', /8 steps at most/);
  });

  it('that are called again and again with the same parameters are stopped', async () => {
    let ran = 0;
    const action = anAction({
      name: 'LOOK',
      parameters: z.object({ at: z.string() }),
      async handler() {
        ran += 1;
        return { success: true };
      },
    });
    const at = (where: string) => ({ name: 'LOOK', parameters: { at: where } });
    const { steps } = await play([action], { calls: [at('a'), at('a'), at('a'), at('b')] });
    assert.deepEqual(statuses(steps), ['completed', 'completed', 'skipped', 'completed']);
    assert.equal(ran, 3);
  });

  it('begin and end with an event, whatever happens in between', async () => {
    const { agent } = await anAgent();
    const told: unknown[] = [];
    agent.registerEvent('ACTION_STARTED', async ({ action }) => void told.push(['started', action]));
    agent.registerEvent(
      'ACTION_COMPLETED',
      async ({ action, success }) => void told.push(['completed', action, success]),
    );
    agent.registerAction(anAction({ name: 'GOOD' }));
    agent.registerAction(anAction({ name: 'BAD', handler: async () => Promise.reject(new Error('no')) }));
    await agent.runActions([{ name: 'GOOD' }, { name: 'BAD' }], { message: aMemory() });
    assert.deepEqual(told, [
      ['started', 'GOOD'],
      ['completed', 'GOOD', true],
      ['started', 'BAD'],
      ['completed', 'BAD', false],
    ]);
  });

  it('are processed as the responses name them, with the callback and the caller of the run', async () => {
    const { agent } = await anAgent();
    const seen: { options?: HandlerOptions | undefined; responses?: unknown } = {};
    agent.registerAction(
      anAction({
        name: 'REPLY',
        async handler(_runtime, _message, _state, options, callback, responses) {
          Object.assign(seen, { options, responses });
          await callback?.({ text: 'Hello' });
        },
      }),
    );
    const said: unknown[] = [];
    const responses = [aMemory({ role: 'assistant', actions: ['REPLY'] })];
    const steps = await agent.processActions(aMemory(), responses, undefined, async (content) => {
      said.push(content);
      return [];
    });
    assert.deepEqual(
      [statuses(steps), said, seen.responses],
      [['completed'], [{ text: 'Hello' }], responses],
    );
    assert.equal(seen.options?.caller.host, 'agent');
  });
});
