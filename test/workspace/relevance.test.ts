import assert from 'node:assert/strict';
import fc from 'fast-check';
import { worthGiving } from '../../runtime/workspace/relevance.ts';

const QUESTION = 'Where is the retry limit checked?';
const scored = (...scores: number[]) => scores.map((score) => ({ score }));

describe('places that are worth giving', () => {
  it('are those near the best', () => {
    assert.deepEqual(worthGiving(scored(0.8, 0.6, 0.56, 0.55), QUESTION), scored(0.8, 0.6, 0.56));
  });

  it('are none where nothing speaks of the question', () => {
    assert.deepEqual(worthGiving(scored(0.27, 0.25), QUESTION), []);
    assert.deepEqual(worthGiving([], QUESTION), []);
  });

  it('may share less with a long question, such as a pasted log', () => {
    const log = Array.from({ length: 60 }, (_, at) => 'x'.repeat(at + 2)).join(' ');
    assert.deepEqual(worthGiving(scored(0.1, 0.08, 0.06), log), scored(0.1, 0.08));
    assert.deepEqual(worthGiving(scored(0.05), log), []);
  });

  it('are the first ones, in their order, for any question', () => {
    const places = fc
      .array(fc.double({ min: 0, max: 1.3, noNaN: true }))
      .map((scores) => scored(...scores.sort((a, b) => b - a)));
    fc.assert(
      fc.property(places, fc.string(), (given, question) => {
        const kept = worthGiving(given, question);
        assert.deepEqual(kept, given.slice(0, kept.length));
      }),
    );
  });
});
