import assert from 'node:assert/strict';
import path from 'node:path';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { Caller } from '../../runtime/types/host.ts';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { type TestRuntime, temporaryFolder, testRuntime } from '../support/testRuntime.ts';
import { addFiles, makeTree, never, removeTree } from '../workspace/tree.ts';

const FILES = {
  'src/retry.ts': 'export function retryRequest() {\n  return 1;\n}\n',
  'docs/guide.md': '# Guide\n\nHow wombats are fed.\n',
};

describe('the functions of the workspace', () => {
  let workspace: string;
  let zoey: TestRuntime;

  beforeEach(async () => {
    workspace = await makeTree(FILES);
    zoey = await testRuntime();
  });
  afterEach(async () => {
    await zoey.runtime.close();
    await removeTree(workspace);
  });

  /** Calls as someone with these folders, or without trust. */
  async function callAs(caller: object, name: 'workspace.search' | 'workspace.index', input: unknown) {
    const full = Caller.parse({ host: 'test', settings: {}, ...caller });
    const chunks = zoey.runtime.invoke(name, input, { caller: full, signal: never });
    for (;;) {
      const next = await chunks.next();
      if (next.done) return next.value;
    }
  }

  it('index, telling how far they are, and find', async () => {
    const seen: number[] = [];
    const before = await zoey.call('workspace.status', {}, { workspace });
    assert.deepEqual(
      { ...before, bytes: 0 },
      {
        state: 'idle',
        done: 0,
        total: 0,
        ready: false,
        files: 0,
        chunks: 0,
        waiting: 0,
        failed: 0,
        bytes: 0,
      },
    );
    const after = await zoey.call(
      'workspace.index',
      {},
      { workspace, onChunk: ({ done, total }) => seen.push(total - done) },
    );
    assert.ok(seen.length > 0);
    assert.deepEqual(
      { ready: after.ready, files: after.files, chunks: after.chunks, state: after.state },
      { ready: true, files: 2, chunks: 2, state: 'idle' },
    );
    const { items, complete } = await zoey.call(
      'workspace.search',
      { query: 'retry request' },
      { workspace },
    );
    assert.equal(complete, true);
    assert.deepEqual(
      items.map(({ path, startLine, endLine, symbol }) => ({ path, startLine, endLine, symbol })),
      [{ path: 'src/retry.ts', startLine: 1, endLine: 3, symbol: 'retryRequest' }],
    );
  });

  it('take in single paths, and begin anew when asked to', async () => {
    await zoey.call('workspace.index', {}, { workspace });
    await addFiles(workspace, { 'new.ts': 'const zebra = 1;\n' });
    await zoey.call('workspace.index', { paths: ['new.ts'] }, { workspace });
    const find = () => zoey.call('workspace.search', { query: 'zebra' }, { workspace });
    assert.equal((await find()).items.length, 1);
    const { files } = await zoey.call('workspace.index', { rebuild: true }, { workspace });
    assert.equal(files, 3);
    assert.equal((await find()).items.length, 1);
  });

  it('pause and resume', async () => {
    assert.equal((await zoey.call('workspace.pause', {}, { workspace })).state, 'paused');
    assert.equal((await zoey.call('workspace.index', {}, { workspace })).files, 0);
    await zoey.call('workspace.resume', {}, { workspace });
    assert.equal((await zoey.call('workspace.index', {}, { workspace })).files, 2);
  });

  it('refuse without a folder, and where it is not trusted', async () => {
    const code = async (caller: object) => {
      const error = await callAs(caller, 'workspace.search', { query: 'x' }).catch((it: unknown) => it);
      return ZoeyError.is(error) ? error.code : undefined;
    };
    assert.equal(await code({}), 'invalid_input');
    assert.equal(await code({ workspace, trusted: false }), 'untrusted');
  });

  it('put the name of a further folder before its paths', async () => {
    const path2 = await makeTree({ 'src/other.ts': 'export const retryRequest = 2;\n' });
    const caller = { workspace, folders: [{ path: path2, name: 'lib' }] };
    await callAs(caller, 'workspace.index', {});
    const found = JSON.stringify(await callAs(caller, 'workspace.search', { query: 'retryRequest' }));
    assert.match(found, /"src\/retry\.ts"/);
    assert.match(found, /"lib\/src\/other\.ts"/);
    const alone = JSON.stringify(await callAs({ workspace }, 'workspace.search', { query: 'retryRequest' }));
    assert.doesNotMatch(alone, /other\.ts/);
    await removeTree(path2);
  });

  it('give chat and recall the index where it is made', async () => {
    await zoey.call('workspace.index', {}, { workspace });
    const { items } = await zoey.call('recall.search', { query: 'how are wombats fed' }, { workspace });
    assert.ok(items.some((item) => item.source === 'workspace' && item.path === 'docs/guide.md'));
  });

  it('keep the index beside the memory', async () => {
    const storage = await temporaryFolder();
    const first = await testRuntime({ storageDir: storage.folder });
    assert.equal((await first.call('workspace.status', {}, { workspace })).bytes, 0);
    assert.ok((await first.call('workspace.index', {}, { workspace })).bytes > 0);
    await first.runtime.close();
    const second = await testRuntime({ storageDir: path.join(storage.folder) });
    const { ready, files } = await second.call('workspace.status', {}, { workspace });
    assert.deepEqual({ ready, files }, { ready: true, files: 2 });
    await second.runtime.close();
    await storage.remove();
  });

  it('have what is indexed embedded by the queue', async () => {
    const smart = await testRuntime({ embedder: fakeEmbedder() });
    await smart.call('workspace.index', {}, { workspace });
    const { waiting, embedded } = await smart.call('recall.drain', {});
    assert.deepEqual({ waiting, embedded }, { waiting: 0, embedded: 2 });
    assert.equal((await smart.call('workspace.status', {}, { workspace })).waiting, 0);
    await smart.runtime.close();
  });
});
