import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  fullTier,
  rollUp,
  type Summary,
  summariesOf,
  summaryText,
  toMetadata,
} from '../../runtime/plugins/bootstrap/summary.ts';
import { aRoom } from '../support/samples.ts';

/** As long as a model's summaries are at most. */
const text = (name: string) => name.padEnd(600, '.');

/** What is kept after so many parts of a conversation, each summed up as it comes. */
function keptAfter(parts: number): Summary[] {
  let kept: Summary[] = [];
  for (let part = 0; part < parts; part++) {
    kept = [...kept, { tier: 0, text: text(`part ${part}`) }];
    for (let group = fullTier(kept); group; group = fullTier(kept)) {
      kept = rollUp(kept, group, text(`${group[0]?.text.split('.')[0]} on`));
    }
    kept = summariesOf(aRoom({ metadata: toMetadata(kept) }));
  }
  return kept;
}

describe('summaries of a conversation', () => {
  it('stay few, in order, and short, however long it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_500 }), (parts) => {
        const kept = keptAfter(parts);
        assert.ok(kept.length <= 9 * 4);
        const tiers = kept.map(({ tier }) => tier);
        assert.deepEqual(
          tiers,
          [...tiers].sort((a, b) => b - a),
        );
        assert.ok((summaryText(kept)?.length ?? 0) <= 2_400);
      }),
      { numRuns: 8 },
    );
  });

  it('tell how it began and what came last', () => {
    const told = summaryText(keptAfter(123)) ?? '';
    assert.match(told, /^part 0/);
    assert.match(told, /part 122\.*$/);
  });

  it('are none in a short conversation, and take in what was kept before there were tiers', () => {
    assert.equal(summaryText(summariesOf(aRoom())), undefined);
    assert.deepEqual(summariesOf(aRoom({ metadata: { summary: 'Old' } })), [{ tier: 0, text: 'Old' }]);
    assert.deepEqual(summariesOf(aRoom({ metadata: { summaries: 'damaged' } })), []);
  });
});
