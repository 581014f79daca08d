import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JoinedMemory } from '../../../runtime/hosts/owner/join.ts';
import { shareMemory } from '../../../runtime/hosts/owner/share.ts';
import { createRuntime } from '../../../runtime/index.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { Caller } from '../../../runtime/types/host.ts';
import { emptyFolder, program } from '../../support/hosts/programs.ts';

describe('the index of a workspace whose memory is elsewhere', () => {
  const open: JoinedMemory[] = [];
  let workspace: string;
  let storageDir: string;
  /** Where each runtime was told to keep its index. */
  let told: (string | undefined)[];

  before(() => program('chunker'));
  beforeEach(() => {
    workspace = emptyFolder();
    writeFileSync(path.join(workspace, 'zoo.ts'), 'export function feedWombats() {}\n');
    storageDir = emptyFolder();
    told = [];
  });
  afterEach(() => Promise.all(open.splice(0).map((memory) => memory.close())));

  const share = (folder = storageDir) => {
    const memory = shareMemory({
      storageDir: folder,
      async open(held) {
        told.push(held.indexDir);
        return createRuntime({ storage: { kind: 'workspace' }, ...held, log: silentLog, version: '0.0.0' });
      },
      log: silentLog,
    });
    open.push(memory);
    return memory;
  };
  const call = async (memory: JoinedMemory, name: 'workspace.index' | 'workspace.status') => {
    const caller = Caller.parse({ host: 'test', workspace, settings: {} });
    const chunks = memory.invoke(name, {}, { caller, signal: new AbortController().signal });
    for (;;) {
      const { done, value } = await chunks.next();
      if (done) return value;
    }
  };
  const isReady = async (memory: JoinedMemory) => {
    const status = await call(memory, 'workspace.status');
    return typeof status === 'object' && status !== null && 'ready' in status && status.ready;
  };

  it('stays in the folder of the workspace, and is there after a restart', async () => {
    const first = share();
    await call(first, 'workspace.index');
    await first.close();
    assert.ok(existsSync(path.join(storageDir, 'index', 'index.sqlite')));
    assert.equal(await isReady(share()), true);
  });

  it('is one process’s at a time; another has its own in memory', async () => {
    const first = share();
    const second = share();
    await call(first, 'workspace.index');
    assert.equal(await isReady(second), false);
    await call(second, 'workspace.index');
    assert.equal(await isReady(second), true);
    await first.close();
    assert.equal(await isReady(share()), true);
    assert.deepEqual(told, [path.join(storageDir, 'index'), undefined, path.join(storageDir, 'index')]);
  });

  it('is in memory where the folder can’t be written', async () => {
    const file = path.join(storageDir, 'file');
    writeFileSync(file, '');
    assert.equal(await isReady(share(file)), false);
    assert.deepEqual(told, [undefined]);
  });
});
