import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutDocument } from '../../runtime/workspace/chunk/cutDocument.ts';

const words = (text: string) => text.split(/\s+/).filter(Boolean);

describe('cutting a long text', () => {
  it('leaves out no word, and makes no part longer than a model reads', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'é', '語', '😀', '.', '-'),
      minLength: 1,
      maxLength: 12,
    });
    const gap = fc.constantFrom(' ', ' ', ' ', '\n', '\n\n', '\r\n', '\n# ', '\n## ', '\n```\n');
    const text = fc
      .array(fc.tuple(word, gap), { maxLength: 600 })
      .map((parts) => parts.map(([word, gap]) => word + gap).join(''));
    fc.assert(
      fc.property(text, (given) => {
        const parts = cutDocument(given);
        const kept = new Set(parts.flatMap(words));
        for (const word of words(given)) {
          if (/[\p{L}\p{N}]/u.test(word)) assert.ok(kept.has(word), word);
        }
        for (const part of parts) assert.ok(part.length <= 1_201 && part.trim() !== '', part);
      }),
      { numRuns: 60 },
    );
  });

  it('cuts one long line between sentences, and never within a character', () => {
    const sentence = 'The wombat sleeps by day and is fed at night.';
    const parts = cutDocument(Array(60).fill(sentence).join(' '));
    assert.ok(parts.length > 2);
    for (const part of parts) assert.ok(part.endsWith('night.'), part);
    assert.equal(cutDocument('😀'.repeat(2_001)).join(''), '😀'.repeat(2_001));
  });

  it('says above a part under which headings it stands', () => {
    const long = Array(60).fill('Hay in the morning.').join('\n\n');
    const parts = cutDocument(`# Zoo\n\n## Feeding\n\n${long}\n`);
    for (const part of parts) assert.match(part, /^(?:# Zoo|## Feeding|Zoo > Feeding\n)/);
    assert.match(parts.at(-1) ?? '', /^Zoo > Feeding\nHay/);
  });
});
