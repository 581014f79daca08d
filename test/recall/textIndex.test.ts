import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TextDocument } from '../../runtime/recall/text/buffer.ts';
import { openTextIndex, type TextIndex } from '../../runtime/recall/text/textIndex.ts';
import { MemoryBlobs } from '../support/memoryBlobs.ts';
import { rank, weigh } from '../support/plainBm25.ts';

const open = (store = new MemoryBlobs(), schema = '1') => openTextIndex({ store, prefix: 'text/', schema });
const document = (key: string, words: string): TextDocument => ({
  key,
  version: `v-${words}`,
  tokens: words.split(' '),
});
const keys = (index: TextIndex, words: string, options = {}) =>
  index.search(words.split(' '), { limit: 10, ...options }).map(({ key }) => key);

async function filled(store: MemoryBlobs, count = 40): Promise<TextIndex> {
  const index = await open(store);
  for (let n = 0; n < count; n++) index.add(document(`k${n}`, `all word${n} tens${n % 10}`));
  await index.flush();
  return index;
}

describe('text index', () => {
  it('finds what was added at once, without a flush', async () => {
    const index = await open();
    index.add(document('a', 'retry loop'));
    assert.deepEqual(keys(index, 'retry'), ['a']);
    assert.equal(index.opened, 'new');
  });

  it('replaces what has the same key, on disk as in memory', async () => {
    const store = new MemoryBlobs();
    const index = await filled(store);
    index.add(document('k1', 'other'));
    assert.deepEqual([keys(index, 'word1', { typos: false }), keys(index, 'other')], [[], ['k1']]);
    assert.equal(index.versionOf('k1'), 'v-other');
    await index.flush();
    const again = await open(store);
    assert.deepEqual([keys(again, 'word1', { typos: false }), keys(again, 'other')], [[], ['k1']]);
    assert.equal(again.size, 40);
  });

  it('opens what was flushed, whole', async () => {
    const store = new MemoryBlobs();
    await filled(store);
    const again = await open(store);
    assert.equal(again.opened, 'whole');
    assert.deepEqual(keys(again, 'word7'), ['k7']);
    assert.deepEqual(
      [...again.entries()].sort(),
      Array.from({ length: 40 }, (_, n) => [`k${n}`, `v-all word${n} tens${n % 10}`]).sort(),
    );
  });

  it('gives as many as are wanted, of those that are accepted', async () => {
    const index = await filled(new MemoryBlobs());
    assert.equal(keys(index, 'all').length, 10);
    assert.deepEqual(keys(index, 'all', { limit: 3 }), ['k0', 'k1', 'k10']);
    assert.deepEqual(keys(index, 'all', { accept: (key: string) => key.endsWith('9') }), [
      'k19',
      'k29',
      'k39',
      'k9',
    ]);
  });

  it('searches on after a filter threw', async () => {
    const index = await filled(new MemoryBlobs());
    const before = index.search(['all', 'tens3'], { limit: 5 });
    const broken = () => {
      throw new Error('broken');
    };
    assert.throws(() => index.search(['all'], { limit: 5, accept: broken }), /broken/);
    assert.deepEqual(index.search(['all', 'tens3'], { limit: 5 }), before);
  });

  it('tells what share of the question a text has: all, less for a missing word, less for a guessed one', async () => {
    const index = await open();
    index.add(document('a', 'retry backoff'));
    index.add(document('b', 'retry other'));
    const shareOf = (words: string) => index.search(words.split(' '), { limit: 1 })[0]?.share ?? 0;
    for (const words of ['retry backoff', 'backoff']) assert.ok(shareOf(words) > 0.999 && shareOf(words) < 1);
    assert.ok(shareOf('retry unheard') < 0.5);
    assert.ok(shareOf('backof') > 0 && shareOf('backof') < 1);
  });

  it('tells apart what has more than is expected', async () => {
    const index = await open();
    for (let n = 0; n < 3; n++) index.add(document(`k${n}`, `zebra${n} zebra zebra crossing crossing`));
    const much = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ');
    for (let n = 0; n < 50; n++) index.add(document(`other${n}`, much));
    const [first, second] = index.search(['zebra1', 'zebra', 'crossing'], { limit: 2 });
    assert.equal(first?.key, 'k1');
    assert.ok(
      (first?.share ?? 0) > (second?.share ?? 1),
      'a share that both have would leave it to their names',
    );
  });

  it('writes nothing where nothing changed, and little where little did', async () => {
    const store = new MemoryBlobs();
    const index = await filled(store, 900);
    const all = store.written;
    await index.flush();
    assert.equal(store.written, all);
    index.add(document('new', 'one'));
    index.remove('k5');
    await index.flush();
    assert.ok(store.written - all < all / 10, `${store.written - all} of ${all}`);
  });

  it('keeps few segments, however often it is flushed', async () => {
    const store = new MemoryBlobs();
    const index = await open(store);
    for (let n = 0; n < 200; n++) {
      index.add(document(`k${n}`, `all word${n}`));
      await index.flush();
    }
    assert.ok(store.blobs.size <= 5, `${store.blobs.size} blobs`);
    assert.equal(keys(index, 'all', { limit: 500 }).length, 200);
  });

  it('leaves no word of what was removed in any blob, once purged', async () => {
    const store = new MemoryBlobs();
    const index = await filled(store);
    index.add(document('secret-key', 'all secretword'));
    for (let n = 40; n < 50; n++) index.add(document(`k${n}`, 'all'));
    await index.flush();
    index.remove('secret-key');
    await index.flush();
    assert.ok(store.has('secretword'));
    await index.purge();
    assert.ok(!store.has('secret'));
    assert.equal(keys(await open(store), 'all', { limit: 100 }).length, 50);
  });

  it('purges what a crash left behind', async () => {
    const store = new MemoryBlobs();
    const index = await filled(store);
    index.add(document('lost', 'lostword'));
    const { write } = store;
    // The segment is written, the manifest is not.
    store.write = async (changes) => {
      if (changes.has('text/manifest')) throw new Error('The disk failed.');
      await write.call(store, changes);
    };
    await assert.rejects(index.flush());
    store.write = write;
    const again = await open(store);
    assert.equal(again.versionOf('lost'), undefined);
    assert.ok(store.has('lostword'));
    await again.purge();
    assert.ok(!store.has('lostword'));
  });

  it('merges while it is changed', async () => {
    const store = new MemoryBlobs();
    const index = await open(store);
    for (let n = 0; n < 3000; n++) index.add(document(`k${n}`, `all word${n}`));
    const flushed = index.flush();
    const { write } = store;
    let writes = 0;
    store.write = (changes) => {
      index.remove(`k${writes}`);
      index.add(document(`new${writes}`, `fresh all`));
      writes += 1;
      return write.call(store, changes);
    };
    await flushed;
    assert.ok(writes > 2);
    const found = keys(index, 'all', { limit: 5000 });
    assert.equal(found.length, 3000);
    assert.equal(new Set(found).size, 3000);
    store.write = write;
    await index.flush();
    assert.deepEqual(
      keys(await open(store), 'all', { limit: 5000 }).sort(),
      keys(index, 'all', { limit: 5000 }).sort(),
    );
  });

  it('stops merging where it is told to, and loses nothing', async () => {
    const store = new MemoryBlobs();
    const index = await open(store);
    for (let n = 0; n < 6000; n++) index.add(document(`k${n}`, `all word${n}`));
    await assert.rejects(index.flush(AbortSignal.abort()), { code: 'cancelled' });
    assert.equal((await open(store)).size, 6000);
    await index.flush();
    assert.equal((await open(store)).size, 6000);
  });
});

