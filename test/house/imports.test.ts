import assert from 'node:assert/strict';
import path from 'node:path';
import { checkImports, complaints } from '../../scripts/lib/checkImports.ts';
import { root } from '../../scripts/lib/folders.ts';

const fixture = (name: string) => path.join(root, 'test/fixtures/house', name);

describe('the check of imports', () => {
  it('names each import that breaks a rule, type imports included, and no other', async () => {
    assert.deepEqual(complaints(await checkImports(fixture('broken'))), [
      'extension-imports: extension/skipsTheContract.ts imports runtime/storage/store.ts',
      'extension-rooms: extension/mentions/knowsCoding.ts imports extension/coding/task.ts',
      'kernel-imports: runtime/kernel/reachesUp.ts imports runtime/storage/store.ts',
      'no-cycle: runtime/types/left.ts imports runtime/types/right.ts',
      'one-way-out: runtime/storage/talks.ts imports net',
      'resolvable: runtime/kernel/lost.ts imports ./nothing.ts',
      'vscode-in-extension-alone: runtime/recall/knowsEditor.ts imports vscode',
      'webview-imports: webview/reachesIn.ts imports runtime/storage/store.ts',
      'webview-no-node: webview/readsFiles.ts imports fs',
    ]);
  });

  it('has nothing against a house in order', async () => {
    const report = await checkImports(fixture('sound'));
    assert.deepEqual(complaints(report), []);
    assert.deepEqual([report.modules, report.imports], [2, 1]);
  });

  it('fails where it saw no modules', async () => {
    assert.deepEqual(complaints(await checkImports(fixture('empty'))), ['saw 0 modules and 0 imports']);
  });

  it('fails where a source was not looked at', () => {
    const report = { modules: 1, imports: 1, violations: [], unseen: ['runtime/hidden.ts'] };
    assert.deepEqual(complaints(report), ['not looked at: runtime/hidden.ts']);
  });
});
