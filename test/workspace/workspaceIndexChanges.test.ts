import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { WorkspaceIndex } from '../../runtime/workspace/index.ts';
import { bringUpToDate, testIndex } from '../support/workspace/index.ts';
import { addFiles, makeTree, never, removeTree } from './tree.ts';

const NAMES = ['a.ts', 'b.py', 'docs/c.md', 'docs/deep/d.txt', 'e.json'];
const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];

type Change =
  | { type: 'write'; name: string; parts: { word: string; lines: number }[] }
  | { type: 'type'; name: string; parts: { word: string; lines: number }[] }
  | { type: 'close'; name: string }
  | { type: 'remove'; name: string }
  | { type: 'ignore'; name: string }
  | { type: 'look'; whole: boolean }
  | { type: 'reopen' };

const name = fc.constantFrom(...NAMES);
const part = fc.record({ word: fc.constantFrom(...WORDS), lines: fc.integer({ min: 1, max: 45 }) });
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('write' as const),
      name,
      parts: fc.array(part, { maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('type' as const),
      name,
      parts: fc.array(part, { maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('close' as const), name }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('ignore' as const), name }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('look' as const), whole: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ type: 'reopen' as const }) },
);

function textOf(file: string, parts: readonly { word: string; lines: number }[]): string {
  return parts
    .map(({ word, lines }, i) => {
      const head = file.endsWith('.md') ? `# ${word} ${i}` : `function ${word}${i}() {`;
      return [head, ...Array.from({ length: lines }, (_, n) => `  ${word} ${n % 7};`), '}', ''].join('\n');
    })
    .join('\n');
}

/** Everything that can be found of each word, in an order that does not hang on ids. */
async function contents(index: WorkspaceIndex, root: string): Promise<unknown> {
  const found = [];
  for (const word of WORDS) {
    const items = await index.search({ roots: [root], text: word, limit: 50, signal: never });
    found.push(items.map((it) => `${it.path}:${it.startLine}-${it.endLine} ${it.symbol} ${it.text}`).sort());
  }
  const { files, chunks } = await index.status([root]);
  return { files, chunks, found };
}

/** A folder, and an index that follows what is done to it. */
class Followed {
  #tick = 1_700_000_000;
  readonly #touched = new Set<string>();
  /** What an editor shows, by the absolute path. */
  readonly #shown = new Map<string, string>();
  #index: WorkspaceIndex;
  readonly #file: string;

  private constructor(
    readonly root: string,
    readonly folder: string,
  ) {
    this.#file = path.join(folder, 'index.sqlite');
    this.#index = this.#open();
  }

  static async make(): Promise<Followed> {
    return new Followed(await makeTree({}), await mkdtemp(path.join(tmpdir(), 'zoey-index-')));
  }

  get index(): WorkspaceIndex {
    return this.#index;
  }

  /** The text that an editor shows of a file. */
  readonly live = (absolute: string) => this.#shown.get(absolute);

  async apply(change: Change): Promise<void> {
    switch (change.type) {
      case 'write':
        return this.#write(change.name, textOf(change.name, change.parts));
      case 'ignore':
        return this.#write('.gitignore', `${change.name}\n`);
      case 'type':
        this.#touched.add(change.name);
        this.#shown.set(path.join(this.root, change.name), textOf(change.name, change.parts));
        return;
      case 'close':
        this.#touched.add(change.name);
        this.#shown.delete(path.join(this.root, change.name));
        return;
      case 'remove':
        this.#touched.add(change.name);
        return rm(path.join(this.root, change.name), { force: true });
      case 'look':
        await bringUpToDate(this.#index, this.root, change.whole ? {} : { paths: [...this.#touched] });
        return this.#touched.clear();
      case 'reopen':
        await this.#index.close();
        this.#index = this.#open();
    }
  }

  async remove(): Promise<void> {
    await this.#index.close();
    await removeTree(this.root);
    await removeTree(this.folder);
  }

  #open(): WorkspaceIndex {
    return testIndex({ file: this.#file, live: this.live });
  }

  async #write(relative: string, text: string): Promise<void> {
    await addFiles(this.root, { [relative]: text });
    // Two writes within a tick of the file system's clock look the same to anyone.
    await utimes(path.join(this.root, relative), ++this.#tick, this.#tick);
    this.#touched.add(relative);
  }
}

describe('an index that follows changes', () => {
  it('equals one that is made afresh', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 3, maxLength: 14 }), async (changes) => {
        const followed = await Followed.make();
        const fresh = testIndex({ live: followed.live });
        try {
          for (const it of changes) await followed.apply(it);
          await bringUpToDate(followed.index, followed.root);
          await bringUpToDate(fresh, followed.root);
          assert.deepEqual(
            await contents(followed.index, followed.root),
            await contents(fresh, followed.root),
          );
        } finally {
          await fresh.close();
          await followed.remove();
        }
      }),
      { numRuns: Number(process.env.ZOEY_RUNS ?? 8), endOnFailure: true },
    );
  });

  it('takes in what was saved while it looks at many files', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`f${i}.ts`, textOf('f.ts', [{ word: 'alpha', lines: 30 }])]),
    );
    const root = await makeTree(files);
    const index = testIndex();
    try {
      index.ask([{ root, exclude: [] }]);
      await writeFile(path.join(root, 'new.ts'), 'const zebra = 1;\n');
      index.ask([{ root, exclude: [], paths: ['new.ts'] }]);
      await bringUpToDate(index, root);
      const [best] = await index.search({ roots: [root], text: 'zebra', limit: 1, signal: never });
      assert.equal(best?.path, 'new.ts');
      assert.equal((await index.status([root])).files, 201);
    } finally {
      await index.close();
      await removeTree(root);
    }
  });
});
