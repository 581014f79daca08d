import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkspaceIndex } from '../../runtime/workspace/index.ts';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { bringUpToDate, places, type TestIndexOptions, testIndex } from '../support/workspace/index.ts';
import { pdfOf } from '../support/workspace/pdf.ts';
import { addFiles, makeTree, never, removeTree } from './tree.ts';

const FILES = {
  'src/retry.ts':
    '/** Tries again after a failure. */\nexport function retryRequest(): void {\n  wait();\n}\n',
  'src/parse.py': 'def parse_header(line):\n    return line.split(":")\n',
  'docs/guide.md': '# Guide\n\nHow to install the service.\n\n## Backups\n\nThey are made at night.\n',
  'data/prices.csv': 'fruit,price\napple,3\nquince,9\n',
  'report.pdf': pdfOf(['Revenue was stable', 'Outlook for wombats']),
};

describe('index of a workspace', () => {
  let root: string;
  let index: WorkspaceIndex;
  const open: WorkspaceIndex[] = [];
  const make = (options: TestIndexOptions = {}) => {
    const made = testIndex(options);
    open.push(made);
    return made;
  };

  beforeEach(async () => {
    root = await makeTree(FILES);
    index = make();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((it) => it.close()));
    await removeTree(root);
  });

  it('finds code by its words, with lines, symbol and language', async () => {
    assert.equal(await index.isReady(root), false);
    assert.equal(await bringUpToDate(index, root), 5);
    assert.equal(await index.isReady(root), true);
    const [best] = await index.search({ roots: [root], text: 'retry a request', limit: 3, signal: never });
    assert.deepEqual(
      { ...best, score: 0 },
      {
        root,
        path: 'src/retry.ts',
        startLine: 1,
        endLine: 4,
        text: FILES['src/retry.ts'].trimEnd(),
        score: 0,
        language: 'typescript',
        symbol: 'retryRequest',
      },
    );
  });

  it('finds sections, rows and pages of documents', async () => {
    await bringUpToDate(index, root);
    assert.deepEqual(await places(index, root, 'backups at night', 1), ['docs/guide.md:1-7']);
    assert.deepEqual(await places(index, root, 'quince', 1), ['data/prices.csv:2-3']);
    const [page] = await index.search({ roots: [root], text: 'wombats', limit: 1, signal: never });
    assert.equal(page?.path, 'report.pdf');
    assert.equal(page?.page, 2);
    assert.equal(page?.text, 'Outlook for wombats');
  });

  it('leaves out what is ignored, excluded or secret', async () => {
    await addFiles(root, {
      '.gitignore': 'built/\n',
      '.zoeyignore': 'private.ts\n',
      'built/a.ts': 'const zebra = 1;\n',
      'private.ts': 'const zebra = 1;\n',
      'left/out.ts': 'const zebra = 1;\n',
      '.env': 'zebra=1\n',
      'kept.ts': 'const zebra = 1;\n',
    });
    await bringUpToDate(index, root, { exclude: ['**/left'] });
    assert.deepEqual(await places(index, root, 'zebra'), ['kept.ts:1-1']);
  });

  it('limits a search to a folder, a glob or languages', async () => {
    await addFiles(root, {
      'src/deep/wait.ts': 'export function waiting(): void {}\n',
      'wait.py': 'waiting = 1\n',
    });
    await bringUpToDate(index, root);
    const found = async (filter: { path?: string; languages?: string[] }) => {
      const items = await index.search({
        roots: [root],
        text: 'waiting',
        limit: 9,
        signal: never,
        ...filter,
      });
      return items.map((item) => item.path).sort();
    };
    assert.deepEqual(await found({}), ['src/deep/wait.ts', 'wait.py']);
    assert.deepEqual(await found({ path: 'src/' }), ['src/deep/wait.ts']);
    assert.deepEqual(await found({ path: '**/*.py' }), ['wait.py']);
    assert.deepEqual(await found({ languages: ['python'] }), ['wait.py']);
  });

  it('takes in what is saved, renamed and deleted', async () => {
    await bringUpToDate(index, root);
    await addFiles(root, { 'src/retry.ts': 'export function giraffe(): void {}\n' });
    await rename(path.join(root, 'src/parse.py'), path.join(root, 'src/header.py'));
    await rm(path.join(root, 'docs'), { recursive: true });
    const paths = ['src/retry.ts', path.join(root, 'src/parse.py'), 'src/header.py', 'docs'];
    assert.equal(await bringUpToDate(index, root, { paths }), 2);
    assert.deepEqual(await places(index, root, 'giraffe'), ['src/retry.ts:1-1']);
    assert.deepEqual(await places(index, root, 'again after failure'), []);
    assert.deepEqual(await places(index, root, 'parse_header', 1), ['src/header.py:1-2']);
    assert.deepEqual(await places(index, root, 'backups'), []);
  });

  it('passes over paths outside the folder', async () => {
    const inner = path.join(root, 'src');
    await bringUpToDate(index, inner);
    await bringUpToDate(index, inner, {
      paths: ['../docs/guide.md', path.join(root, 'report.pdf'), 'retry.ts'],
    });
    assert.deepEqual(await places(index, inner, 'backups wombats'), []);
    assert.equal((await index.status([inner])).files, 2);
  });

  it('looks at all again where an ignore file was changed', async () => {
    await bringUpToDate(index, root);
    await addFiles(root, { '.gitignore': 'src/\n' });
    await bringUpToDate(index, root, { paths: ['.gitignore'] });
    assert.deepEqual(await places(index, root, 'retryRequest'), []);
  });

  it('reads nothing again that stayed as it was, and cuts nothing again whose content did', async () => {
    const file = path.join(root, '.zoey', 'index.sqlite');
    await rm(path.dirname(file), { recursive: true, force: true });
    const first = make({ file });
    await bringUpToDate(first, root);
    const before = await first.status([root]);
    await first.close();
    await utimes(path.join(root, 'src/retry.ts'), new Date(), new Date());
    const second = make({ file });
    assert.equal(await second.isReady(root), true);
    assert.deepEqual(await places(second, root, 'retryRequest', 1), ['src/retry.ts:1-4']);
    assert.equal(await bringUpToDate(second, root, { exclude: ['.zoey'] }), 1);
    assert.equal((await second.status([root])).chunks, before.chunks);
  });

  describe('where a file is no longer as it was', () => {
    beforeEach(async () => {
      await bringUpToDate(index, root);
    });

    it('shows a chunk at its new place', async () => {
      const text = `// A new line.\nconst other = 1;\n\n${'// More.\n'.repeat(30)}\n${FILES['src/retry.ts']}`;
      await writeFile(path.join(root, 'src/retry.ts'), text);
      assert.deepEqual(await places(index, root, 'retryRequest', 1), ['src/retry.ts:35-38']);
    });

    it('leaves out what is gone, and a file that is gone', async () => {
      await writeFile(path.join(root, 'src/retry.ts'), 'const nothing = 1;\n');
      await rm(path.join(root, 'src/parse.py'));
      assert.deepEqual(await places(index, root, 'retryRequest'), []);
      assert.deepEqual(await places(index, root, 'parse_header'), []);
    });

    it('takes it in by itself', async () => {
      await writeFile(path.join(root, 'src/retry.ts'), 'export function retryRequest(): void {} // okapi\n');
      await places(index, root, 'retryRequest');
      const watching = index.watch(never);
      while (!(await watching.next()).done);
      assert.deepEqual(await places(index, root, 'okapi'), ['src/retry.ts:1-1']);
    });
  });

  it('shows what an editor shows, saved or not', async () => {
    const live = `// Not saved.\n\n\n${FILES['src/retry.ts'].replace('wait()', 'sleep()')}`;
    const edited = make({ live: (file) => (file.endsWith('retry.ts') ? live : undefined) });
    await bringUpToDate(edited, root);
    const [best] = await edited.search({ roots: [root], text: 'retryRequest', limit: 1, signal: never });
    assert.match(best?.text ?? '', /sleep\(\)/);
  });

  it('redacts secrets in what it gives out', async () => {
    await addFiles(root, { 'deploy.ts': `const deployToken = 'ghp_${'a1B2'.repeat(9)}';\n` });
    await bringUpToDate(index, root);
    const [best] = await index.search({ roots: [root], text: 'deployToken', limit: 1, signal: never });
    assert.match(best?.text ?? '', /redacted/);
  });

  it('rests while it is paused, also after a restart', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zoey-index-'));
    const file = path.join(folder, 'index.sqlite');
    const first = make({ file });
    await first.pause();
    first.ask([{ root, exclude: [] }]);
    assert.equal((await first.status([root])).state, 'paused');
    await first.close();
    const second = make({ file });
    await second.status([root]);
    assert.equal(await bringUpToDate(second, root), 0);
    assert.equal((await second.status([root])).files, 0);
    await second.resume();
    const watching = second.watch(never);
    while (!(await watching.next()).done);
    assert.equal((await second.status([root])).files, 5);
    await second.close();
    await rm(folder, { recursive: true });
  });

  it('begins anew where its file is damaged, and when asked to', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zoey-index-'));
    const file = path.join(folder, 'index.sqlite');
    await writeFile(file, 'This is no database. '.repeat(500));
    const damaged = make({ file });
    assert.equal(await bringUpToDate(damaged, root), 5);
    await damaged.rebuild([{ root, exclude: [] }]);
    assert.equal(await bringUpToDate(damaged, root), 5);
    assert.deepEqual(await places(damaged, root, 'retryRequest', 1), ['src/retry.ts:1-4']);
    await damaged.close();
    await rm(folder, { recursive: true });
  });

  it('keeps none of the text', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zoey-index-'));
    const kept = make({ file: path.join(folder, 'index.sqlite') });
    await bringUpToDate(kept, root);
    await kept.close();
    for (const name of await readdir(folder)) {
      const bytes = await readFile(path.join(folder, name));
      assert.equal(bytes.includes('Tries again after a failure'), false, name);
    }
    await rm(folder, { recursive: true });
  });

  describe('with a model', () => {
    const embedder = fakeEmbedder();
    const embed = async (from: WorkspaceIndex, limit: number) => {
      const stamp = await embedder.stamp();
      assert.ok(stamp);
      const jobs = await from.embeddings.waiting(stamp, limit, Date.now());
      const vectors = await embedder.embed(
        jobs.map(({ text }) => text),
        { purpose: 'passage' },
      );
      await from.embeddings.store(
        stamp,
        jobs.map(({ id }, i) => ({ id, vector: vectors[i] ?? new Float32Array() })),
      );
      return jobs;
    };
    const counts = async (from: WorkspaceIndex) => {
      const stamp = await embedder.stamp();
      assert.ok(stamp);
      return from.embeddings.counts(stamp);
    };

    it('has each chunk embedded once, with path, symbol and head in front', async () => {
      const smart = make({ embedder });
      await bringUpToDate(smart, root);
      const { waiting } = await counts(smart);
      const jobs = await embed(smart, 100);
      assert.equal(jobs.length, waiting);
      assert.ok(jobs.some(({ text }) => text.startsWith('src/retry.ts\nretryRequest\n/** Tries again')));
      assert.deepEqual(await counts(smart), { waiting: 0, failed: 0, embedded: waiting });
      assert.deepEqual(await embed(smart, 100), []);
    });

    it('has what was found or saved embedded first', async () => {
      const smart = make({ embedder });
      await bringUpToDate(smart, root);
      await places(smart, root, 'parse_header', 1);
      assert.match((await embed(smart, 1))[0]?.text ?? '', /^src\/parse\.py/);
      await addFiles(root, { 'docs/new.md': '# New\n\nSomething new.\n' });
      await bringUpToDate(smart, root, { paths: ['docs/new.md'] });
      assert.match((await embed(smart, 1))[0]?.text ?? '', /^docs\/new\.md/);
    });

    it('keeps vectors over a restart and over changes elsewhere in a file; another model begins anew', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'zoey-index-'));
      const file = path.join(folder, 'index.sqlite');
      const first = make({ file, embedder });
      await bringUpToDate(first, root);
      await embed(first, 100);
      const before = await counts(first);
      await first.close();
      const second = make({ file, embedder });
      await addFiles(root, {
        'docs/guide.md': `${FILES['docs/guide.md']}\n# Other\n\n${'New words. \n'.repeat(25)}`,
      });
      await bringUpToDate(second, root);
      const after = await counts(second);
      assert.ok(after.embedded >= before.embedded - 1, JSON.stringify({ before, after }));
      assert.ok(after.waiting > 0);
      const other = await fakeEmbedder({ stamp: { sha256: 'fake-2' } }).stamp();
      assert.ok(other);
      const jobs = await second.embeddings.waiting(other, 100, Date.now());
      assert.equal(jobs.length, after.embedded + after.waiting);
      await second.close();
      await rm(folder, { recursive: true });
    });

    it('waits with what failed, and gives it up when told', async () => {
      const smart = make({ embedder });
      await bringUpToDate(smart, root);
      const stamp = await embedder.stamp();
      assert.ok(stamp);
      const [one, two] = await smart.embeddings.waiting(stamp, 2, 1_000);
      assert.ok(one && two);
      await smart.embeddings.failed([one.id], 5_000);
      await smart.embeddings.failed([two.id], undefined);
      const ids = async (now: number) =>
        (await smart.embeddings.waiting(stamp, 100, now)).map(({ id }) => id);
      assert.ok(!(await ids(4_999)).includes(one.id));
      const later = await smart.embeddings.waiting(stamp, 100, 5_000);
      assert.equal(later.find(({ id }) => id === one.id)?.attempts, 1);
      assert.ok(!later.some(({ id }) => id === two.id));
      assert.equal((await counts(smart)).failed, 1);
    });

    it('embeds nothing of a file that was changed since', async () => {
      const smart = make({ embedder });
      await bringUpToDate(smart, root);
      await writeFile(path.join(root, 'src/retry.ts'), 'const changed = 1;\n');
      const jobs = await embed(smart, 100);
      assert.ok(!jobs.some(({ text }) => text.startsWith('src/retry.ts')));
    });
  });
});
