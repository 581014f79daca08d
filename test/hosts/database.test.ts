import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import type { Message } from '../../runtime/protocol/schemas.ts';
import { CommandLine } from '../support/hosts/commandLine.ts';
import { EVENTS } from '../support/hosts/http.ts';
import { emptyFolder } from '../support/hosts/programs.ts';
import { readEvents } from '../support/hosts/sse.ts';
import { type MadeUp, type Replay, startReplay } from '../support/ollama/replay.ts';
import { type PostgresServer, postgresFor } from '../support/postgres/server.ts';

const TOKEN = 'a-token-for-tests-0123456789';

const part = (content: string, done = false) =>
  `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done, ...(done && { done_reason: 'stop' }) })}\n`;
const type = 'application/x-ndjson';
/** An answer that never comes to its end, and one that does. */
const endless: MadeUp = { type, hold: 'open', body: part('Half ') };
const whole: MadeUp = { type, body: part('All') + part('', true) };

/** Reads on until that much was said; the rest is left unread, and its sender does not notice. */
async function readUntil(events: AsyncIterator<{ data: unknown }>, delta: string): Promise<void> {
  for (;;) {
    const { value, done } = await events.next();
    assert.ok(done !== true, 'it ended before');
    if ((value.data as { delta?: string }).delta === delta) return;
  }
}

describe('one PostgreSQL database under several servers', function () {
  this.timeout(60_000);
  let database: PostgresServer;
  let url: string;
  let schemas = 0;
  let replay: Replay;
  let running: CommandLine[];
  before(async function () {
    database = await postgresFor(this);
  });
  after(() => database?.stop());
  beforeEach(() => {
    url = database.url({ search: `?schema=servers${++schemas}` });
    running = [];
  });
  afterEach(async () => {
    for (const program of running) program.signal('SIGKILL');
    await Promise.all(running.map((program) => program.ended()));
    await replay?.stop();
  });

  const serve = async () => {
    const tokenFile = path.join(emptyFolder(), 'token');
    fs.writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
    const args = ['serve', '--token-file', tokenFile, '--ollama', replay.url, '--verbose'];
    const program = new CommandLine(args, { env: { ZOEY_STORAGE_URL: url }, real: true });
    running.push(program);
    await program.until(({ out }) => out.includes('\n'));
    const started = JSON.parse(program.out) as { url: string };
    const call = (name: string, input: unknown, headers: object = {}) =>
      fetch(`${started.url}/v1/functions/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(input),
      });
    const ask = async <T>(name: string, input: unknown) => (await (await call(name, input)).json()) as T;
    const send = async (roomId: string, text: string) => {
      const response = await call('chat.send', { roomId, text }, EVENTS);
      return readEvents(response.body ?? assert.fail());
    };
    const messages = async (roomId: string) =>
      (await ask<{ items: Message[] }>('rooms.messages', { roomId })).items;
    return { program, ask, send, messages };
  };

  it('holds one conversation: one answer at a time, seen and stopped from either', async () => {
    replay = await startReplay({ routes: { 'POST /api/chat': [endless, whole] } });
    const [one, other] = [await serve(), await serve()];
    const roomId = uuidv7();
    await one.ask('rooms.create', { id: roomId });
    await readUntil(await one.send(roomId, 'First question'), 'Half ');
    const second = (async () => {
      const events: unknown[] = [];
      for await (const { data } of await other.send(roomId, 'Second question')) events.push(data);
      return events;
    })();
    // What grows in the one process is stored, and so it is seen in the other.
    let newest: Message | undefined;
    while (newest?.text !== 'Half ') {
      await sleep(20);
      [newest] = await other.messages(roomId);
    }
    assert.equal(newest.status, 'streaming');
    assert.equal((await other.messages(roomId)).length, 2);
    assert.deepEqual(await other.ask('chat.stop', { roomId }), { stopped: true });
    await second;
    const found = (await one.messages(roomId)).map(({ text, status }) => [text, status]);
    assert.deepEqual(found, [
      ['All', 'complete'],
      ['Second question', 'complete'],
      ['Half ', 'stopped'],
      ['First question', 'complete'],
    ]);
  });

  it('goes on where one of them was killed in the middle of an answer', async () => {
    replay = await startReplay({ routes: { 'POST /api/chat': [endless, whole] } });
    const [one, other] = [await serve(), await serve()];
    const roomId = uuidv7();
    await one.ask('rooms.create', { id: roomId });
    await readUntil(await one.send(roomId, 'First question'), 'Half ');
    one.program.signal('SIGKILL');
    await one.program.ended();
    for await (const _ of await other.send(roomId, 'Second question'));
    const statuses = (await other.messages(roomId)).map(({ status }) => status);
    assert.deepEqual(statuses, ['complete', 'complete', 'interrupted', 'complete']);
  });

  it('is told of in the status, and how to open it nowhere', async () => {
    replay = await startReplay();
    const { program, ask } = await serve();
    const status = await ask<{ storage: { database?: { place: string } } }>('status', {});
    assert.equal(status.storage.database?.place, `127.0.0.1:${database.port}/postgres`);
    const said = JSON.stringify(status) + program.out + program.err;
    assert.doesNotMatch(said, /p@ss|p%40ss/);
  });

  it('fails the calls while it is not there, and not the server', async () => {
    replay = await startReplay();
    url = database.url({ password: 'wrong' });
    const { ask } = await serve();
    for (let n = 0; n < 2; n++) {
      const { error } = await ask<{ error: { code: string; message: string } }>('status', {});
      assert.equal(error.code, 'storage_unauthorized');
      assert.doesNotMatch(error.message, /wrong/);
    }
  });
});
