import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { Scheduler } from '../../runtime/kernel/scheduler.ts';
import { gate } from '../support/agent.ts';

describe('scheduler', () => {
  it('starts work in order, never more at once than it may, and drains', async () => {
    const plan = fc.array(fc.boolean(), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 3 }), async (works, concurrency) => {
        const scheduler = new Scheduler({ concurrency, capacity: 20 });
        const started: number[] = [];
        let running = 0;
        const results = works.map((good, index) =>
          scheduler.add(async () => {
            started.push(index);
            running += 1;
            assert.ok(running <= concurrency);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            if (!good) throw new Error('no');
            return index;
          }),
        );
        const settled = Promise.allSettled(results);
        await scheduler.drain();
        assert.equal(running, 0);
        assert.deepEqual(
          started,
          works.map((_, index) => index),
        );
        assert.deepEqual(
          (await settled).map(({ status }) => status === 'fulfilled'),
          works,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what does not fit, and takes again when there is room', async () => {
    const scheduler = new Scheduler({ concurrency: 1, capacity: 1 });
    const held = gate();
    const running = scheduler.add(() => held.promise);
    const waiting = scheduler.add(async () => {});
    assert.throws(
      () => void scheduler.add(async () => {}),
      (error) => ZoeyError.is(error) && error.code === 'rate_limited',
    );
    held.open();
    await Promise.all([running, waiting]);
    await scheduler.add(async () => {});
  });

  it('is drained at once where there is nothing', () =>
    new Scheduler({ concurrency: 1, capacity: 1 }).drain());
});
