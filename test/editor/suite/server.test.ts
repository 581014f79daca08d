import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CancellationTokenSource, ResponseError } from 'vscode-jsonrpc/node';
import { Agent } from '../../../extension/agent.ts';
import { startServer } from '../../../extension/client.ts';
import { contract } from '../../../runtime/protocol/contract.ts';
import { Settings } from '../../../runtime/types/host.ts';
import { comesTo, reaches, zoey } from './access.ts';

// The bundled suite lies in test/output/suite.
const standIn = path.join(__dirname, '../../editor/fixtures/standInServer.cjs');
const caller = { host: 'editor', trusted: true, settings: Settings.parse({}) } as const;
const never = new AbortController().signal;

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Resolves when the process is gone. A process that stays lets the test time out. */
async function dies(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
}

describe('the way to a server process and back', () => {
  let log: vscode.LogOutputChannel;
  let folder: string;
  const agents: Agent[] = [];

  before(async () => {
    log = vscode.window.createOutputChannel('Zoey tests', { log: true });
    folder = await mkdtemp(path.join(os.tmpdir(), 'zoey-server-'));
  });
  afterEach(() => Promise.all(agents.splice(0).map((agent) => agent.stop())));
  after(async () => {
    log.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (module: string, version = '1') => ({
    module,
    log,
    env: {},
    initializationOptions: {
      storageDir: folder,
      globalStorage: false,
      version,
      location: 'workspace' as const,
    },
  });

  function agentOn(module: string): Agent {
    const agent = new Agent({
      startServer: (signal) => startServer(options(module), signal),
      caller: () => caller,
      log,
      delay: async () => {},
    });
    agents.push(agent);
    return agent;
  }

  /** The process that was started last, by what it wrote. */
  const started = async () => Number(await readFile(path.join(folder, 'pid'), 'utf8'));

  async function program(text: string): Promise<string> {
    const file = path.join(await mkdtemp(path.join(folder, 'p-')), 'server.cjs');
    await writeFile(file, text);
    return file;
  }

  it('hands over what the server is initialized with, and the caller of each call', async () => {
    const output = await agentOn(standIn).invoke({ name: 'status', input: {} });
    const { pid, ...rest } = output as { pid: number };
    assert.notEqual(pid, process.pid);
    assert.deepEqual(rest, {
      caller,
      options: { storageDir: folder, globalStorage: false, version: '1', location: 'workspace' },
    });
  });

  it('streams in order, all before the answer', async () => {
    const heard: unknown[] = [];
    const call = { name: 'chat.send', input: { chunks: 200 } } as const;
    heard.push(await agentOn(standIn).invoke(call, { onChunk: (chunk) => heard.push(chunk) }));
    assert.deepEqual(heard, [...Array(200).keys(), 'done']);
  });

  it('cancels in the server', async () => {
    const source = new CancellationTokenSource();
    const heard: unknown[] = [];
    const call = agentOn(standIn).invoke(
      { name: 'chat.send', input: { chunks: 1, wait: true } },
      {
        token: source.token,
        onChunk: (chunk) => {
          heard.push(chunk);
          source.cancel();
        },
      },
    );
    await assert.rejects(call, (error) => error instanceof ResponseError && error.data.code === 'cancelled');
    assert.deepEqual(heard, [0, 'cancelled']);
  });

  it('brings the error of the server, with its hint', async () => {
    await assert.rejects(agentOn(standIn).invoke({ name: 'models.pull', input: {} }), (error) => {
      assert.ok(error instanceof ResponseError);
      assert.deepEqual(error.data, {
        code: 'pull_failed',
        message: 'No such model.',
        hint: 'Check the name.',
        retryable: true,
      });
      return true;
    });
  });

  it('comes back by itself when the process dies in the middle of a call', async () => {
    const agent = agentOn(standIn);
    const before = (await agent.invoke({ name: 'status', input: {} })) as { pid: number };
    const back = comesTo(agent, 'running');
    await assert.rejects(
      agent.invoke({ name: 'models.preload', input: {} }),
      (error) => error instanceof ResponseError && error.data.code === 'server_stopped',
    );
    await back;
    const after = (await agent.invoke({ name: 'status', input: {} })) as { pid: number };
    assert.notEqual(after.pid, before.pid);
    assert.equal(isAlive(before.pid), false);
  });

  it('gives up on a server that ends whenever it starts', async () => {
    const agent = agentOn(await program('process.exit(3);'));
    agent.start();
    await reaches(agent, 'failed');
  });

  it('gives up on a server that refuses to be initialized, and leaves none of its processes', async () => {
    await assert.rejects(startServer(options(standIn, 'refused'), never), /refused/);
    await dies(await started());
  });

  it('does not wait for ever for one that never answers, and ends it', async () => {
    const file = JSON.stringify(path.join(folder, 'pid'));
    const silent = await program(
      `require('fs').writeFileSync(${file}, String(process.pid)); setInterval(() => {}, 1000);`,
    );
    await assert.rejects(startServer({ ...options(silent), startTimeout: 1500 }, never), /no answer within/);
    await dies(await started());
  });

  it('ends the process when it is stopped', async () => {
    const agent = agentOn(standIn);
    const { pid } = (await agent.invoke({ name: 'status', input: {} })) as { pid: number };
    await agent.stop();
    await dies(pid);
    assert.equal(agent.state, 'stopped');
  });
});

describe('the agent server that ships', () => {
  it('answers, dies, and comes back by itself', async () => {
    const { agent, manifest } = await zoey();
    const status = async () =>
      contract.status.output.parse(await agent.invoke({ name: 'status', input: {} }));
    const before = await status();
    assert.equal(before.version, manifest.version);
    assert.equal(before.workspace, true);
    const back = comesTo(agent, 'running');
    process.kill(before.pid, 'SIGKILL');
    await back;
    assert.notEqual((await status()).pid, before.pid);
  });
});
