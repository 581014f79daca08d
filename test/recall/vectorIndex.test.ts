import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dropIndex } from '../../runtime/recall/blobs.ts';
import { openVectorIndex, type VectorIndex } from '../../runtime/recall/vectors/vectorIndex.ts';
import { MemoryBlobs } from '../support/memoryBlobs.ts';
import { clusteredVectors, randomFrom } from '../support/vectors.ts';

const open = (store = new MemoryBlobs(), dims = 4, schema = 'model') =>
  openVectorIndex({ store, prefix: 'v/', dims, schema });
const row = (key: string, ...values: number[]) => ({
  key,
  version: `v-${key}`,
  vector: Float32Array.from(values),
});
const nearest = (index: VectorIndex, vector: Float32Array, limit = 10) =>
  index.search(vector, { limit }).map(({ key }) => key);

/** The nearest by definition, of vectors of length 1. */
function bruteForce(
  vectors: ReadonlyMap<string, Float32Array>,
  query: Float32Array,
  limit: number,
): string[] {
  return [...vectors]
    .map(([key, vector]) => ({
      key,
      dot: vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0),
    }))
    .sort((a, b) => b.dot - a.dot)
    .slice(0, limit)
    .map(({ key }) => key);
}

async function filled(
  store: MemoryBlobs,
  vectors: Iterable<[string, Float32Array]>,
  dims: number,
): Promise<VectorIndex> {
  const index = await open(store, dims);
  for (const [key, vector] of vectors) index.add({ key, version: '1', vector });
  await index.flush();
  return index;
}

describe('vector index', () => {
  it('finds by direction what was added, at once, whatever its length', async () => {
    const index = await open();
    index.add(row('x', 9, 0, 0, 0));
    index.add(row('xy', 0.1, 0.1, 0, 0));
    index.add(row('z', 0, 0, 3, 0));
    const hits = index.search(Float32Array.of(2, 0, 0, 0), { limit: 5 });
    assert.deepEqual(
      hits.map(({ key, similarity }) => [key, similarity.toFixed(2)]),
      [
        ['x', '1.00'],
        ['xy', '0.71'],
        ['z', '0.00'],
      ],
    );
    assert.equal(index.similarity('xy', Float32Array.of(5, 5, 0, 0))?.toFixed(2), '1.00');
    assert.equal(index.similarity('absent', Float32Array.of(5, 5, 0, 0)), undefined);
  });

  it('refuses vectors without direction or of other dimensions', async () => {
    const index = await open();
    for (const values of [
      [0, 0, 0, 0],
      [1, 2],
      [1, Number.NaN, 0, 0],
      [Number.POSITIVE_INFINITY, 0, 0, 0],
    ]) {
      assert.throws(() => index.add(row('a', ...values)), RangeError);
    }
    assert.deepEqual([index.size, index.versionOf('a')], [0, undefined]);
  });

  it('asks the filter, and decides between equals by key', async () => {
    const index = await open();
    for (const key of ['b', 'c', 'a']) index.add(row(key, 1, 0, 0, 0));
    const query = Float32Array.of(1, 0, 0, 0);
    assert.deepEqual(nearest(index, query), ['a', 'b', 'c']);
    assert.deepEqual(
      index.search(query, { limit: 1, accept: (key) => key !== 'a' }).map(({ key }) => key),
      ['b'],
    );
  });

  it('writes only the blocks that changed', async () => {
    const store = new MemoryBlobs();
    const index = await filled(store, clusteredVectors({ count: 3000, clusters: 5, dims: 16 }), 16);
    assert.deepEqual([...store.blobs.keys()], ['v/0', 'v/1', 'v/2']);
    const before = store.written;
    await index.flush();
    assert.equal(store.written, before);
    index.remove('k1500');
    await index.flush();
    assert.equal(store.written - before, store.blobs.get('v/1')?.length);
  });

  it('leaves nothing of a removed vector on disk after a flush', async () => {
    const store = new MemoryBlobs();
    const index = await open(store);
    index.add({ key: 'secret', version: 'hash-of-secret', vector: Float32Array.of(1, 0.5, 0.25, 0.75) });
    index.add(row('other', 1, 0, 0, 0));
    await index.flush();
    const values = Buffer.from(Int8Array.of(127, 64, 32, 95).buffer);
    assert.ok(Buffer.from(store.blobs.get('v/0') ?? []).includes(values));
    const again = await open(store);
    again.remove('secret');
    await again.flush();
    assert.ok(!store.has('secret'));
    assert.ok(!Buffer.from(store.blobs.get('v/0') ?? []).includes(values));
    again.remove('other');
    await again.flush();
    assert.equal(store.blobs.size, 0);
  });

  it('flushes what an interrupted or failed flush left', async () => {
    const store = new MemoryBlobs();
    const index = await open(store);
    index.add(row('a', 1, 0, 0, 0));
    await assert.rejects(index.flush(AbortSignal.abort()), { code: 'cancelled' });
    store.fault = 'before';
    await assert.rejects(index.flush(), /disk failed/);
    await index.flush();
    assert.equal((await open(store)).versionOf('a'), 'v-a');
  });

  it('drops what another model made, and only damaged blocks', async () => {
    const store = new MemoryBlobs();
    await filled(store, clusteredVectors({ count: 2500, clusters: 5, dims: 16 }), 16);
    const other = await open(store, 16, 'other model');
    assert.deepEqual([other.opened, other.size], ['rebuild', 0]);
    const blob = store.blobs.get('v/1');
    assert.ok(blob);
    blob[blob.length - 3] = (blob[blob.length - 3] ?? 0) ^ 1;
    const damaged = await open(store, 16);
    assert.deepEqual([damaged.opened, damaged.size], ['rebuild', 2500 - 1024]);
    for (let n = 0; n < 1024; n++)
      damaged.add({ key: `k${1024 + n}`, version: '2', vector: new Float32Array(16).fill(1) });
    await damaged.flush();
    const again = await open(store, 16);
    assert.deepEqual([again.opened, again.size], ['whole', 2500]);
  });

  it('is gone when it is dropped, and others are not', async () => {
    const store = new MemoryBlobs();
    await filled(store, clusteredVectors({ count: 10, clusters: 2, dims: 16 }), 16);
    store.blobs.set('text/manifest', new Uint8Array(1));
    await dropIndex(store, 'v/');
    assert.deepEqual([...store.blobs.keys()], ['text/manifest']);
  });
});

