import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Proposal } from '../../extension/coding/proposal.ts';
import { applyHunks, contentHash, type FileEdit, type Hunk, sourceLines } from '../../runtime/types/edit.ts';

const LINES = ['one\n', 'two\n', 'three\n', 'four\n', 'five\n'];
const BASE = LINES.join('');

/** Makes two a TWO, puts something before four, and takes five away. */
const HUNKS: Hunk[] = [
  { id: 'a', startLine: 2, endLine: 2, oldText: 'two\n', newText: 'TWO\nand a half\n' },
  { id: 'b', startLine: 4, endLine: 3, oldText: '', newText: 'between\n' },
  { id: 'c', startLine: 5, endLine: 5, oldText: 'five\n', newText: '' },
];

function anEdit(base = BASE, hunks = HUNKS): FileEdit {
  return { path: 'a.txt', baseHash: contentHash(base), newFile: false, hunks, notes: [] };
}

function aProposal(): Proposal {
  const proposal = Proposal.of(BASE, anEdit());
  assert.ok(proposal);
  return proposal;
}

/** What the editor does with the replacements. */
function replace(text: string, changes: readonly { start: number; end: number; text: string }[]): string {
  const lines = sourceLines(text);
  for (const { start, end, text: by } of changes) lines.splice(start, end - start, by);
  return lines.join('');
}

describe('a proposal', () => {
  it('is refused for a text that it was not made for', () => {
    assert.equal(Proposal.of(`${BASE}six\n`, anEdit()), undefined);
  });

  it('shows all that is not rejected', () => {
    const proposal = aProposal();
    assert.equal(proposal.proposed, 'one\nTWO\nand a half\nthree\nbetween\nfour\n');
    proposal.reject(['b']);
    assert.equal(proposal.proposed, 'one\nTWO\nand a half\nthree\nfour\n');
    assert.deepEqual(
      proposal.open.map(({ id }) => id),
      ['a', 'c'],
    );
  });

  it('opens a hunk again that was undone in the document', () => {
    const proposal = aProposal();
    proposal.accept(['a']);
    assert.deepEqual(
      proposal.open.map(({ id }) => id),
      ['b', 'c'],
    );
    assert.equal(proposal.find(BASE), true);
    assert.deepEqual(
      proposal.open.map(({ id }) => id),
      ['a', 'b', 'c'],
    );
  });

  it('notices a document that changed meanwhile', () => {
    const proposal = aProposal();
    assert.equal(proposal.find(BASE.replace('one', '1')), false);
  });

  it('finds the hunk at a line of what is shown, or the next one', () => {
    const proposal = aProposal();
    const at = (line: number) => proposal.hunkAt(line, 'proposed')?.id;
    assert.deepEqual([0, 1, 2, 3, 4, 5, 99].map(at), ['a', 'a', 'a', 'b', 'b', 'c', 'c']);
    proposal.reject(['b']);
    assert.deepEqual([1, 3].map(at), ['a', 'c']);
  });

  it('accepts in any order what it would accept at once', () => {
    const order = fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 1 });
    fc.assert(
      fc.property(order, (ids) => {
        const proposal = aProposal();
        let document = BASE;
        for (const id of ids) {
          document = replace(document, proposal.replacements([id]));
          proposal.accept([id]);
        }
        assert.equal(document, applyHunks(BASE, anEdit(), ids));
        assert.equal(proposal.find(document), true);
      }),
    );
  });

  it('accepts several hunks in one step as one by one', () => {
    const proposal = aProposal();
    const document = replace(BASE, proposal.replacements(['a', 'b', 'c']));
    assert.equal(document, applyHunks(BASE, anEdit()));
  });
});
