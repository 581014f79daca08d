import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import type { ModelEventPayload } from '../../runtime/types/events.ts';
import type { GenerateEvent, GenerateTextParams } from '../../runtime/types/model.ts';
import type { IAgentRuntime, ModelHandler } from '../../runtime/types/runtime.ts';
import { anAgent, heldClock } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';
import { USAGE } from '../support/scriptedModel.ts';

type Text = ModelHandler<'TEXT_SMALL'>;
type Whole = (runtime: IAgentRuntime, params: GenerateTextParams) => Promise<string>;

const away = () => new ZoeyError('ollama_not_running', 'It is not running.');
const ours = (code: string) => (error: unknown) => ZoeyError.is(error) && error.code === code;
const broken: Whole = async () => Promise.reject(away());

interface Kept {
  params?: GenerateTextParams;
}

/** Keeps what it was given, and says nothing. */
const keep =
  (into: Kept): Whole =>
  async (_runtime, params) => {
    into.params = params;
    return '';
  };

/** Streams these pieces, then fails or ends. */
function speaking(deltas: string[], failure?: Error): Text {
  return async function* () {
    for (const delta of deltas) yield { type: 'text', delta };
    if (failure) throw failure;
    yield { type: 'end', reason: 'stop', usage: USAGE };
  };
}

async function events(source: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const all: GenerateEvent[] = [];
  for await (const event of source) all.push(event);
  return all;
}

