import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compose, toEdit } from '../../../runtime/plugins/coding/answers/hunks.ts';
import { readSource } from '../../../runtime/plugins/coding/answers/lines.ts';
import { applyHunks, contentHash, type FileEdit, sourceLines } from '../../../runtime/types/edit.ts';

const line = fc.constantFrom('', 'a', 'b', '}', '  c', '\tc', 'd ', 'é🙂', '\ufeff');
const end = fc.constantFrom('\n', '\r\n', '\r');
/** Texts with all kinds of line ends, with and without one at the end. */
const text = fc
  .tuple(fc.array(fc.tuple(line, end), { maxLength: 12 }), line)
  .map(([lines, last]) => lines.map(([body, eol]) => body + eol).join('') + last);

function edit(before: string, after: string): FileEdit {
  return { ...toEdit('a.ts', sourceLines(before), sourceLines(after)), notes: [] };
}

describe('hunks', () => {
  it('make the one text into the other, byte for byte, and back again', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const there = edit(before, after);
        assert.equal(applyHunks(before, there), after);
        assert.equal(applyHunks(after, edit(after, before)), before);
        // Undoing hunk by hunk what the edit did.
        let shift = 0;
        const hunks = there.hunks.map(({ id, startLine, endLine, oldText, newText }) => {
          const start = startLine + shift;
          const count = sourceLines(newText).length;
          shift += count - (endLine - startLine + 1);
          return { id, startLine: start, endLine: start + count - 1, oldText: newText, newText: oldText };
        });
        const back: FileEdit = { ...there, baseHash: contentHash(after), hunks };
        if (sameCut(before, after)) assert.equal(applyHunks(after, back), before);
      }),
    );
  });

  it('accepted one after the other give what they give together, in any order', () => {
    fc.assert(
      fc.property(text, text, fc.func(fc.boolean()), (before, after, chosen) => {
        const whole = edit(before, after);
        const ids = whole.hunks.map(({ id }) => id);
        const some = ids.filter((id) => chosen(id));
        const result = applyHunks(before, whole, some);
        assert.notEqual(result, undefined);
        assert.equal(result, applyHunks(before, whole, [...some].reverse()));
        assert.equal(applyHunks(before, whole, []), before);
        assert.equal(applyHunks(before, whole, ids), after);
        // What was not accepted stands as it was.
        for (const hunk of whole.hunks.filter(({ id }) => !some.includes(id))) {
          assert.ok(result?.includes(hunk.oldText));
        }
      }),
    );
  });

  it('are refused by any other text', () => {
    fc.assert(
      fc.property(text, text, text, (before, after, other) => {
        if (other !== before) assert.equal(applyHunks(other, edit(before, after)), undefined);
      }),
    );
  });

  it('never touch each other, and are ordered', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        let next = 1;
        for (const { startLine, endLine } of edit(before, after).hunks) {
          assert.ok(startLine >= next && endLine >= startLine - 1);
          next = endLine + 2;
        }
      }),
    );
  });

  it('keep line ends, mark and white space that does not show, where the words are the same', () => {
    fc.assert(
      fc.property(text, (before) => {
        const source = readSource(before);
        const answer = source.bodies.map((body) => body.replace(/\t/g, '    ').trimEnd());
        const comparison = { tab: 4, exact: false };
        assert.equal(compose(source, answer, comparison).join(''), before);
      }),
    );
  });

  it('count lines as editors do', () => {
    assert.deepEqual(sourceLines('a\r\nb\rc\nd'), ['a\r\n', 'b\r', 'c\n', 'd']);
    assert.deepEqual(sourceLines(''), []);
    fc.assert(fc.property(text, (any) => assert.equal(sourceLines(any).join(''), any)));
  });

  it('are made quickly of texts that have nothing in common', () => {
    const many = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word}${i}\n`).join('');
    const whole = edit(many('a'), many('b'));
    assert.equal(whole.hunks.length, 1);
    assert.equal(applyHunks(many('a'), whole), many('b'));
  });
});

/** Where a last line has no end, joined lines may be cut otherwise than they were. */
function sameCut(before: string, after: string): boolean {
  return (
    /[\r\n]$/.test(before) === /[\r\n]$/.test(after) &&
    !/\r$/.test(before) &&
    !/\r(?:$|[^\n])/.test(before + after)
  );
}