describe('vector index: how well it finds', () => {
  const dims = 384;
  const queries = 40;

  /** How many of the 10 nearest are found, on average, and how often the nearest is. */
  async function measure(count: number): Promise<{ recall: number; first: number }> {
    const vectors = new Map(clusteredVectors({ count, clusters: 60, dims }));
    const index = await filled(new MemoryBlobs(), vectors, dims);
    const asked = [...clusteredVectors({ count: queries, clusters: 60, dims, noise: 2 })].map(
      ([, one]) => one,
    );
    let recall = 0;
    let first = 0;
    for (const query of asked) {
      const right = bruteForce(vectors, query, 10);
      const found = nearest(index, query);
      recall += right.filter((key) => found.includes(key)).length / 10 / queries;
      if (found.includes(right[0] ?? '')) first += 1 / queries;
    }
    return { recall, first };
  }

  it('finds nearly all that exact numbers find, where all are compared', async () => {
    const { recall, first } = await measure(2000);
    assert.ok(recall >= 0.97 && first > 0.999, `${recall} ${first}`);
  });

  it('finds at least 95 of 100 through signs, and always the nearest', async () => {
    const { recall, first } = await measure(8_000);
    assert.ok(recall >= 0.95 && first > 0.999, `${recall} ${first}`);
  });

  it('finds what a filter leaves, however few', async () => {
    const vectors = new Map(clusteredVectors({ count: 6000, clusters: 20, dims: 64 }));
    const index = await filled(new MemoryBlobs(), vectors, 64);
    const few = new Set(['k17', 'k4000', 'k5999']);
    const [query] = vectors.values();
    assert.ok(query);
    const hits = index.search(query, { limit: 10, accept: (key) => few.has(key) });
    assert.deepEqual(hits.map(({ key }) => key).sort(), [...few].sort());
  });
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      key: fc.nat({ max: 40 }),
      seed: fc.nat({ max: 1000 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), key: fc.nat({ max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'reopen' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      fault: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

describe('vector index: any sequence of changes', () => {
  const dims = 33;
  const vectorOf = (seed: number) => {
    const random = randomFrom(seed);
    return Float32Array.from({ length: dims }, () => random() - 0.5);
  };

  async function take(
    step: Step,
    state: { index: VectorIndex; store: MemoryBlobs; truth: Map<string, number> },
  ): Promise<void> {
    const { store, truth } = state;
    if (step.do === 'add') {
      truth.set(`k${step.key}`, step.seed);
      state.index.add({ key: `k${step.key}`, version: `${step.seed}`, vector: vectorOf(step.seed) });
    } else if (step.do === 'remove') {
      assert.equal(state.index.remove(`k${step.key}`), truth.delete(`k${step.key}`));
    } else {
      if (step.do === 'crash') store.fault = step.fault;
      await state.index.flush().catch(() => undefined);
      store.fault = undefined;
      if (step.do !== 'flush') state.index = await open(store, dims);
      if (step.do === 'crash') sync(state.index, truth);
    }
  }

  function sync(index: VectorIndex, truth: ReadonlyMap<string, number>): void {
    for (const [key] of [...index.entries()]) if (!truth.has(key)) index.remove(key);
    for (const [key, seed] of truth) {
      if (index.versionOf(key) !== `${seed}`) index.add({ key, version: `${seed}`, vector: vectorOf(seed) });
    }
  }

  it('equals an index built afresh', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), fc.nat(), async (steps, seed) => {
        const store = new MemoryBlobs();
        const state = { index: await open(store, dims), store, truth: new Map<string, number>() };
        for (const step of steps) await take(step, state);
        const fresh = await open(new MemoryBlobs(), dims);
        sync(fresh, state.truth);
        assert.deepEqual(
          [...state.index.entries()].sort(),
          [...state.truth].map(([key, seed]) => [key, `${seed}`]).sort(),
        );
        const query = vectorOf(seed + 1);
        assert.deepEqual(state.index.search(query, { limit: 50 }), fresh.search(query, { limit: 50 }));
      }),
      { numRuns: 200 },
    );
  });
});
