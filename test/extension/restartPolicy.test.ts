import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRestartPolicy } from '../../extension/restartPolicy.ts';

describe('the restart policy', () => {
  it('waits three times as long from one restart to the next, then gives up', () => {
    const next = createRestartPolicy({ restarts: 3, windowMs: 1000, firstDelayMs: 10 }, () => 0);
    assert.deepEqual([next(), next(), next(), next(), next()], [10, 30, 90, undefined, undefined]);
  });

  it('forgets restarts that are older than the window', () => {
    let now = 0;
    const next = createRestartPolicy({ restarts: 1, windowMs: 1000, firstDelayMs: 10 }, () => now);
    assert.equal(next(), 10);
    now = 999;
    assert.equal(next(), undefined);
    now = 1000;
    assert.equal(next(), 10);
  });

  it('never allows more restarts in any window than its limit', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (pauses, restarts) => {
        let now = 0;
        const next = createRestartPolicy({ restarts, windowMs: 1000, firstDelayMs: 1 }, () => now);
        const allowed: number[] = [];
        for (const pause of pauses) {
          now += pause;
          if (next() !== undefined) allowed.push(now);
        }
        for (const start of allowed) {
          const within = allowed.filter((at) => at >= start && at < start + 1000);
          assert.ok(within.length <= restarts);
        }
      }),
    );
  });
});
