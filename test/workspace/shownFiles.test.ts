import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkspaceIndex } from '../../runtime/workspace/index.ts';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { bringUpToDate, places, type TestIndexOptions, testIndex } from '../support/workspace/index.ts';
import { addFiles, makeTree, never, removeTree } from './tree.ts';

const SAVED = 'export function feedWombats(): void {\n  give(hay);\n}\n';
const TYPED = SAVED.replace('hay', 'carrots');

describe('files that an editor shows', () => {
  let root: string;
  let shown: string | undefined;
  const open: WorkspaceIndex[] = [];
  const make = (options: TestIndexOptions = {}) => {
    const made = testIndex({
      live: (absolute) => (absolute.endsWith('zoo.ts') ? shown : undefined),
      ...options,
    });
    open.push(made);
    return made;
  };
  const look = (index: WorkspaceIndex) => bringUpToDate(index, root, { paths: ['zoo.ts'] });

  beforeEach(async () => {
    shown = undefined;
    root = await makeTree({ 'zoo.ts': SAVED, 'other.md': '# Other\n' });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((it) => it.close()));
    await removeTree(root);
  });

  it('are found by what is typed and not saved, until they are closed without saving', async () => {
    const index = make();
    await bringUpToDate(index, root);
    shown = TYPED;
    await look(index);
    assert.deepEqual(await places(index, root, 'carrots'), ['zoo.ts:1-3']);
    assert.deepEqual(await places(index, root, 'hay'), []);
    shown = undefined;
    await look(index);
    assert.deepEqual(await places(index, root, 'carrots'), []);
    assert.deepEqual(await places(index, root, 'hay'), ['zoo.ts:1-3']);
  });

  it('are found as on disk where the process ended before they were saved', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zoey-index-'));
    const file = path.join(folder, 'index.sqlite');
    const first = make({ file });
    shown = TYPED;
    await bringUpToDate(first, root);
    await first.close();
    shown = undefined;
    const second = make({ file });
    await bringUpToDate(second, root);
    assert.deepEqual(await places(second, root, 'carrots'), []);
    assert.deepEqual(await places(second, root, 'hay'), ['zoo.ts:1-3']);
    await second.close();
    await rm(folder, { recursive: true });
  });

  it('are not found once they are deleted, though they are still shown, and before it is told', async () => {
    const index = make();
    shown = SAVED;
    await bringUpToDate(index, root);
    await rm(path.join(root, 'zoo.ts'));
    assert.deepEqual(await places(index, root, 'feedWombats'), []);
    await look(index);
    assert.equal((await index.status([root])).files, 1);
  });

  it('have their vectors made once they are saved', async () => {
    const embedder = fakeEmbedder();
    const stamp = await embedder.stamp();
    assert.ok(stamp);
    const index = make({ embedder });
    const texts = async (now: number) =>
      (await index.embeddings.waiting(stamp, 10, now)).map(({ text }) => text);
    await bringUpToDate(index, root);
    shown = TYPED;
    await look(index);
    assert.deepEqual(
      (await texts(Date.now())).filter((text) => text.startsWith('zoo.ts')),
      [],
    );
    await addFiles(root, { 'zoo.ts': TYPED });
    const later = await texts(Date.now() + 60_000);
    assert.match(later.join('\n'), /carrots/);
    // Nothing of them is looked at again and again.
    assert.equal((await index.watch(never).next()).done, true);
  });
});
