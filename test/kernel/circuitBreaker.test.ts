import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CircuitBreaker } from '../../runtime/kernel/circuitBreaker.ts';
import { heldClock } from '../support/agent.ts';

function aBreaker() {
  const { clock, advance } = heldClock();
  return { breaker: new CircuitBreaker({ clock, threshold: 3, coolDownMs: 100 }), advance };
}

describe('circuit breaker', () => {
  it('opens after so many failures in a row, not before', () => {
    const { breaker } = aBreaker();
    breaker.failed();
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    breaker.failed();
    assert.equal(breaker.allows(), true);
    breaker.failed();
    assert.equal(breaker.allows(), false);
  });

  it('lets one call try after the cool-down, and closes or opens by how it went', () => {
    const { breaker, advance } = aBreaker();
    for (let call = 0; call < 3; call += 1) breaker.failed();
    advance(99);
    assert.equal(breaker.allows(), false);
    advance(1);
    assert.deepEqual([breaker.allows(), breaker.allows()], [true, false]);
    breaker.failed();
    assert.equal(breaker.allows(), false);
    advance(100);
    assert.equal(breaker.allows(), true);
    breaker.succeeded();
    assert.deepEqual([breaker.allows(), breaker.allows()], [true, true]);
  });

  it('is open to another trial where the first said nothing', () => {
    const { breaker, advance } = aBreaker();
    for (let call = 0; call < 3; call += 1) breaker.failed();
    advance(100);
    breaker.allows();
    breaker.ended();
    assert.equal(breaker.allows(), true);
  });

  it('never stays shut: after a cool-down one call gets through, whatever came before', () => {
    const act = {
      wait: (_breaker: CircuitBreaker, advance: (ms: number) => void) => advance(30),
      fail: (breaker: CircuitBreaker) => breaker.failed(),
      succeed: (breaker: CircuitBreaker) => breaker.succeeded(),
      // A call that was let through always ends.
      call: (breaker: CircuitBreaker) => breaker.allows() && breaker.ended(),
    };
    const step = fc.constantFrom<keyof typeof act>('wait', 'fail', 'succeed', 'call');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { breaker, advance } = aBreaker();
        for (const what of steps) act[what](breaker, advance);
        advance(100);
        assert.equal(breaker.allows(), true);
      }),
    );
  });
});
