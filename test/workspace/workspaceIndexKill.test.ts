import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { bringUpToDate, testIndex } from '../support/workspace/index.ts';
import { makeTree, never, removeTree } from './tree.ts';

const INDEXER = path.join(__dirname, '..', 'support', 'workspace', 'indexer.ts');
const FILES = 120;

describe('an index whose process is killed', () => {
  let root: string;
  let folder: string;

  before(async () => {
    const files = Array.from({ length: FILES }, (_, i) => {
      const lines = Array.from({ length: 60 }, (_, n) => `  call${i}(${n});`).join('\n');
      return [`f${i}.ts`, `export function name${i}() {\n${lines}\n}\n`];
    });
    root = await makeTree(Object.fromEntries(files));
    folder = await mkdtemp(path.join(tmpdir(), 'zoey-index-'));
  });
  after(async () => {
    await removeTree(root);
    await removeTree(folder);
  });

  /** Kills the process after it said so much. */
  async function killAfter(file: string, lines: number): Promise<string[]> {
    const child = spawn(process.execPath, ['--import', 'tsx', INDEXER, file, root], { stdio: 'pipe' });
    let complaints = '';
    child.stderr.on('data', (text) => {
      complaints += String(text);
    });
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      if (said.length === lines) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(complaints, '');
    assert.equal(child.signalCode, 'SIGKILL');
    return said;
  }

  it('is whole again after the next look, and goes on where it was', async function () {
    this.timeout(60_000);
    const file = path.join(folder, 'index.sqlite');
    for (const lines of [1, 4, 6, 12]) await killAfter(file, lines);
    const index = testIndex({ file });
    await bringUpToDate(index, root);
    const fresh = testIndex();
    await bringUpToDate(fresh, root);
    const { files, chunks } = await index.status([root]);
    assert.deepEqual({ files, chunks }, { files: FILES, chunks: (await fresh.status([root])).chunks });
    for (let i = 0; i < FILES; i += 7) {
      const found = await index.search({ roots: [root], text: `name${i} call${i}`, limit: 5, signal: never });
      const expected = await fresh.search({
        roots: [root],
        text: `name${i} call${i}`,
        limit: 5,
        signal: never,
      });
      assert.deepEqual(found, expected);
    }
    await fresh.close();
    await index.close();
  });

  it('embeds again what had no vector on disk, and finds nothing by the vector of another chunk', async () => {
    const file = path.join(folder, 'vectors.sqlite');
    const embedder = fakeEmbedder();
    const index = testIndex({ file, embedder });
    await bringUpToDate(index, root);
    const stamp = await embedder.stamp();
    assert.ok(stamp);
    const jobs = await index.embeddings.waiting(stamp, 50, Date.now());
    const vectors = await embedder.embed(
      jobs.map(({ text }) => text),
      { purpose: 'passage' },
    );
    await index.embeddings.store(
      stamp,
      jobs.map(({ id }, i) => ({ id, vector: vectors[i] ?? new Float32Array() })),
    );
    // As a crash leaves it: a copy of the file before anything more was written.
    const copy = path.join(folder, 'copy.sqlite');
    for (const suffix of ['', '-wal']) await cp(file + suffix, copy + suffix);
    await index.close();
    const after = testIndex({ file: copy, embedder });
    await after.status([root]);
    const { waiting, embedded } = await after.embeddings.counts(stamp);
    assert.equal(embedded, 0);
    await bringUpToDate(after, root);
    assert.equal((await after.embeddings.counts(stamp)).waiting, waiting);
    await after.close();
  });
});
