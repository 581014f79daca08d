import assert from 'node:assert/strict';
import { uuidv7 } from '../../../runtime/kernel/ids.ts';
import type { Message } from '../../../runtime/protocol/schemas.ts';
import { type Caller, Settings } from '../../../runtime/types/host.ts';
import { EVENTS, serveHttp } from '../../support/hosts/http.ts';
import { collectEvents, readEvents } from '../../support/hosts/sse.ts';
import { startReplay } from '../../support/ollama/replay.ts';
import { NOWHERE, testRuntime } from '../../support/testRuntime.ts';

const callerFor = (ollamaUrl: string): Caller => ({
  host: 'http',
  trusted: true,
  settings: Settings.parse({ ollamaUrl }),
});

describe('a conversation over HTTP', () => {
  it('is one for all its clients: each gets its own answer, and all is kept', async () => {
    const { runtime } = await testRuntime();
    const { server, call } = await serveHttp(runtime.invoke, { caller: callerFor(NOWHERE) });
    const roomId = uuidv7();
    await call('rooms.create', { id: roomId });
    const texts = ['Where is the first?', 'Where is the second?', 'Where is the third?'];
    const answers = await Promise.all(
      texts.map((text) => call('chat.send', { roomId, text }, { headers: EVENTS }).then(collectEvents)),
    );
    for (const [at, events] of answers.entries()) {
      const start = events[0]?.data as { type: string; message: Message };
      assert.deepEqual([start.type, start.message.text], ['start', texts[at]]);
      assert.equal(events.at(-1)?.event, 'result');
    }
    const listed = await call('rooms.messages', { roomId });
    const { items } = (await listed.json()) as { items: Message[] };
    assert.equal(items.length, 2 * texts.length);
    assert.ok(items.every(({ status }) => status === 'complete'));
    const asked = items.filter(({ role }) => role === 'user').map(({ text }) => text);
    assert.deepEqual(asked.sort(), [...texts].sort());
    await server.close();
    await runtime.close();
  });

  it('stops the model when its client leaves, and keeps what came', async () => {
    const line = JSON.stringify({
      model: 'm',
      message: { role: 'assistant', content: 'Half ' },
      done: false,
    });
    const replay = await startReplay({
      routes: { 'POST /api/chat': { type: 'application/x-ndjson', hold: 'open', body: `${line}\n` } },
    });
    const { runtime } = await testRuntime();
    const { server, call } = await serveHttp(runtime.invoke, { caller: callerFor(replay.url) });
    const roomId = uuidv7();
    await call('rooms.create', { id: roomId });
    const leaving = new AbortController();
    const response = await call(
      'chat.send',
      { roomId, text: 'Go' },
      { headers: EVENTS, signal: leaving.signal },
    );
    for await (const { data } of readEvents(response.body ?? assert.fail())) {
      if ((data as { delta?: string }).delta === 'Half ') break;
    }
    leaving.abort();
    await replay.closed;
    const stopped = await call('chat.stop', { roomId });
    assert.equal(stopped.status, 200);
    const { items } = (await (await call('rooms.messages', { roomId })).json()) as { items: Message[] };
    assert.deepEqual([items[0]?.status, items[0]?.text], ['stopped', 'Half ']);
    await server.close();
    await runtime.close();
    await replay.stop();
  });
});
