import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sharedStorage } from '../../extension/storageFolder.ts';

describe('the storage of a workspace', () => {
  let root: string;
  const storageOf = (id: string) => path.join(root, id, 'zoeyos.zoey');
  const lock = (id: string) => {
    mkdirSync(path.join(root, id));
    writeFileSync(path.join(root, id, 'vscode.lock'), '');
  };

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'zoey-storage-'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('is that of the first window in every further one', () => {
    lock('-3e6369e1');
    for (const id of ['-3e6369e1', '-3e6369e1-1', '-3e6369e1-9']) {
      assert.equal(sharedStorage(storageOf(id)), storageOf('-3e6369e1'));
    }
  });

  it('is its own where its name only looks like that of a further window', () => {
    lock('-1');
    lock('abc-2');
    for (const id of ['-1', 'abc-2', 'abc-10', 'abcd', 'f00d']) {
      assert.equal(sharedStorage(storageOf(id)), storageOf(id));
    }
  });
});