describe('models', () => {
  it('are tried by priority, then in the order of their registration', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 1, maxLength: 6 }),
        async (priorities) => {
          const { agent } = await anAgent();
          const asked: number[] = [];
          priorities.forEach((priority, index) => {
            const failing: Whole = async () => {
              asked.push(index);
              throw away();
            };
            agent.registerModel('TEXT_SMALL', failing, `p${index}`, priority);
          });
          await assert.rejects(agent.useModel('TEXT_SMALL', { prompt: '' }), ours('ollama_not_running'));
          const expected = priorities
            .map((_, index) => index)
            .sort((a, b) => (priorities[b] ?? 0) - (priorities[a] ?? 0) || a - b);
          assert.deepEqual(asked, expected);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('of a type that nobody registered are a typed error', async () => {
    const { agent } = await anAgent();
    await assert.rejects(agent.useModel('TEXT_EMBEDDING', { text: 'a' }), ours('model_unsupported'));
    await assert.rejects(
      agent.useModel('TEXT_LARGE', { prompt: 'a' }),
      /No model is registered for TEXT_LARGE/,
    );
    agent.registerModel('TEXT_LARGE', async () => 'a', 'here');
    await assert.rejects(
      agent.useModel('TEXT_LARGE', { prompt: 'a' }, 'elsewhere'),
      /by elsewhere for TEXT_LARGE/,
    );
    assert.equal(await agent.useModel('TEXT_LARGE', { prompt: 'a' }, 'here'), 'a');
  });

  it('that fail give way to the next', async () => {
    const { agent } = await anAgent();
    agent.registerModel('TEXT_SMALL', broken, 'first', 1);
    agent.registerModel('TEXT_SMALL', async () => 'second', 'second');
    assert.equal(await agent.useModel('TEXT_SMALL', { prompt: '' }), 'second');
  });

  it('that fail half-way end the answer: another can not go on from there', async () => {
    const { agent } = await anAgent();
    agent.registerModel('TEXT_SMALL', speaking(['Half'], away()), 'first', 1);
    agent.registerModel('TEXT_SMALL', async () => assert.fail('it was asked'), 'second');
    const heard: GenerateEvent[] = [];
    const stream = async () => {
      for await (const event of agent.streamModel('TEXT_SMALL', { prompt: '' })) heard.push(event);
    };
    await assert.rejects(stream, ours('ollama_not_running'));
    assert.deepEqual(heard, [{ type: 'text', delta: 'Half' }]);
  });

  it('whose endpoint fails again and again are passed over for a while, then tried once', async () => {
    const { clock, advance } = heldClock();
    const { agent } = await anAgent({ clock });
    let asked = 0;
    let works = false;
    const shaky: Whole = async () => {
      asked += 1;
      return works ? 'shaky' : Promise.reject(away());
    };
    agent.registerModel('TEXT_SMALL', shaky, 'shaky', 1);
    agent.registerModel('TEXT_SMALL', async () => 'steady', 'steady');
    const use = () => agent.useModel('TEXT_SMALL', { prompt: '' });
    for (let call = 0; call < 8; call += 1) assert.equal(await use(), 'steady');
    assert.equal(asked, 5);
    advance(10_000);
    await use();
    await use();
    assert.equal(asked, 6, 'one trial, which failed');
    works = true;
    advance(10_000);
    assert.deepEqual([await use(), await use()], ['shaky', 'shaky']);
  });

  it('have a circuit breaker for each endpoint', async () => {
    const { clock } = heldClock();
    const { agent } = await anAgent({ clock });
    const asked: string[] = [];
    const handler: Whole = async (_runtime, { model = '' }) => {
      asked.push(model);
      return model === 'near' ? 'near' : Promise.reject(away());
    };
    const endpoint = (params: unknown) => (params as GenerateTextParams).model ?? '';
    agent.registerModel('TEXT_SMALL', handler, 'both', { priority: 1, endpoint });
    agent.registerModel('TEXT_SMALL', async () => 'spare', 'spare');
    for (let call = 0; call < 8; call += 1) await agent.useModel('TEXT_SMALL', { prompt: '', model: 'far' });
    assert.equal(asked.length, 5);
    assert.equal(await agent.useModel('TEXT_SMALL', { prompt: '', model: 'near' }), 'near');
  });

  it('that are alone are always tried: who asks again wants to know how it is now', async () => {
    const { clock } = heldClock();
    const { agent } = await anAgent({ clock });
    let works = false;
    const handler: Whole = async () => (works ? 'here' : Promise.reject(away()));
    agent.registerModel('TEXT_SMALL', handler, 'only');
    for (let call = 0; call < 8; call += 1) {
      await assert.rejects(agent.useModel('TEXT_SMALL', { prompt: '' }), ours('ollama_not_running'));
    }
    works = true;
    assert.equal(await agent.useModel('TEXT_SMALL', { prompt: '' }), 'here');
  });

  it('are not blamed for a wrong call or a stop', async () => {
    const { clock } = heldClock();
    const { agent } = await anAgent({ clock });
    let asked = 0;
    const strict: Whole = async () => {
      asked += 1;
      throw new ZoeyError('model_not_found', 'There is no such model.');
    };
    agent.registerModel('TEXT_SMALL', strict, 'strict', 1);
    agent.registerModel('TEXT_SMALL', async () => 'spare', 'spare');
    for (let call = 0; call < 8; call += 1) await agent.useModel('TEXT_SMALL', { prompt: '' });
    assert.equal(asked, 8);
  });

  it('take parameters of the call before those of the type before the defaults', async () => {
    const value = fc.option(fc.double({ min: 0, max: 2, noNaN: true }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(value, value, value, async (call, type, all) => {
        const { agent } = await anAgent();
        const given: Kept = {};
        agent.registerModel('REASONING_LARGE', keep(given), 'here');
        if (type !== undefined) agent.setSetting('TEXT_REASONING_LARGE_TEMPERATURE', type);
        if (all !== undefined) agent.setSetting('DEFAULT_TEMPERATURE', String(all));
        await agent.useModel('REASONING_LARGE', {
          prompt: '',
          ...(call !== undefined && { temperature: call }),
        });
        assert.equal(given.params?.temperature, call ?? type ?? all);
      }),
      { numRuns: 40 },
    );
  });

  it('pass over a setting that is no number', async () => {
    const { agent } = await anAgent();
    const given: Kept = {};
    agent.registerModel('TEXT_SMALL', keep(given), 'here');
    agent.setSetting('TEXT_SMALL_MAX_TOKENS', 'many');
    agent.setSetting('DEFAULT_MAX_TOKENS', 50);
    await agent.useModel('TEXT_SMALL', { prompt: '' });
    assert.equal(given.params?.maxTokens, 50);
  });

  it('that take one text only are given the messages as one', async () => {
    const { agent } = await anAgent();
    agent.registerModel('TEXT_SMALL', async (_runtime, { prompt }) => prompt, 'echo');
    const messages = [
      { role: 'system' as const, content: 'Be brief.' },
      { role: 'user' as const, content: 'Why?' },
    ];
    assert.equal(await agent.useModel('TEXT_SMALL', { messages }), 'system: Be brief.\n\nuser: Why?');
  });

  it('stream and give whole texts alike, and a stream always ends', async () => {
    const { agent } = await anAgent();
    agent.registerModel('TEXT_SMALL', speaking(['a', 'b']), 'stream');
    agent.registerModel('TEXT_LARGE', async () => 'ab', 'whole');
    const endless: Text = async function* () {
      yield { type: 'text', delta: 'ab' };
    };
    agent.registerModel('TEXT_COMPLETION', endless, 'endless');
    assert.equal(await agent.useModel('TEXT_SMALL', { prompt: '' }), 'ab');
    const end: GenerateEvent = { type: 'end', reason: 'stop' };
    for (const type of ['TEXT_LARGE', 'TEXT_COMPLETION'] as const) {
      assert.deepEqual(await events(agent.streamModel(type, { prompt: '' })), [
        { type: 'text', delta: 'ab' },
        end,
      ]);
    }
  });

  it('are stopped where a reader leaves early', async () => {
    const { agent } = await anAgent();
    let closed = false;
    const handler: Text = async function* () {
      try {
        for (;;) yield { type: 'text', delta: 'more ' };
      } finally {
        closed = true;
      }
    };
    agent.registerModel('TEXT_SMALL', handler, 'endless');
    for await (const event of agent.streamModel('TEXT_SMALL', { prompt: '' }))
      if (event.type === 'text') break;
    assert.ok(closed);
  });

  it('are given the run that asks: its caller and its signal', async () => {
    const { agent } = await anAgent();
    const stop = new AbortController();
    const given: Kept = {};
    agent.registerModel('TEXT_SMALL', keep(given), 'here');
    await agent.withRun(aMemory(), { signal: stop.signal }, async (bound) => {
      await bound.useModel('TEXT_SMALL', { prompt: '' });
      assert.equal(given.params?.run, bound.run);
    });
    assert.equal(given.params?.run.signal, stop.signal);
  });

  it('that embed are asked again after a failure that may pass; those that write are not', async () => {
    const { agent } = await anAgent();
    const asked = { embed: 0, write: 0 };
    const embed = async () => {
      asked.embed += 1;
      if (asked.embed < 3) throw away();
      return [1];
    };
    const write = async () => {
      asked.write += 1;
      throw away();
    };
    agent.registerModel('TEXT_EMBEDDING', embed, 'here');
    agent.registerModel('OBJECT_SMALL', write, 'here');
    assert.deepEqual(await agent.useModel('TEXT_EMBEDDING', { text: 'a' }), [1]);
    await assert.rejects(agent.useModel('OBJECT_SMALL', { prompt: 'a' }));
    assert.deepEqual(asked, { embed: 3, write: 1 });
  });

  it('tell who answered, and never what was asked', async () => {
    const { agent } = await anAgent();
    let told: ModelEventPayload | undefined;
    agent.registerEvent('MODEL_USED', async (payload) => {
      told = payload;
    });
    agent.registerModel('TEXT_SMALL', async () => 'an answer', 'here');
    await agent.useModel('TEXT_SMALL', { prompt: 'a question' });
    assert.deepEqual([told?.type, told?.provider], ['TEXT_SMALL', 'here']);
    const { type, provider, ms, ...rest } = told ?? assert.fail();
    assert.ok(!JSON.stringify({ type, provider, ms, keys: Object.keys(rest) }).includes('a question'));
  });

  it('are found without being used', async () => {
    const { agent } = await anAgent();
    const handler: Whole = async () => 'a';
    agent.registerModel('TEXT_SMALL', handler, 'here');
    agent.registerModel('TEXT_SMALL', handler, 'here');
    assert.equal(agent.getModel('TEXT_SMALL'), handler);
    assert.equal(agent.getModel('TEXT_LARGE'), undefined);
  });
});
