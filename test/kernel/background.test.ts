import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Background } from '../../runtime/kernel/background.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { type Caller, Settings } from '../../runtime/types/host.ts';
import { anAgent, anEvaluator, gate } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';

const never = new AbortController().signal;

function aCaller(caller: Partial<Caller> = {}): Caller {
  return { host: 'editor', trusted: true, settings: Settings.parse({}), ...caller };
}

describe('in whose name the background works', () => {
  it('is nobody with the defaults, who may read nothing, before anybody called', () => {
    const { host, trusted, workspace, settings } = new Background().caller();
    assert.deepEqual([host, trusted, workspace, settings], ['agent', false, undefined, Settings.parse({})]);
  });

  it('is the last caller: settings, folder and trust are theirs', () => {
    const background = new Background();
    const settings = Settings.parse({ ollamaUrl: 'http://10.0.0.1:11434', allowedHosts: ['10.0.0.1'] });
    background.note(aCaller({ workspace: '/project' }));
    background.note(aCaller({ workspace: '/project', trusted: false, settings }));
    assert.deepEqual(background.caller(), { host: 'agent', workspace: '/project', trusted: false, settings });
  });

  it('stays who has the folder where somebody calls without it', () => {
    const background = new Background();
    background.note(aCaller({ workspace: '/project' }));
    background.note(aCaller({ host: 'cli', settings: Settings.parse({ model: 'other' }) }));
    assert.equal(background.caller().workspace, '/project');
    assert.equal(background.caller().settings.model, '');
  });

  it('reaches tasks, which wait for the first caller', async () => {
    const background = new Background();
    const { agent, database } = await anAgent({ background });
    const seen = gate<string>();
    agent.registerTaskWorker({
      name: 'LOOK',
      execute: async ({ run }) => seen.open(`${run.caller.settings.ollamaUrl} ${run.caller.trusted}`),
    });
    const now = Date.now();
    const task = { name: 'LOOK', description: '', tags: [], metadata: {}, attempts: 0, dueAt: now };
    await database.createTask({
      id: uuidv7(),
      agentId: agent.agentId,
      createdAt: now,
      updatedAt: now,
      ...task,
    });
    const started = agent.startTasks();
    background.note(aCaller({ settings: Settings.parse({ ollamaUrl: 'http://127.0.0.1:9' }) }));
    await started;
    assert.equal(await seen.promise, 'http://127.0.0.1:9 true');
    await agent.stop();
  });
});

describe('the background, while a person waits', () => {
  it('begins nothing, and begins when the last of them has their answer', async () => {
    const background = new Background();
    const leave = [background.attend(), background.attend()];
    const did: string[] = [];
    const work = background.giveWay(never, async () => did.push('work'));
    leave[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(did, []);
    leave[1]?.();
    await work;
    assert.deepEqual(did, ['work']);
  });

  it('is stopped where it had begun, and begins anew afterwards', async () => {
    const background = new Background();
    const began = gate();
    let tries = 0;
    const work = background.giveWay(never, (signal) => {
      tries += 1;
      if (tries === 2) return Promise.resolve('done');
      began.open();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    await began.promise;
    const leave = background.attend();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(tries, 1);
    leave();
    assert.equal(await work, 'done');
  });

  it('fails by its own fault alone, and ends with its own signal while it waits', async () => {
    const background = new Background();
    await assert.rejects(
      background.giveWay(never, () => Promise.reject(new RangeError('no'))),
      RangeError,
    );
    const leave = background.attend();
    const stop = new AbortController();
    const waiting = background.idle(stop.signal);
    stop.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    await assert.rejects(background.idle(stop.signal), { code: 'cancelled' });
    leave();
  });

  it('loses no time: its timers stand still', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let now = 0;
      const pass = (ms: number) => {
        now += ms;
        mock.timers.tick(ms);
      };
      const background = new Background(() => now);
      let fired = 0;
      background.after(100, () => {
        fired += 1;
      });
      const callOff = background.after(100, () => assert.fail());
      pass(60);
      const leave = background.attend();
      pass(500);
      leave();
      assert.equal(fired, 0);
      callOff();
      pass(499);
      assert.equal(fired, 0);
      pass(1);
      assert.equal(fired, 1);
    } finally {
      mock.timers.reset();
    }
  });

  it('asks no model: the call of an evaluator is cancelled, waits, and is made once more', async () => {
    const { agent } = await anAgent();
    const first = gate();
    const asked: string[] = [];
    agent.registerModel(
      'TEXT_SMALL',
      async (_runtime, { run, prompt }): Promise<string> => {
        asked.push(prompt);
        if (prompt !== 'look back' || asked.length > 1) return 'fine';
        first.open();
        return new Promise((_, reject) =>
          run.signal.addEventListener('abort', () => reject(run.signal.reason)),
        );
      },
      'test',
    );
    const looked: string[] = [];
    agent.registerEvaluator(
      anEvaluator({
        name: 'LOOK',
        handler: async (runtime) =>
          looked.push(await runtime.useModel('TEXT_SMALL', { prompt: 'look back' })),
      }),
    );
    const evaluated = agent.evaluate(aMemory(), undefined, true);
    await first.promise;
    await agent.withRun(aMemory(), {}, async (bound) => {
      await bound.useModel('TEXT_SMALL', { prompt: 'a question' });
      assert.deepEqual(looked, []);
    });
    assert.equal((await evaluated).length, 1);
    assert.deepEqual(asked, ['look back', 'a question', 'look back']);
    assert.deepEqual(looked, ['fine']);
  });
});
