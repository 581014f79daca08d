import assert from 'node:assert/strict';
import { Backlog } from '../../runtime/recall/backlog.ts';
import { MemoryBlobs } from '../support/memoryBlobs.ts';

const nothing = async () => {};

/** What a process that starts now would know. */
async function next(store: MemoryBlobs): Promise<Backlog> {
  const backlog = new Backlog(store);
  await backlog.learn();
  return backlog;
}

/** One whose index was compared once and lies on disk. */
async function settled(store = new MemoryBlobs()): Promise<{ store: MemoryBlobs; backlog: Backlog }> {
  const backlog = await next(store);
  await backlog.compare(nothing);
  assert.equal(await backlog.settle(nothing), true);
  return { store, backlog };
}

describe('what an index lacks', () => {
  it('is not known at first, and has names once all was compared', async () => {
    const backlog = await next(new MemoryBlobs());
    backlog.add(['a']);
    assert.deepEqual([backlog.complete, backlog.names], [false, []]);
    await backlog.compare(nothing);
    backlog.add(['b']);
    assert.deepEqual([backlog.complete, backlog.names], [true, ['b']]);
  });

  it('reaches the next start: what changed, and what was being written', async () => {
    const { store, backlog } = await settled();
    backlog.add(['changed', 'taken']);
    backlog.addGrowing('growing');
    backlog.addGrowing('whole');
    backlog.add(['whole']);
    await backlog.take(['taken', 'whole'], nothing);
    await backlog.settle(nothing);
    const { complete, names } = await next(store);
    assert.deepEqual([complete, names.sort()], [true, ['changed', 'growing']]);
  });

  it('is not known to the next start where this one ends in the middle of a change', async () => {
    const { store, backlog } = await settled();
    await backlog.during(async () => {
      assert.equal((await next(store)).complete, false);
    });
  });

  it('is not known any more where something changed that has no name, or too much', async () => {
    const { backlog } = await settled();
    backlog.lose();
    assert.equal(backlog.complete, false);
    await backlog.compare(nothing);
    backlog.add(Array.from({ length: 5_001 }, (_, at) => String(at)));
    assert.deepEqual([backlog.complete, backlog.names], [false, []]);
  });

  for (const [what, work] of [
    ['is compared', (backlog: Backlog, body: () => Promise<void>) => backlog.compare(body)],
    ['takes in what changed', (backlog: Backlog, body: () => Promise<void>) => backlog.take(['a'], body)],
    ['changes', (backlog: Backlog, body: () => Promise<void>) => backlog.during(body)],
  ] as const) {
    it(`is not written while the memory ${what}: half of it may be in the index`, async () => {
      const { store, backlog } = await settled();
      await work(backlog, async () => {
        store.blobs.clear();
        assert.equal(await backlog.settle(nothing), false);
      });
      assert.equal(store.blobs.size, 0);
      assert.equal(await backlog.settle(nothing), true);
      assert.equal(store.blobs.size, 1);
    });
  }

  it('is not written where something was taken in while the index was written', async () => {
    const { backlog } = await settled();
    assert.equal(await backlog.settle(() => backlog.take([], nothing)), false);
  });

  it('is lacking still where it could not be taken in', async () => {
    const { backlog } = await settled();
    backlog.add(['a', 'b']);
    const fails = () => Promise.reject(new Error('The disk failed.'));
    await assert.rejects(backlog.take(['a'], fails));
    assert.deepEqual(backlog.names.sort(), ['a', 'b']);
    await assert.rejects(backlog.compare(fails));
    assert.equal(backlog.complete, false);
  });

  it('goes with the process where it has no place on disk', async () => {
    const backlog = new Backlog(undefined);
    await backlog.learn();
    await backlog.compare(nothing);
    backlog.add(['a']);
    assert.equal(await backlog.settle(nothing), true);
    assert.deepEqual(backlog.names, ['a']);
  });
});
