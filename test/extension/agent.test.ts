import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CancellationTokenSource, ResponseError } from 'vscode-jsonrpc/node';
import { Agent, type AgentOptions, type AgentState } from '../../extension/agent.ts';
import { Settings } from '../../runtime/types/host.ts';
import { echo, FakeLife, wait } from './fakeServer.ts';

const caller = { host: 'editor', trusted: true, settings: Settings.parse({}) } as const;
const ask = { name: 'status', input: {} } as const;

function setUp(options: Partial<AgentOptions> & { answer?: typeof echo } = {}) {
  const lives: FakeLife[] = [];
  const delays: number[] = [];
  const lines: string[] = [];
  const { answer = echo, ...rest } = options;
  const agent = new Agent({
    startServer: async () => {
      const life = new FakeLife(answer);
      lives.push(life);
      return life;
    },
    caller: () => caller,
    log: { info: (m) => lines.push(m), warn: (m) => lines.push(m), error: (m) => lines.push(m) },
    now: () => 0,
    delay: async (ms) => delays.push(ms),
    ...rest,
  });
  const latest = () => {
    const life = lives.at(-1);
    assert.ok(life, 'a server was started');
    return life;
  };
  return { agent, lives, delays, lines, latest };
}

/** Resolves when the agent comes to this state, at once where it is there already. */
function reaches(agent: Agent, state: AgentState): Promise<void> {
  if (agent.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = agent.onDidChangeState((now) => {
      if (now !== state) return;
      listener.dispose();
      resolve();
    });
  });
}

const failsWith = (code: string) => (error: unknown) => {
  assert.ok(error instanceof ResponseError);
  assert.equal(error.data.code, code);
  return true;
};

