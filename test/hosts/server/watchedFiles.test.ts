import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { createConnection } from 'vscode-languageserver/node';
import { WatchedFiles } from '../../../runtime/hosts/server/watchedFiles.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import type { Invoke } from '../../../runtime/protocol/rpc.ts';
import { Caller } from '../../../runtime/types/host.ts';

const trusted = Caller.parse({ host: 'editor', workspace: '/w', settings: {} });

describe('files that the editor watches', () => {
  /** An editor on one end, what the server asks the index on the other. */
  function connect(canWatch: boolean) {
    const [up, down] = [new PassThrough(), new PassThrough()];
    const editor = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
    const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
    const asked: unknown[] = [];
    let heard = () => {};
    const next = () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      });
    const invoke: Invoke = async function* (name, input) {
      asked.push({ name, input });
      heard();
      yield {};
      return {};
    };
    const watched = new WatchedFiles(invoke, silentLog);
    watched.follow(server, canWatch);
    server.onInitialize(() => ({ capabilities: {} }));
    server.listen();
    editor.listen();
    const tell = (paths: readonly string[]) =>
      editor.sendNotification('workspace/didChangeWatchedFiles', {
        changes: paths.map((path) => ({ uri: pathToFileURL(path).href, type: 2 })),
      });
    return { editor, watched, asked, next, tell };
  }

  it('are asked for where the editor can watch by itself', async () => {
    const { editor } = connect(true);
    const registered = new Promise((resolve) => editor.onRequest('client/registerCapability', resolve));
    await editor.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
    await editor.sendNotification('initialized', {});
    assert.match(JSON.stringify(await registered), /didChangeWatchedFiles.*\*\*\/\*/);
    editor.dispose();
  });

  it('reach the index together, in the name of who asked for one', async () => {
    const { editor, watched, asked, next, tell } = connect(false);
    watched.note('workspace.index', trusted);
    const told = next();
    await tell(['/w/a.ts', '/w/b c.ts']);
    await tell(['/w/a.ts']);
    await told;
    assert.deepEqual(asked, [{ name: 'workspace.index', input: { paths: ['/w/a.ts', '/w/b c.ts'] } }]);
    editor.dispose();
  });

  it('are looked at as a whole where they are very many', async () => {
    const { editor, watched, asked, next, tell } = connect(false);
    watched.note('workspace.index', trusted);
    const told = next();
    await tell(Array.from({ length: 300 }, (_, i) => `/w/${i}.ts`));
    await told;
    assert.deepEqual(asked, [{ name: 'workspace.index', input: {} }]);
    editor.dispose();
  });

  it('interest nobody before an index was asked for', async () => {
    const { editor, watched, asked, next, tell } = connect(false);
    await tell(['/w/early.ts']);
    await editor.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
    watched.note('chat.send', trusted);
    watched.note('workspace.index', trusted);
    const told = next();
    await tell(['/w/late.ts']);
    await told;
    assert.deepEqual(asked, [{ name: 'workspace.index', input: { paths: ['/w/late.ts'] } }]);
    editor.dispose();
  });
});
