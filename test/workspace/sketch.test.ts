import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countIn, hashWord, SketchBuilder } from '../../runtime/workspace/sketch.ts';

describe('sketch', () => {
  it('counts words as a map does, however they come in', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'get', 'user', 'größe', '検索'), { maxLength: 400 });
    fc.assert(
      fc.property(words, words, fc.string(), (one, two, absent) => {
        const builder = new SketchBuilder();
        builder.add(one);
        builder.add(two);
        const sketch = builder.build();
        const counts = new Map<string, number>();
        for (const word of [...one, ...two]) counts.set(word, (counts.get(word) ?? 0) + 1);
        for (const [word, count] of counts)
          assert.equal(countIn(sketch, hashWord(word)), Math.min(255, count));
        if (!counts.has(absent)) assert.equal(countIn(sketch, hashWord(absent)), 0);
      }),
    );
  });
});