describe('the agent, as the extension keeps it', () => {
  it('starts no server before the first call, and one for all calls', async () => {
    const { agent, lives } = setUp();
    assert.equal(agent.state, 'stopped');
    assert.equal(lives.length, 0);
    await Promise.all([agent.invoke(ask), agent.invoke(ask), agent.invoke(ask)]);
    assert.equal(lives.length, 1);
    assert.equal(agent.state, 'running');
  });

  it('adds who calls, asked anew each time', async () => {
    let model = 'a';
    const { agent, latest } = setUp({
      caller: () => ({ ...caller, settings: { ...caller.settings, model } }),
    });
    await agent.invoke(ask);
    model = 'b';
    await agent.invoke(ask);
    assert.deepEqual(
      latest().seen.map((params) => params.caller?.settings.model),
      ['a', 'b'],
    );
  });

  it('hands on chunks under a token of its own for each call, and listens no longer than the call', async () => {
    const { agent, latest } = setUp({
      answer: async (_params, _token, chunk) => {
        chunk(1);
        chunk(2);
        return 'done';
      },
    });
    const first: unknown[] = [];
    const second: unknown[] = [];
    await agent.invoke(ask, { onChunk: (chunk) => first.push(chunk) });
    await agent.invoke(ask, { onChunk: (chunk) => second.push(chunk) });
    assert.deepEqual(
      [first, second],
      [
        [1, 2],
        [1, 2],
      ],
    );
    const tokens = latest().seen.map(({ stream }) => stream);
    assert.equal(new Set(tokens).size, 2);
    assert.equal(latest().listening, 0);
  });

  it('asks for no chunks where no one listens', async () => {
    const { agent, latest } = setUp();
    await agent.invoke(ask);
    assert.equal('stream' in (latest().seen[0] ?? {}), false);
  });

  it('tells of each result that passes by', async () => {
    const { agent } = setUp();
    const seen: unknown[] = [];
    agent.onDidAnswer((answer) => seen.push(answer));
    await agent.invoke({ name: 'status', input: { a: 1 } });
    assert.deepEqual(seen, [{ name: 'status', output: { a: 1 } }]);
  });

  it('comes back after a crash; the call under way fails as one that may be tried again', async () => {
    let sent = () => {};
    const underWay = new Promise<void>((resolve) => {
      sent = resolve;
    });
    const { agent, lives, latest, delays } = setUp({
      answer: (...call) => {
        sent();
        return wait(...call);
      },
    });
    const call = agent.invoke(ask);
    await underWay;
    const states: AgentState[] = [];
    const back = new Promise<void>((resolve) => {
      agent.onDidChangeState((state) => {
        states.push(state);
        if (state === 'running') resolve();
      });
    });
    latest().crash();
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof ResponseError);
      assert.deepEqual(error.data, {
        code: 'server_stopped',
        message: "Zoey's agent stopped before it was done.",
        hint: 'It comes back by itself. Try again then.',
        retryable: true,
      });
      return true;
    });
    await back;
    assert.deepEqual(states, ['starting', 'running']);
    assert.equal(lives.length, 2);
    assert.deepEqual(delays, [250]);
  });

  it('lets calls wait that are made while it comes back', async () => {
    let go = () => {};
    const { agent, lives, latest } = setUp({
      delay: () =>
        new Promise<void>((resolve) => {
          go = resolve;
        }),
    });
    await agent.invoke(ask);
    latest().crash();
    await reaches(agent, 'starting');
    const answer = agent.invoke({ name: 'status', input: { waited: true } });
    assert.equal(lives.length, 1);
    go();
    assert.deepEqual(await answer, { waited: true });
    assert.equal(lives.length, 2);
  });

  it('waits longer from crash to crash, gives up after four restarts, and says so', async () => {
    const { agent, lives, delays, lines } = setUp();
    agent.onDidChangeState((state) => {
      if (state === 'running') queueMicrotask(() => lives.at(-1)?.crash());
    });
    agent.start();
    await reaches(agent, 'failed');
    assert.equal(lives.length, 5);
    assert.deepEqual(delays, [250, 750, 2250, 6750]);
    assert.equal(lines.at(-1), 'The agent server ended 5 times and is not started again.');
    await assert.rejects(agent.invoke(ask), failsWith('server_stopped'));
  });

  it('counts a start that fails as a crash', async () => {
    const { agent, lines } = setUp({ startServer: () => Promise.reject(new Error('no such file')) });
    const call = assert.rejects(agent.invoke(ask), failsWith('server_stopped'));
    await reaches(agent, 'failed');
    await call;
    assert.equal(lines.filter((line) => line.includes('no such file')).length, 5);
  });

  it('starts afresh on restart, also after it gave up', async () => {
    let broken = true;
    const { agent } = setUp({
      startServer: async () => {
        if (broken) throw new Error('broken');
        return new FakeLife(echo);
      },
    });
    agent.start();
    await reaches(agent, 'failed');
    broken = false;
    await agent.restart();
    assert.deepEqual(await agent.invoke({ name: 'status', input: 1 }), 1);
  });

  it('lets calls wait that are made while it restarts, and restarts once for all who ask at once', async () => {
    const { agent, lives } = setUp();
    await agent.invoke(ask);
    const restarts = Promise.all([agent.restart(), agent.restart()]);
    const outputs = [agent.invoke({ name: 'status', input: 1 }), agent.invoke({ name: 'status', input: 2 })];
    assert.deepEqual(await Promise.all(outputs), [1, 2]);
    await restarts;
    assert.deepEqual(
      lives.map(({ stopped }) => stopped),
      [true, false],
    );
  });

  it('is what the last word was, when it is stopped, started and restarted at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('start', 'stop', 'restart'), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (words, running) => {
          const { agent, lives } = setUp();
          if (running) await agent.invoke(ask);
          await Promise.all(words.map((word) => agent[word]()));
          const stopped = words.at(-1) === 'stop' || (!running && words.every((word) => word === 'stop'));
          await reaches(agent, stopped ? 'stopped' : 'running');
          assert.equal(lives.filter((life) => !life.stopped).length, stopped ? 0 : 1);
        },
      ),
    );
  });

  it('stops the server it has, and can be started again', async () => {
    const { agent, lives } = setUp();
    await agent.invoke(ask);
    await agent.stop();
    assert.equal(agent.state, 'stopped');
    assert.equal(lives[0]?.stopped, true);
    await agent.invoke(ask);
    assert.equal(lives.length, 2);
    await agent.stop();
    await agent.stop();
    assert.equal(agent.state, 'stopped');
  });

  it('leaves no server behind when it is stopped during the start', async () => {
    const late = new FakeLife(echo);
    let arrive: (life: FakeLife) => void = () => {};
    const { agent } = setUp({
      startServer: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    });
    const call = assert.rejects(agent.invoke(ask), failsWith('server_stopped'));
    const stopped = agent.stop();
    arrive(late);
    await stopped;
    await call;
    assert.equal(late.stopped, true);
    assert.equal(agent.state, 'stopped');
  });

  it('does not wait out a delay when it is stopped', async () => {
    const { agent, latest } = setUp({
      delay: (_ms, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    await agent.invoke(ask);
    latest().crash();
    await reaches(agent, 'starting');
    await agent.stop();
    assert.equal(agent.state, 'stopped');
  });

  it('cancels a call that runs, and one that still waits for the server', async () => {
    let arrive: (life: FakeLife) => void = () => {};
    const { agent } = setUp({
      startServer: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    });
    const waiting = new CancellationTokenSource();
    const early = assert.rejects(agent.invoke(ask, { token: waiting.token }), failsWith('cancelled'));
    waiting.cancel();
    await early;
    const running = new CancellationTokenSource();
    const late = assert.rejects(agent.invoke(ask, { token: running.token }), failsWith('cancelled'));
    const life = new FakeLife(wait);
    arrive(life);
    await reaches(agent, 'running');
    running.cancel();
    await late;
  });

  it('passes the errors of the server through as they are', async () => {
    const data = { code: 'model_busy', message: 'Busy.', hint: 'Wait.', retryable: true };
    const { agent } = setUp({
      answer: () => Promise.reject(new ResponseError(-32803, 'Busy.', data)),
    });
    await assert.rejects(agent.invoke(ask), (error) => {
      assert.ok(error instanceof ResponseError);
      assert.equal(error.code, -32803);
      assert.deepEqual(error.data, data);
      return true;
    });
  });

  it('bounds the calls that wait', async () => {
    const { agent } = setUp({ startServer: () => new Promise(() => {}) });
    for (let i = 0; i < 100; i++) agent.invoke(ask).catch(() => {});
    await assert.rejects(agent.invoke(ask), failsWith('rate_limited'));
  });
});