describe('text index: damage', () => {
  it('drops an index of another schema', async () => {
    const store = new MemoryBlobs();
    await filled(store);
    const other = await open(store, '2');
    assert.deepEqual([other.opened, other.size], ['rebuild', 0]);
    other.add(document('a', 'x'));
    await other.flush();
    assert.deepEqual([(await open(store, '2')).opened, store.has('word7')], ['whole', false]);
  });

  it('never fails on a damaged blob, and is right again once what is missing was added', async () => {
    const pristine = new MemoryBlobs();
    const index = await filled(pristine);
    index.remove('k3');
    await index.flush();
    const names = [...pristine.blobs.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.oneof(fc.constant('cut' as const), fc.constant('gone' as const), fc.integer({ min: 1, max: 255 })),
        async (name, place, damage) => {
          const store = new MemoryBlobs();
          for (const [other, blob] of pristine.blobs) store.blobs.set(other, blob.slice());
          const blob = store.blobs.get(name) ?? new Uint8Array(1);
          const at = place % blob.length;
          if (damage === 'gone') store.blobs.delete(name);
          else if (damage === 'cut') store.blobs.set(name, blob.slice(0, at));
          else blob[at] = (blob[at] ?? 0) ^ damage;
          const opened = await open(store);
          assert.equal(opened.opened, 'rebuild');
          for (const [key, version] of index.entries()) {
            if (opened.versionOf(key) !== version) opened.add(document(key, version.slice(2)));
          }
          assert.deepEqual(
            opened.search(['all', 'tens4'], { limit: 50 }),
            index.search(['all', 'tens4'], { limit: 50 }),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('text index: typos', () => {
  const cases: [string, string][] = [
    ['a letter is missing', 'databse'],
    ['a letter is too much', 'databasee'],
    ['a letter is another', 'datavase'],
    ['two letters are swapped', 'databaes'],
    ['two letters are wrong in a long word', 'dtabbase'],
  ];
  for (const [what, word] of cases) {
    it(`finds a word where ${what}, in memory and in a segment`, async () => {
      const index = await open();
      index.add(document('a', 'staging database'));
      assert.deepEqual(keys(index, word), ['a']);
      await index.flush();
      assert.deepEqual(keys(index, word), ['a']);
      assert.deepEqual(keys(index, word, { typos: false }), []);
    });
  }

  it('guesses nothing where the word is there, is short, or is a number', async () => {
    const index = await open();
    for (const [key, words] of [
      ['a', 'retry'],
      ['b', 'retries'],
      ['c', 'cat'],
      ['d', '5433'],
    ] as const) {
      index.add(document(key, words));
    }
    assert.deepEqual(keys(index, 'retry'), ['a']);
    assert.deepEqual(keys(index, 'car'), []);
    assert.deepEqual(keys(index, '5432'), []);
  });

  it('does not take the words of removed documents for spellings', async () => {
    const index = await open();
    index.add(document('near', 'database'));
    index.add(document('far', 'datahases'));
    await index.flush();
    index.remove('near');
    assert.deepEqual(keys(index, 'databases'), ['far']);
  });
});

const word = fc.constantFrom('a', 'b', 'c', 'd', 'retry', 'retrie', 'größe', '検索', '\u{20000}', '\uffee');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      key: fc.nat({ max: 30 }),
      tokens: fc.array(word, { maxLength: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), key: fc.nat({ max: 30 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'purge' as const, 'reopen' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      fault: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** An index, and what it must hold. */
class Checked {
  readonly truth = new Map<string, TextDocument>();
  readonly #store = new MemoryBlobs();
  #version = 0;

  private constructor(public index: TextIndex) {}

  static async begin(): Promise<Checked> {
    const checked = new Checked(await open());
    await checked.#reopen();
    return checked;
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'add') {
      const added = { key: `k${step.key}`, version: `${this.#version++}`, tokens: step.tokens };
      this.truth.set(added.key, added);
      this.index.add(added);
    } else if (step.do === 'remove') {
      assert.equal(this.index.remove(`k${step.key}`), this.truth.delete(`k${step.key}`));
    } else if (step.do === 'crash') await this.#crash(step.fault);
    else if (step.do === 'reopen') {
      await this.index.flush();
      await this.#reopen();
      assert.notEqual(this.index.opened, 'rebuild');
    } else await this.index[step.do]();
  }

  async #reopen(): Promise<void> {
    this.index = await open(this.#store);
  }

  async #crash(fault: 'before' | 'after'): Promise<void> {
    this.#store.fault = fault;
    await this.index.flush().catch(() => undefined);
    this.#store.fault = undefined;
    await this.#reopen();
    sync(this.index, this.truth);
  }
}

describe('text index: any sequence of changes', () => {
  const steps = fc.array(step, { maxLength: 60 });
  const query = fc.array(word, { minLength: 1, maxLength: 4 });

  it('equals an index built afresh, and BM25 by definition', async () => {
    await fc.assert(
      fc.asyncProperty(steps, query, async (steps, query) => {
        const checked = await Checked.begin();
        for (const step of steps) await checked.take(step);
        const { index, truth } = checked;
        const fresh = await open();
        for (const added of truth.values()) fresh.add(added);
        assert.equal(index.size, truth.size);
        assert.deepEqual(index.search(query, { limit: 40 }), fresh.search(query, { limit: 40 }));
        const documents = [...truth.values()];
        const found = index.search(query, { limit: 40, typos: false });
        assert.deepEqual(
          found.map(({ key, score }) => ({ key, score })),
          rank(weigh(query, documents), documents),
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** What a caller does after a crash. */
function sync(index: TextIndex, truth: ReadonlyMap<string, TextDocument>): void {
  for (const [key] of [...index.entries()]) if (!truth.has(key)) index.remove(key);
  for (const document of truth.values()) {
    if (index.versionOf(document.key) !== document.version) index.add(document);
  }
}
