import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { CancellationTokenSource, ProgressType, ResponseError } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import { Editor } from '../../support/hosts/editor.ts';
import { readEvents } from '../../support/hosts/fakeRuntime.ts';
import { testCaller } from '../../support/hosts/invokes.ts';
import { emptyFolder } from '../../support/hosts/programs.ts';

const Status = z.object({ pid: z.number(), version: z.string() });

for (const transport of ['stdio', 'ipc'] as const) {
  describe(`language server over ${transport}`, () => {
    let folder: string;
    let editors: Editor[];

    beforeEach(() => {
      folder = emptyFolder();
      editors = [];
    });

    afterEach(() => Promise.all(editors.map((editor) => editor.kill())));

    const start = async (storageDir = folder) => {
      const editor = new Editor(transport);
      editors.push(editor);
      await editor.initialize({ storageDir, version: '1.2.3' });
      await editor.connection.sendNotification('initialized', {});
      return editor;
    };
    const invoke = (editor: Editor, name: string, input: unknown = {}, more: object = {}) =>
      editor.connection.sendRequest('zoey/invoke', { name, input, caller: testCaller, ...more });
    const events = () => readEvents(path.join(folder, 'events.jsonl')).map(({ event }) => event);
    const failure = async (call: Promise<unknown>) => {
      const error = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ResponseError, 'it did not fail');
      return { rpc: error.code, ...z.object({ code: z.string(), retryable: z.boolean() }).parse(error.data) };
    };

    it('says who it is, and asks for the documents that are open', async () => {
      const editor = new Editor(transport);
      editors.push(editor);
      const result = await editor.initialize({ storageDir: folder, version: '1.2.3' });
      assert.deepEqual(result, {
        capabilities: { textDocumentSync: { openClose: true, change: 2 } },
        serverInfo: { name: 'zoey', version: '1.2.3' },
      });
    });

    it('refuses to start without knowing where to keep things', async () => {
      const editor = new Editor(transport);
      editors.push(editor);
      assert.equal((await failure(editor.initialize({ version: '1' }))).code, 'invalid_input');
      assert.equal((await failure(invoke(editor, 'status'))).code, 'invalid_input');
    });

    it('answers, streams and fails', async () => {
      const editor = await start();
      const status = Status.parse(await invoke(editor, 'status'));
      assert.deepEqual(status.version, '1.2.3');
      assert.equal(status.pid, editor.child.pid);
      const chunks: unknown[] = [];
      editor.connection.onProgress(new ProgressType<{ delta?: string }>(), 'a', ({ delta }) => {
        if (delta !== undefined) chunks.push(delta);
      });
      await invoke(editor, 'chat.send', { text: 'one two three' }, { stream: 'a' });
      assert.deepEqual(chunks, ['one ', 'two ', 'three ']);
      const failed = await failure(invoke(editor, 'chat.send', { text: 'now fail' }));
      assert.deepEqual(failed, { rpc: -32803, code: 'model_stopped', retryable: true });
      assert.equal(
        (await failure(invoke(editor, 'status', {}, { caller: undefined }))).code,
        'invalid_input',
      );
    });

    it('stops a stream when the request is cancelled', async () => {
      const editor = await start();
      const cancelling = new CancellationTokenSource();
      editor.connection.onProgress(new ProgressType<{ completed: number }>(), 'p', ({ completed }) => {
        if (completed === 3) cancelling.cancel();
      });
      const params = { name: 'models.pull', input: { name: 'm' }, stream: 'p', caller: testCaller };
      const failed = await failure(editor.connection.sendRequest('zoey/invoke', params, cancelling.token));
      assert.deepEqual(failed, { rpc: -32800, code: 'cancelled', retryable: false });
      assert.ok(events().includes('pull ended'));
    });

    it('stays up when the memory does not open, and tries again with the next call', async () => {
      fs.writeFileSync(path.join(folder, 'refuse'), '');
      const editor = await start();
      assert.equal((await failure(invoke(editor, 'status'))).code, 'storage_corrupt');
      fs.rmSync(path.join(folder, 'refuse'));
      assert.equal(Status.parse(await invoke(editor, 'status')).pid, editor.child.pid);
    });

    it('closes the memory at shutdown and ends at exit', async () => {
      const editor = await start();
      await invoke(editor, 'status');
      const started = performance.now();
      await editor.connection.sendRequest('shutdown');
      await editor.connection.sendNotification('exit');
      assert.equal(await editor.ended(), 0);
      assert.deepEqual(events(), ['open', 'close']);
      assert.equal(fs.existsSync(path.join(folder, 'owner.lock')), false);
      assert.ok(performance.now() - started < 2000, 'it took too long to close');
    });

    it('tells what it died of, closes the memory and ends with a failure', async () => {
      const editor = await start();
      void invoke(editor, 'chat.send', { text: 'crash wait' }).catch(() => {});
      assert.equal(await editor.ended(), 1);
      assert.deepEqual(events(), ['open', 'speaks', 'close']);
      assert.ok(
        editor.log.some((line) => line.includes('The fake crashed.')),
        editor.log.join('\n'),
      );
    });

    it('ends when the editor goes away', async () => {
      const editor = await start();
      await invoke(editor, 'status');
      if (transport === 'ipc') editor.child.disconnect();
      else editor.child.stdin?.end();
      await editor.ended();
    });

    it('serves two windows at one memory, and the second alone when the first is killed', async () => {
      const first = await start();
      const owner = Status.parse(await invoke(first, 'status')).pid;
      const second = await start();
      assert.equal(Status.parse(await invoke(second, 'status')).pid, owner);
      await invoke(second, 'memory.add', { text: 'kept' });
      await first.kill();
      assert.equal(Status.parse(await invoke(second, 'status')).pid, second.child.pid);
      const { items } = z
        .object({ items: z.array(z.object({ text: z.string() })) })
        .parse(await invoke(second, 'memory.list'));
      assert.deepEqual(
        items.map(({ text }) => text),
        ['kept'],
      );
    });

    it('ends in time while another process holds the memory and hangs', async () => {
      const first = await start();
      await invoke(first, 'status');
      const second = await start();
      await invoke(second, 'status');
      first.child.kill('SIGSTOP');
      void invoke(second, 'status').catch(() => {});
      await second.connection.sendRequest('shutdown');
      await second.connection.sendNotification('exit');
      assert.equal(await second.ended(), 0);
    });
  });
}
