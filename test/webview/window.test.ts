import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AT_END, around, type Drawn, drawnRange, earlier, later, WINDOW } from '../../webview/window.ts';

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('the drawn part of a conversation', () => {
  it('is never larger than its bound, and overlaps what was drawn before', () => {
    const steps = fc.array(fc.constantFrom(earlier, later), { maxLength: 60 });
    fc.assert(
      fc.property(fc.nat({ max: 2000 }), steps, (count, moves) => {
        const ids = idsOf(count);
        let drawn: Drawn = AT_END;
        for (const move of moves) {
          const before = drawnRange(drawn, ids);
          drawn = move(drawn, ids);
          const { from, to } = drawnRange(drawn, ids);
          assert.ok(to - from <= WINDOW);
          assert.ok(count === 0 || (from < before.to && before.from < to));
        }
      }),
    );
  });

  it('reaches the first and the last message', () => {
    const ids = idsOf(2000);
    let drawn: Drawn = AT_END;
    for (let step = 0; step < 60; step += 1) drawn = earlier(drawn, ids);
    assert.equal(drawnRange(drawn, ids).from, 0);
    assert.equal(earlier(drawn, ids), drawn);
    for (let step = 0; step < 60; step += 1) drawn = later(drawn, ids);
    assert.equal(drawnRange(drawn, ids).to, 2000);
    assert.equal(later(drawn, ids), drawn);
  });

  it('stays with its messages when older ones are read', () => {
    const drawn = around('500', idsOf(1000));
    const before = drawnRange(drawn, idsOf(1000));
    const older = [...Array.from({ length: 50 }, (_, index) => `older ${index}`), ...idsOf(1000)];
    assert.deepEqual(drawnRange(drawn, older), { from: before.from + 50, to: before.to + 50 });
  });

  it('follows the newest message at the end', () => {
    assert.equal(drawnRange(AT_END, idsOf(41)).to, 41);
    assert.equal(drawnRange(AT_END, idsOf(42)).to, 42);
  });
});
