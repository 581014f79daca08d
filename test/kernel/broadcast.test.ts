import assert from 'node:assert/strict';
import { createBroadcast } from '../../runtime/kernel/broadcast.ts';

const forever = () => new AbortController().signal;

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of source) all.push(value);
  return all;
}

describe('broadcast', () => {
  it('gives every reader every value, in order', async () => {
    const broadcast = createBroadcast<number>(() => []);
    const readers = [collect(broadcast.subscribe(forever())), collect(broadcast.subscribe(forever()))];
    for (const value of [1, 2, 3]) broadcast.publish(value);
    broadcast.end();
    assert.deepEqual(await Promise.all(readers), [
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('gives a late reader the past first, without a gap or a double', async () => {
    const past: number[] = [];
    const broadcast = createBroadcast<number>(() => past);
    const publish = (value: number) => {
      past.push(value);
      broadcast.publish(value);
    };
    publish(1);
    const reader = broadcast.subscribe(forever());
    assert.deepEqual(await reader.next(), { value: 1, done: false });
    publish(2);
    broadcast.end();
    assert.deepEqual(await collect(reader), [2]);
  });

  it('lets a reader go when its signal aborts, and keeps the others', async () => {
    const broadcast = createBroadcast<number>(() => []);
    const leave = new AbortController();
    const leaving = collect(broadcast.subscribe(leave.signal));
    const staying = collect(broadcast.subscribe(forever()));
    broadcast.publish(1);
    leave.abort();
    await leaving;
    broadcast.publish(2);
    broadcast.end();
    assert.deepEqual(await staying, [1, 2]);
  });

  it('ends a reader that comes after the end with the past alone', async () => {
    const broadcast = createBroadcast<string>(() => ['all that was']);
    broadcast.end();
    assert.deepEqual(await collect(broadcast.subscribe(forever())), ['all that was']);
  });
});
