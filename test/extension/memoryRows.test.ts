import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeOf, rowText } from '../../extension/memoryView/rowText.ts';
import type { MemoryItem } from '../../runtime/protocol/schemas.ts';

const now = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const memory = (given: Partial<MemoryItem>): MemoryItem => ({
  id: '0192f0c1-2d3f-7abc-8def-0123456789ab',
  kind: 'note',
  source: 'user',
  createdAt: now,
  importance: 0.5,
  text: 'Deploys go out on Tuesdays',
  ...given,
});

describe('the row of a memory', () => {
  it('is one line of its text, with where it came from and how old it is', () => {
    const { label, description, spoken } = rowText(
      memory({ text: '  Deploys\n\n go out ', createdAt: now - 3 * HOUR }),
      {
        now,
      },
    );
    assert.deepEqual([label, description], ['Deploys go out', 'you, 3 h ago']);
    assert.equal(spoken, 'Note: Deploys go out, from you, 3 hours ago');
  });

  for (const [ago, words] of [
    [-HOUR, 'now'],
    [30_000, 'now'],
    [HOUR / 60, '1 min ago'],
    [25 * HOUR, '1 d ago'],
    [5 * 24 * HOUR, '5 d ago'],
    [100 * 24 * HOUR, 'Aug 14, 2026'],
  ] as const) {
    it(`says "${words}"`, () => {
      assert.equal(rowText(memory({ createdAt: now - ago }), { now }).description, `you, ${words}`);
    });
  }

  it('tells the rest in its tooltip: whole text, kind, source, when learned, when used', () => {
    const { tooltip } = rowText(
      memory({ kind: 'fact', source: 'conversation', model: 'qwen3:4b', text: 'One\nTwo', lastUsedAt: now }),
      { now },
    );
    assert.match(
      tooltip,
      /^One\nTwo\n\nKind: Fact\nSource: conversation \(qwen3:4b\)\nLearned: Nov 22, 2026.*\nLast used: Nov 22/,
    );
    assert.match(rowText(memory({}), { now }).tooltip, /Last used: not yet$/);
  });

  it('marks where words of a search begin words of it', () => {
    const { highlights } = rowText(memory({ text: 'Deploys go out; redeploys do not, the outset does' }), {
      now,
      query: 'deploy (outs) the',
    });
    assert.deepEqual(highlights, [
      [0, 6],
      [38, 42],
    ]);
  });

  it('holds little of a long memory, and every mark is within the label', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 6_000 }),
        fc.string({ unit: 'binary' }),
        (text, query) => {
          const row = rowText(memory({ text }), { now, query });
          assert.ok(row.label.length <= 200 && row.tooltip.length <= 2_300);
          assert.ok(!row.label.includes('\n'));
          for (const [from, to] of row.highlights) assert.ok(from < to && to <= row.label.length);
        },
      ),
    );
  });
});

describe('the source of a memory', () => {
  it('is a place where it names a file', () => {
    assert.deepEqual(placeOf('src/a.ts:3-9'), { path: 'src/a.ts', line: 3, endLine: 9 });
    assert.deepEqual(placeOf('src/a.ts:3'), { path: 'src/a.ts', line: 3 });
    assert.deepEqual(placeOf('README.md'), { path: 'README.md' });
  });

  it('is none where it names a person, a program or an address', () => {
    for (const source of ['user', 'conversation', 'plugin', 'the wiki of 2.0', 'https://a.b/c', '']) {
      assert.equal(placeOf(source), undefined, source);
    }
  });
});
