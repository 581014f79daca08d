import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createMessageConnection, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { type Door, openDoor } from '../../../runtime/hosts/owner/door.ts';
import { joinMemory } from '../../../runtime/hosts/owner/join.ts';
import { ownLife } from '../../../runtime/hosts/owner/process.ts';
import { visit } from '../../../runtime/hosts/owner/visit.ts';
import { createLog, silentLog } from '../../../runtime/kernel/log.ts';
import { createFakeRuntime } from '../../support/hosts/fakeRuntime.ts';
import { answering, collect, testCaller } from '../../support/hosts/invokes.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

describe("the owner's door", () => {
  const token = randomBytes(32).toString('hex');
  let address: string;
  let door: Door;
  let calls: string[];
  let warnings: string[];

  beforeEach(async () => {
    calls = [];
    warnings = [];
    const name = randomBytes(8).toString('hex');
    address = process.platform === 'win32' ? `\\\\.\\pipe\\zoey-${name}` : path.join(emptyFolder(), 's');
    const invoke = answering((called) => calls.push(called));
    const log = createLog((level, message) => level === 'warn' && warnings.push(message));
    door = await openDoor({ address, token, invoke, log });
  });

  afterEach(() => door.close());

  const knock = () => {
    const socket = net.connect(address);
    const connection = createMessageConnection(socket, socket);
    connection.onError(() => {});
    connection.listen();
    return { socket, connection };
  };
  const status = { name: 'status', input: {}, caller: testCaller };

  it('serves who shows the token', async () => {
    const { connection, socket } = knock();
    await connection.sendRequest('zoey/join', { token });
    await connection.sendRequest('zoey/invoke', status);
    assert.deepEqual(calls, ['status']);
    assert.deepEqual(await connection.sendRequest('zoey/ping'), {});
    socket.destroy();
  });

  it('answers nothing before the token was shown', async () => {
    const { connection, socket } = knock();
    await assert.rejects(connection.sendRequest('zoey/invoke', status), (error) => {
      assert.ok(error instanceof ResponseError);
      assert.equal(error.code, ErrorCodes.MethodNotFound);
      return true;
    });
    assert.deepEqual(calls, []);
    socket.destroy();
  });

  for (const [what, params] of [
    ['another token', { token: 'x'.repeat(64) }],
    ['half of the token', { token: token.slice(0, 32) }],
    ['no token', {}],
    ['a token that is no text', { token: [token] }],
  ] as const) {
    it(`sends away who shows ${what}`, async () => {
      const { connection, socket } = knock();
      const closed = once(socket, 'close');
      void connection.sendRequest('zoey/invoke', status).catch(() => {});
      await assert.rejects(connection.sendRequest('zoey/join', params), (error) => {
        assert.ok(error instanceof ResponseError);
        assert.equal(error.data.code, 'untrusted');
        return true;
      });
      await closed;
      assert.deepEqual(calls, []);
      assert.equal(warnings.length, 1);
      assert.ok(!warnings[0]?.includes(token));
    });
  }

  it('sends away who speaks no JSON-RPC', async () => {
    const socket = net.connect(address);
    socket.resume();
    const closed = once(socket, 'close');
    socket.write('GET / HTTP/1.1\r\nHost: zoey\r\n\r\n');
    await closed;
  });

  it('aborts the calls of a guest that goes away', async () => {
    await door.close();
    const aborted = new Promise<void>((resolve) => {
      const invoke = answering(async (_name, _input, { signal }) => {
        await once(signal, 'abort');
        resolve();
      });
      openDoor({ address, token, invoke, log: silentLog }).then(async (opened) => {
        door = opened;
        const { connection, socket } = knock();
        await connection.sendRequest('zoey/join', { token });
        void connection.sendRequest('zoey/invoke', status).catch(() => {});
        await connection.sendRequest('zoey/ping');
        socket.destroy();
      });
    });
    await aborted;
  });

  it('lets guests have their answers and hang up before it closes', async () => {
    await door.close();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun = () => {};
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const invoke = answering(async () => {
      begun();
      await finished;
      return 'the answer';
    });
    door = await openDoor({ address, token, invoke, log: silentLog });
    const record = { ...ownLife(), nonce: '0'.repeat(32), address, token };
    const seat = await visit({ owner: record, greetingMs: 2000, patienceMs: 2000 });
    const signal = new AbortController().signal;
    const answer = collect(seat.invoke('status', {}, { caller: testCaller, signal }));
    await beginning;
    const drained = door.drain();
    await seat.ended;
    await assert.rejects(collect(seat.invoke('status', {}, { caller: testCaller, signal })), {
      code: 'server_stopped',
    });
    finish();
    assert.equal((await answer).output, 'the answer');
    await drained;
  });
});

describe('joining a memory', () => {
  const options = (storageDir: string) => ({
    storageDir,
    log: silentLog,
    open: () => createFakeRuntime({ storageDir, version: 'x' }),
  });
  const signal = new AbortController().signal;

  it('works for two in one process too', async () => {
    const folder = emptyFolder();
    const first = joinMemory(options(folder));
    await collect(first.invoke('memory.list', {}, { caller: testCaller, signal }));
    const second = joinMemory(options(folder));
    await collect(second.invoke('memory.list', {}, { caller: testCaller, signal }));
    assert.deepEqual([first.role(), second.role()], ['owner', 'guest']);
    await first.close();
    await collect(second.invoke('memory.list', {}, { caller: testCaller, signal }));
    assert.equal(second.role(), 'owner');
    await second.close();
  });

  it('can be closed before it has begun, and answers no more', async () => {
    const memory = joinMemory(options(emptyFolder()));
    await memory.close();
    await assert.rejects(collect(memory.invoke('status', {}, { caller: testCaller, signal })), {
      code: 'server_stopped',
    });
  });

  it('lets a caller leave while it waits', async () => {
    let opened = () => {};
    const opening = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const folder = emptyFolder();
    const memory = joinMemory({
      ...options(folder),
      open: async () => {
        await opening;
        return createFakeRuntime({ storageDir: folder, version: 'x' });
      },
    });
    const leaving = new AbortController();
    const call = collect(memory.invoke('status', {}, { caller: testCaller, signal: leaving.signal }));
    leaving.abort();
    await assert.rejects(call, { code: 'cancelled' });
    opened();
    await collect(memory.invoke('status', {}, { caller: testCaller, signal }));
    await memory.close();
  });

  it('makes the folder where it is missing, for its user alone', async () => {
    const folder = path.join(emptyFolder(), 'a', 'b');
    const memory = joinMemory(options(folder));
    await collect(memory.invoke('status', {}, { caller: testCaller, signal }));
    await memory.close();
    if (process.platform !== 'win32') assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  });

  it('tells what is wrong with a folder that is none', async () => {
    const file = path.join(emptyFolder(), 'file');
    fs.writeFileSync(file, '');
    const memory = joinMemory(options(file));
    const call = collect(memory.invoke('status', {}, { caller: testCaller, signal }));
    await assert.rejects(call, { code: 'storage_failed' });
    await memory.close();
  });

  it('does not trip over a call that was cancelled before a failure', async () => {
    const file = path.join(emptyFolder(), 'file');
    fs.writeFileSync(file, '');
    const memory = joinMemory(options(file));
    const call = collect(memory.invoke('status', {}, { caller: testCaller, signal: AbortSignal.abort() }));
    await assert.rejects(call, { code: 'cancelled' });
    await memory.close();
  });
});
