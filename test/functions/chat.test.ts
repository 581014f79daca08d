import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import type { ChatChunk } from '../../runtime/protocol/schemas.ts';
import { startReplay } from '../support/ollama/replay.ts';
import { temporaryFolder, testRuntime } from '../support/testRuntime.ts';

/** A stream that says these words and does not end by itself. */
const open = (...words: string[]) => ({
  type: 'application/x-ndjson',
  hold: 'open' as const,
  body: words
    .map(
      (content) =>
        `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done: false })}\n`,
    )
    .join(''),
});

describe('chat', () => {
  it('answers with excerpts where no model is, and keeps both messages', async () => {
    const { folder, remove } = await temporaryFolder();
    await mkdir(path.join(folder, 'src'));
    await writeFile(
      path.join(folder, 'src/retry.ts'),
      'export function retryForever() {\n  while (true) attempt();\n}\n',
    );
    const { call, runtime } = await testRuntime();
    const chunks: ChatChunk[] = [];
    const { roomId, message } = await call(
      'chat.send',
      { text: 'Where is retryForever?' },
      { workspace: folder, onChunk: (chunk) => chunks.push(chunk) },
    );
    assert.match(message.text, /^No model is connected\. These are the best matches\./);
    assert.match(message.text, /src\/retry\.ts:1-3/);
    assert.equal(message.references?.[0]?.path, 'src/retry.ts');
    assert.equal(message.model, undefined);
    assert.equal(chunks[0]?.type, 'start');
    assert.equal(chunks.at(-1)?.type, 'end');
    const { items } = await call('rooms.messages', { roomId });
    assert.deepEqual(
      items.map(({ role, status }) => [role, status]),
      [
        ['assistant', 'complete'],
        ['user', 'complete'],
      ],
    );
    const { items: rooms } = await call('rooms.list', {});
    assert.equal(rooms[0]?.title, 'Where is retryForever?');
    await runtime.close();
    await remove();
  });

  it('says why it quotes no file where the workspace is not trusted', async () => {
    const { folder, remove } = await temporaryFolder();
    await writeFile(path.join(folder, 'retry.ts'), 'export function retryForever() {}\n');
    const { call, runtime } = await testRuntime();
    const from = { workspace: folder, trusted: false };
    const { message } = await call('chat.send', { text: 'Where is retryForever?' }, from);
    assert.match(message.text, /not trusted, so its files were not looked through/);
    await runtime.close();
    await remove();
  });

  it('streams from the model and asks it with the window that was set', async () => {
    const replay = await startReplay({ routes: { 'POST /api/chat': 's-chat-think-false' } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url, settings: { contextTokens: 2048 } });
    let streamed = '';
    const { message } = await call(
      'chat.send',
      { text: 'Hello' },
      {
        onChunk(chunk) {
          if (chunk.type === 'text') streamed += chunk.delta;
        },
      },
    );
    assert.equal(message.status, 'complete');
    assert.equal(message.text, streamed);
    assert.ok(message.text.length > 0 && message.model && message.usage);
    const asked = replay.requests.find((request) => request.path === '/api/chat')?.body as {
      options: { num_ctx: number };
    };
    assert.equal(asked.options.num_ctx, 2048);
    await runtime.close();
    await replay.stop();
  });

  it('stops by chat.stop: the socket closes, the words stay', async () => {
    const replay = await startReplay({ routes: { 'POST /api/chat': open('Half ', 'an ', 'answer ') } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    const roomId = uuidv7();
    let seen = '';
    const { message } = await call(
      'chat.send',
      { roomId, text: 'Go' },
      {
        onChunk(chunk) {
          if (chunk.type === 'text') seen += chunk.delta;
          if (seen === 'Half an answer ') void call('chat.stop', { roomId });
        },
      },
    );
    assert.equal(message.status, 'stopped');
    assert.equal(message.text, 'Half an answer ');
    await replay.closed;
    assert.deepEqual(await call('chat.stop', { roomId }), { stopped: false });
    await runtime.close();
    await replay.stop();
  });

  it('stops when the call is cancelled, too', async () => {
    const replay = await startReplay({ routes: { 'POST /api/chat': open('Half ') } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    const roomId = uuidv7();
    const stop = new AbortController();
    await call(
      'chat.send',
      { roomId, text: 'Go' },
      { signal: stop.signal, onChunk: (chunk) => chunk.type === 'text' && stop.abort() },
    ).catch(() => {});
    await replay.closed;
    const { items } = await call('rooms.messages', { roomId });
    assert.equal(items[0]?.status, 'stopped');
    assert.equal(items[0]?.text, 'Half ');
    await runtime.close();
    await replay.stop();
  });

  it('can be joined half-way by a reader that sees all of it', async () => {
    const replay = await startReplay({ routes: { 'POST /api/chat': open('One ', 'two ') } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    const roomId = uuidv7();
    assert.equal((await call('rooms.create', { id: roomId })).title, 'New conversation');
    assert.deepEqual(await call('chat.watch', { roomId }), { active: false });
    let watched: Promise<unknown> | undefined;
    let joined = '';
    const sent = call(
      'chat.send',
      { roomId, text: 'Count' },
      {
        onChunk(chunk) {
          if (chunk.type !== 'text' || watched) return;
          watched = call(
            'chat.watch',
            { roomId },
            {
              onChunk(event) {
                if (event.type === 'start') joined = event.reply.text;
                if (event.type === 'text') joined += event.delta;
                if (joined === 'One two ') void call('chat.stop', { roomId });
              },
            },
          );
        },
      },
    );
    await sent;
    assert.deepEqual(await watched, { active: true });
    assert.equal(joined, 'One two ');
    await runtime.close();
    await replay.stop();
  });

  it('tells a failure in the middle, keeps the words, and goes on from there', async () => {
    const replay = await startReplay({
      routes: { 'POST /api/chat': ['s-chat-midstream-error', 's-chat-think-false'] },
    });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    const { roomId, message } = await call('chat.send', { text: 'Go' });
    assert.equal(message.status, 'failed');
    assert.equal(message.error?.code, 'model_stopped');
    assert.ok(message.text.length > 0);
    const more = await call('chat.continue', { roomId, messageId: message.id });
    assert.equal(more.message.status, 'complete');
    assert.equal(more.message.id, message.id);
    assert.ok(more.message.text.startsWith(message.text));
    assert.equal(more.message.error, undefined);
    await assert.rejects(call('chat.continue', { roomId, messageId: message.id }), { code: 'conflict' });
    await runtime.close();
    await replay.stop();
  });

  it('edits and resends: the old message and all after it are gone', async () => {
    const { call, runtime } = await testRuntime();
    const id = uuidv7();
    const { roomId } = await call('chat.send', { id, text: 'Frist question' });
    await call('chat.send', { roomId, text: 'Second question' });
    await call('chat.send', { roomId, text: 'First question', replaces: id });
    const { items } = await call('rooms.messages', { roomId });
    assert.deepEqual(
      items.filter(({ role }) => role === 'user').map(({ text }) => text),
      ['First question'],
    );
    const other = await call('chat.send', { text: 'Elsewhere' });
    await assert.rejects(call('chat.send', { roomId, text: 'x', replaces: other.message.id }), {
      code: 'not_found',
    });
    assert.equal((await call('rooms.messages', { roomId: other.roomId })).items.length, 2);
    await runtime.close();
  });

  it('sends again what an earlier try had taken out already', async () => {
    const { call, runtime } = await testRuntime();
    const { roomId } = await call('chat.send', { text: 'First question' });
    await call('chat.send', { roomId, text: 'Once more', replaces: uuidv7() });
    assert.equal((await call('rooms.messages', { roomId })).items.length, 4);
    await runtime.close();
  });

  it('takes the same message once', async () => {
    const { call, runtime } = await testRuntime();
    const id = uuidv7();
    const { roomId } = await call('chat.send', { id, text: 'Once' });
    await assert.rejects(call('chat.send', { id, roomId, text: 'Once' }), { code: 'conflict' });
    assert.equal((await call('rooms.messages', { roomId })).items.length, 2);
    await runtime.close();
  });

  it('keeps secrets out of memory and prompt', async () => {
    const replay = await startReplay({ routes: { 'POST /api/chat': 's-chat-think-false' } });
    const { call, runtime } = await testRuntime({ ollamaUrl: replay.url });
    const key = `ghp_${'a1B2'.repeat(9)}`;
    const { roomId } = await call('chat.send', {
      text: `Why is ${key} refused?`,
      attachments: [{ kind: 'selection', path: 'src/a.ts', startLine: 1, text: `const token = "${key}";` }],
    });
    const { items } = await call('rooms.messages', { roomId });
    assert.equal(JSON.stringify([items, replay.requests, await call('rooms.list', {})]).includes(key), false);
    assert.match(items.at(-1)?.text ?? '', /\[redacted/);
    await runtime.close();
    await replay.stop();
  });

  it('refuses attachments it must not or cannot read, before anything is stored', async () => {
    const { folder, remove } = await temporaryFolder();
    await writeFile(path.join(folder, '.env'), 'A=1');
    const { call, runtime } = await testRuntime();
    const attach = (file: string) =>
      call('chat.send', { text: 'Look', attachments: [{ kind: 'file', path: file }] }, { workspace: folder });
    await assert.rejects(attach('.env'), { code: 'invalid_input', message: /may hold secrets/ });
    await assert.rejects(attach('gone.ts'), { code: 'not_found' });
    await assert.rejects(attach('../../etc/passwd'), { code: 'invalid_input' });
    assert.deepEqual((await call('rooms.list', {})).items, []);
    await runtime.close();
    await remove();
  });

  it('leaves an answer that a dead process was writing as interrupted', async () => {
    const { folder, remove } = await temporaryFolder();
    const replay = await startReplay({ routes: { 'POST /api/chat': open('Half ') } });
    const first = await testRuntime({ ollamaUrl: replay.url, storageDir: folder });
    const roomId = uuidv7();
    let closed: Promise<void> | undefined;
    const onChunk = ({ type }: { type: string }) => {
      if (type === 'text') closed = first.runtime.close();
    };
    await first.call('chat.send', { roomId, text: 'Go' }, { onChunk });
    await closed;
    const second = await testRuntime({ storageDir: folder });
    const { items } = await second.call('rooms.messages', { roomId });
    assert.equal(items[0]?.status, 'interrupted');
    assert.equal(items[0]?.text, 'Half ');
    await second.runtime.close();
    await replay.stop();
    await remove();
  });
});
