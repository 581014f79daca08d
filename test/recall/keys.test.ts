import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeyPlaces } from '../../runtime/recall/keys.ts';

function check(changes: readonly { key: number; add: boolean }[], hashes: number): void {
  const places = new KeyPlaces();
  const truth = new Set<number>();
  for (const { key, add } of changes) {
    if (!add) places.remove(key % hashes, key);
    else if (!truth.has(key)) places.add(key % hashes, key);
    truth[add ? 'add' : 'delete'](key);
  }
  for (let key = 0; key <= 300; key++) {
    assert.equal(
      places.find(key % hashes, (place) => place === key),
      truth.has(key) ? key : -1,
    );
  }
}

describe('places of keys', () => {
  it('equal a set after any sequence of changes, though many keys have one hash', () => {
    const change = fc.record({ key: fc.nat({ max: 300 }), add: fc.boolean() });
    fc.assert(fc.property(fc.array(change, { maxLength: 600 }), fc.integer({ min: 1, max: 300 }), check));
  });

  it('stay quick and small where one key comes and goes', () => {
    const places = new KeyPlaces();
    for (let round = 0; round < 10_000; round++) {
      places.add(7, round);
      places.remove(7, round);
    }
    assert.equal(
      places.find(7, () => true),
      -1,
    );
  });
});
