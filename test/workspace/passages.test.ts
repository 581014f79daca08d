import assert from 'node:assert/strict';
import { readFile, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { type FileSystem, nodeFileSystem } from '../../runtime/workspace/fileSystem.ts';
import {
  createPassages,
  type PassageSearch,
  type PassagesOptions,
} from '../../runtime/workspace/passages.ts';
import { addFiles, makeTree, never, removeTree } from './tree.ts';

const retry = `import { sleep } from './sleep.ts';

/** Tries again, waiting longer each time. */
export async function retryLoop(task) {
  for (let attempt = 1; ; attempt++) {
    if (await task()) return;
    await sleep(attempt * 100);
  }
}
`;
const filler = (lines: number) =>
  Array.from({ length: lines }, (_, i) => `const other${i} = ${i};`).join('\n');

describe('search for passages', () => {
  let root = '';
  afterEach(() => removeTree(root));

  const search = (query: string, options: Partial<PassageSearch> = {}, passages = createPassages()) =>
    passages.search(root, query, { signal: never, limit: 5, ...options });
  const places = async (query: string, options: Partial<PassageSearch> = {}) =>
    (await search(query, options)).items.map(
      ({ path: file, startLine, endLine }) => `${file}:${startLine}-${endLine}`,
    );

  /** A file system that counts what is opened, and does something first where `before` is given. */
  function watched(before: (file: string, times: number) => Promise<void> = async () => {}) {
    const opened: string[] = [];
    const open: FileSystem['open'] = async (file, flags, mode) => {
      opened.push(String(file));
      await before(String(file), opened.filter((other) => other === String(file)).length);
      return nodeFileSystem.open(file, flags, mode);
    };
    return { opened, fs: { ...nodeFileSystem, open } satisfies FileSystem };
  }

  it('gives the lines that answer, where they stand and what they define', async () => {
    root = await makeTree({ 'src/retry.ts': retry, 'src/other.ts': filler(60), 'README.md': '# Things\n' });
    const found = await search('How does the retry loop wait?');
    assert.deepEqual({ files: found.files, complete: found.complete }, { files: 3, complete: true });
    const [first] = found.items;
    assert.equal(first?.path, 'src/retry.ts');
    assert.equal(first.symbol, 'retryLoop');
    const lines = retry.split('\n').slice(first.startLine - 1, first.endLine);
    assert.equal(first.text, lines.join('\n'));
  });

  it('finds a part far down in a long file', async () => {
    root = await makeTree({ 'long.ts': `${filler(700)}\n\n${retry}\n${filler(700)}` });
    const [first] = (await search('retryLoop')).items;
    assert.ok(first && first.startLine <= 706 && first.endLine >= 704, JSON.stringify(first));
  });

  it('puts what defines a name before what uses it', async () => {
    root = await makeTree({
      'a.ts': 'retryLoop(one);\nretryLoop(two);\n',
      'src/retry.ts': retry,
      'z.ts': "import { retryLoop } from './src/retry.ts';\nimport { retryLoop as other } from './x.ts';\n",
    });
    assert.deepEqual(
      (await search('retryLoop')).items.map((item) => item.path),
      ['src/retry.ts', 'a.ts', 'z.ts'],
    );
  });

  it('counts the words of the path', async () => {
    root = await makeTree({ 'billing/invoice.ts': 'export const total = 1;\n', 'a.ts': filler(5) });
    assert.deepEqual(await places('where is the invoice?'), ['billing/invoice.ts:1-1']);
  });

  it('finds nothing for words that are nowhere, and for none', async () => {
    root = await makeTree({ 'a.ts': retry });
    assert.deepEqual((await search('zebra')).items, []);
    assert.deepEqual((await search('?!')).items, []);
  });

  it('prefers what is open in the editor', async () => {
    root = await makeTree({ 'a.ts': 'retry();\n', 'b.ts': 'retry();\n' });
    assert.deepEqual(await places('retry'), ['a.ts:1-1', 'b.ts:1-1']);
    assert.deepEqual(await places('retry', { boost: ['b.ts'] }), ['b.ts:1-1', 'a.ts:1-1']);
  });

  it('leaves out what settings, ignore files and the kind of file leave out', async () => {
    root = await makeTree({
      '.zoeyignore': 'hidden.ts\n',
      'hidden.ts': retry,
      'gen/a.ts': retry,
      '.env': 'RETRY=1',
      'binary.txt': Buffer.concat([Buffer.from('retry'), Buffer.from([0])]),
      'packed.js': 'retry();'.repeat(400),
      'kept.ts': 'retry();\n',
    });
    assert.deepEqual(await places('retry', { exclude: ['**/gen'] }), ['kept.ts:1-1']);
  });

  it('redacts secrets, also where a passage holds only the middle of one', async () => {
    const key = Array.from({ length: 60 }, (_, i) => `${i}needle`.padEnd(64, 'Ab3dEf7h')).join('\n');
    const edge = (word: string) => `-----${word} RSA PRIVATE KEY-----`;
    root = await makeTree({
      'fixture.txt': `needle\n${edge('BEGIN')}\n${key}\n${edge('END')}\npassword = "hunter2" # needle\n`,
    });
    const { items } = await search('needle');
    assert.ok(items.length > 0);
    for (const { text } of items) assert.ok(!/Ab3dEf7h|hunter2/.test(text), text);
  });

  it('answers with what stands in the file now', async () => {
    root = await makeTree({ 'a.ts': 'retry(first);\n', 'b.ts': 'retry(second);\n' });
    const passages = createPassages();
    assert.equal((await search('retry', {}, passages)).items.length, 2);
    await addFiles(root, { 'a.ts': 'changed(completely, and at length);\n' });
    await rm(path.join(root, 'b.ts'));
    assert.deepEqual((await search('retry', {}, passages)).items, []);
    assert.equal(
      (await search('changed', {}, passages)).items[0]?.text,
      'changed(completely, and at length);',
    );
  });

  it('never gives out lines that changed while it searched', async () => {
    root = await makeTree({ 'a.ts': 'retry(first);\n', 'b.ts': 'retry(second);\n' });
    const target = path.join(root, 'a.ts');
    // It is read for the sketch, for the score, and to confirm: it changes before the last.
    const { fs } = watched(async (file, times) => {
      if (file === target && times === 3) await addFiles(root, { 'a.ts': '\n\nretry(later);\n' });
    });
    const { items } = await search('retry', {}, createPassages({ fs }));
    assert.deepEqual(
      items.map(({ path: file, startLine, text }) => [file, startLine, text]),
      [
        ['a.ts', 3, 'retry(later);'],
        ['b.ts', 1, 'retry(second);'],
      ],
    );
  });

  it('reads a file again only where it may matter or has changed', async () => {
    root = await makeTree({ 'a.ts': 'retry();\n', 'b.ts': 'other();\n', 'c.ts': 'third();\n' });
    const { fs, opened } = watched();
    const passages = createPassages({ fs });
    await search('retry', {}, passages);
    assert.deepEqual(new Set(opened.map((file) => path.basename(file))), new Set(['a.ts', 'b.ts', 'c.ts']));
    opened.length = 0;
    await search('retry', {}, passages);
    assert.deepEqual(new Set(opened.map((file) => path.basename(file))), new Set(['a.ts']));
    opened.length = 0;
    await utimes(path.join(root, 'c.ts'), 1, 1);
    await search('retry', {}, passages);
    assert.ok(opened.includes(path.join(root, 'c.ts')));
  });

  it('finds the same with a memory too small to keep anything', async () => {
    root = await makeTree({ 'a.ts': retry, 'b.ts': `${filler(40)}\nretry();\n` });
    const small = createPassages({ cacheBytes: 1 });
    const once = await search('retry loop', {}, small);
    assert.deepEqual(await search('retry loop', {}, small), once);
    assert.deepEqual(await search('retry loop'), once);
  });

  describe('with a deadline', () => {
    /** Time passes only when the file system is asked for something. */
    function slow(): PassagesOptions {
      let now = 0;
      const { fs } = watched(async () => {
        now += 10;
      });
      return { fs, clock: () => now };
    }

    it('answers with what it has, says so, and has learned for the next question', async () => {
      root = await makeTree(
        Object.fromEntries(
          Array.from({ length: 64 }, (_, i) => [`f${String(i).padStart(2, '0')}.ts`, `retry(${i});\n`]),
        ),
      );
      const passages = createPassages(slow());
      const first = await search('retry', { deadlineMs: 400, limit: 3 }, passages);
      assert.equal(first.complete, false);
      assert.ok(first.files > 0 && first.files < 64, `${first.files} files`);
      assert.equal(first.items.length, 3);
      const second = await search('retry', { deadlineMs: 2000, limit: 3 }, passages);
      assert.deepEqual({ files: second.files, complete: second.complete }, { files: 64, complete: true });
    });
  });

  it('stops when it is told to', async () => {
    root = await makeTree({ 'a.ts': retry });
    const stop = new AbortController();
    const { fs } = watched(async () => stop.abort());
    await assert.rejects(search('retry', { signal: stop.signal }, createPassages({ fs })), {
      code: 'cancelled',
    });
  });

  it('tells how far it is', async () => {
    root = await makeTree(
      Object.fromEntries(Array.from({ length: 450 }, (_, i) => [`${i}.ts`, 'retry();\n'])),
    );
    const told: number[] = [];
    await search('retry', { onProgress: (files) => told.push(files) });
    assert.deepEqual(told, [200, 400, 450]);
  });

  it('gives lines of the files, none twice, best first, the same every time, for any tree', async () => {
    const line = fc.constantFrom(
      'retry();',
      'loop();',
      '',
      'function retry() {',
      '  other();',
      '}',
      'x'.repeat(200),
    );
    const tree = fc.dictionary(
      fc.constantFrom('a.ts', 'b/c.ts', 'b/retry.md', 'd.py'),
      fc.array(line, { minLength: 1, maxLength: 80 }).map((lines) => lines.join('\n')),
      { minKeys: 1 },
    );
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 1, max: 6 }), async (files, limit) => {
        root = await makeTree(files);
        try {
          const { items } = await search('retry loop', { limit });
          assert.deepEqual((await search('retry loop', { limit })).items, items);
          assert.ok(items.length <= limit);
          for (const [i, item] of items.entries()) {
            const lines = (await readFile(path.join(root, item.path), 'utf8')).split('\n');
            assert.equal(item.text, lines.slice(item.startLine - 1, item.endLine).join('\n'));
            for (const earlier of items.slice(0, i)) {
              assert.ok(earlier.score >= item.score);
              assert.ok(
                earlier.path !== item.path ||
                  earlier.endLine < item.startLine ||
                  earlier.startLine > item.endLine,
              );
            }
          }
        } finally {
          await removeTree(root);
        }
      }),
      { numRuns: 40 },
    );
  });
});
