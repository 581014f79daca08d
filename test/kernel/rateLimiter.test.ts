import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RateLimiter } from '../../runtime/kernel/rateLimiter.ts';
import { heldClock } from '../support/agent.ts';

describe('rate limit', () => {
  it('never lets more than the limit through in any window, and refuses only where it must', () => {
    const steps = fc.array(fc.nat({ max: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (waits, limit) => {
        const { clock, advance } = heldClock();
        const limiter = new RateLimiter({ limit, windowMs: 100, clock });
        const taken: number[] = [];
        for (const wait of waits) {
          advance(wait);
          const recent = taken.filter((at) => clock() - at < 100).length;
          const left = limiter.take('key');
          assert.equal(left === 0, recent < limit);
          if (left === 0) taken.push(clock());
        }
      }),
    );
  });

  it('says how long to wait, and lets through then', () => {
    const { clock, advance } = heldClock();
    const limiter = new RateLimiter({ limit: 2, windowMs: 100, clock });
    limiter.take('key');
    advance(30);
    limiter.take('key');
    advance(10);
    const wait = limiter.take('key');
    assert.equal(wait, 60);
    advance(wait - 1);
    assert.equal(limiter.take('key'), 1);
    advance(1);
    assert.equal(limiter.take('key'), 0);
  });

  it('counts each key by itself', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 100, clock: heldClock().clock });
    assert.equal(limiter.take('a'), 0);
    assert.equal(limiter.take('b'), 0);
    assert.notEqual(limiter.take('a'), 0);
  });

  it('remembers a bounded number of keys, the one not seen for longest going first', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 100, maxKeys: 2, clock: heldClock().clock });
    for (const key of ['a', 'b', 'c']) limiter.take(key);
    assert.equal(limiter.take('a'), 0);
    assert.notEqual(limiter.take('c'), 0);
  });

  it('looks at a bounded part of a key', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 100, clock: heldClock().clock });
    limiter.take('k'.repeat(200));
    assert.notEqual(limiter.take(`${'k'.repeat(200)}${Math.PI}`), 0);
  });

  it('does not hold anybody for longer than a window when the clock goes back', () => {
    const { clock, advance } = heldClock();
    const limiter = new RateLimiter({ limit: 1, windowMs: 100, clock });
    limiter.take('key');
    advance(-3_600_000);
    assert.equal(limiter.take('key'), 0);
  });
});
