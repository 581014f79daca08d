import assert from 'node:assert/strict';
import fc from 'fast-check';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { Uuid } from '../../runtime/types/primitives.ts';

describe('uuidv7', () => {
  it('is a UUID of version 7 that holds its time', () => {
    const now = Date.now() + 1000;
    const id = uuidv7(now);
    assert.equal(Uuid.safeParse(id).success, true);
    assert.equal(id[14], '7');
    assert.match(id[19] ?? '', /[89ab]/);
    assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), now);
  });

  it('never goes backwards, whatever the clock does', () => {
    const start = Date.now() + 5000;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2000, max: 2000 }), { minLength: 2, maxLength: 50 }),
        (jumps) => {
          const ids = jumps.map((jump) => uuidv7(start + jump));
          assert.deepEqual(ids, [...ids].sort());
          assert.equal(new Set(ids).size, ids.length);
        },
      ),
    );
  });

  it('keeps order when one millisecond holds more ids than its counter', () => {
    const now = Date.now() + 60_000;
    const ids = Array.from({ length: 9000 }, () => uuidv7(now));
    assert.deepEqual(ids, [...ids].sort());
    assert.equal(new Set(ids).size, ids.length);
  });
});
