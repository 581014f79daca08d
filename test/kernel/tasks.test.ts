import assert from 'node:assert/strict';
import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { TaskRunner } from '../../runtime/kernel/tasks.ts';
import type { TaskWorker } from '../../runtime/types/runtime.ts';
import type { Task } from '../../runtime/types/task.ts';
import { anAgent, gate, heldClock } from '../support/agent.ts';

async function aRunner(worker?: Partial<TaskWorker>) {
  const { clock, advance } = heldClock();
  const { agent, database, log } = await anAgent({ clock });
  const stop = new AbortController();
  const runner = () => new TaskRunner({ agentId: ZOEY_AGENT_ID, database, clock, log, signal: stop.signal });
  const one = runner();
  const done: Task[] = [];
  const counting: TaskWorker = {
    name: 'COUNT',
    execute: async (_runtime, _options, task) => void done.push(task),
    ...worker,
  };
  one.add(counting);
  const create = async (task: Partial<Task> = {}) => {
    const id = uuidv7();
    const now = clock();
    await database.createTask({
      id,
      agentId: ZOEY_AGENT_ID,
      name: 'COUNT',
      description: '',
      tags: [],
      metadata: {},
      dueAt: now,
      attempts: 0,
      createdAt: now,
      updatedAt: now,
      ...task,
    });
    return id;
  };
  return {
    database,
    log,
    advance,
    clock,
    runner,
    one,
    counting,
    done,
    create,
    stop,
    run: () => one.runDue(() => agent),
    agent,
  };
}

describe('tasks', () => {
  it('run when they are due, once, and not before', async () => {
    const { advance, clock, done, create, run, database } = await aRunner();
    const id = await create({ dueAt: clock() + 1_000, metadata: { what: 'it' } });
    await run();
    assert.equal(done.length, 0);
    advance(1_000);
    await run();
    await run();
    assert.deepEqual(
      done.map((task) => [task.id, task.metadata]),
      [[id, { what: 'it' }]],
    );
    assert.equal(await database.getTask(id), undefined);
  });

  it('that wait for a choice are never run', async () => {
    const { done, create, run, advance } = await aRunner();
    await create({ dueAt: undefined } as Partial<Task>);
    advance(1_000_000);
    await run();
    assert.equal(done.length, 0);
  });

  it('run once though two runners look at the same time', async () => {
    const { runner, counting, done, create, agent, one } = await aRunner();
    for (let task = 0; task < 25; task += 1) await create();
    const two = runner();
    two.add(counting);
    await Promise.all([one.runDue(() => agent), two.runDue(() => agent)]);
    assert.equal(new Set(done.map(({ id }) => id)).size, 25);
    assert.equal(done.length, 25);
  });

  it('that fail are tried again when their time is over, three times in all', async () => {
    let tried = 0;
    const { create, run, advance, database, log } = await aRunner({
      async execute() {
        tried += 1;
        throw new RangeError('no');
      },
    });
    const id = await create();
    for (let look = 0; look < 6; look += 1) {
      await run();
      await run();
      advance(5 * 60_000);
    }
    assert.equal(tried, 3);
    assert.equal(await database.getTask(id), undefined);
    assert.ok(log.lines.some(({ message }) => message === 'task COUNT failed: RangeError'));
  });

  it('that repeat are due again after their interval', async () => {
    const { create, run, advance, done } = await aRunner();
    await create({ metadata: { updateInterval: 1_000 } });
    for (let look = 0; look < 3; look += 1) {
      await run();
      await run();
      advance(1_000);
    }
    assert.equal(done.length, 3);
  });

  it('that nobody does wait until somebody does', async () => {
    const { create, run, advance, database, log, one } = await aRunner();
    const id = await create({ name: 'OTHER' });
    await run();
    assert.ok(await database.getTask(id));
    assert.ok(log.lines.some(({ message }) => message === 'nobody does the task OTHER yet'));
    let ran = false;
    one.add({
      name: 'OTHER',
      async execute() {
        ran = true;
      },
    });
    advance(5 * 60_000);
    await run();
    assert.ok(ran);
  });

  it('are told to stop when the runtime stops, and are due again after a restart', async () => {
    const began = gate();
    const { create, run, advance, done, stop, runner, counting, one, agent, database, clock, log } =
      await aRunner({
        execute: () => {
          began.open();
          return new Promise(() => {});
        },
      });
    await create();
    const running = run();
    await began.promise;
    stop.abort();
    await Promise.all([running, one.stop()]);
    advance(5 * 60_000);
    assert.equal(runner().get('COUNT'), undefined);
    const { signal } = new AbortController();
    const restarted = new TaskRunner({ agentId: ZOEY_AGENT_ID, database, clock, log, signal });
    restarted.add({ ...counting, execute: async (_runtime, _options, task) => void done.push(task) });
    await restarted.runDue(() => agent);
    assert.deepEqual(
      done.map(({ attempts }) => attempts),
      [2],
    );
  });
});
