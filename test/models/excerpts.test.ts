import assert from 'node:assert/strict';
import fc from 'fast-check';
import { composeExcerpts } from '../../runtime/models/excerpts.ts';
import type { Piece } from '../../runtime/types/state.ts';

const trusting = { workspace: '/w', trusted: true };
const MEMORY_ID = '01890000-0000-7000-8000-000000000000';

describe('the answer without a model', () => {
  it('quotes every piece under its number, word for word', () => {
    const { text, references } = composeExcerpts(
      [
        { kind: 'code', path: 'src/a.ts', startLine: 3, endLine: 4, text: 'const a = 1;\nrun(a);', score: 2 },
        {
          kind: 'memory',
          memoryId: MEMORY_ID,
          text: 'Port 5433 is *staging*.',
          createdAt: Date.UTC(2026, 10, 22),
        },
        { kind: 'attachment', path: 'Makefile', text: 'all:' },
      ],
      trusting,
    );
    assert.equal(
      text,
      [
        'No model is connected. These are the best matches.',
        '`src/a.ts:3-4` [1]',
        '```ts\nconst a = 1;\nrun(a);\n```',
        'From memory, 2026-11-22 [2]',
        '```text\nPort 5433 is *staging*.\n```',
        '`Makefile` [3]',
        '```\nall:\n```',
      ].join('\n\n'),
    );
    assert.deepEqual(
      references.map(({ number, kind, path, memoryId }) => ({ number, kind, path, memoryId })),
      [
        { number: 1, kind: 'code', path: 'src/a.ts', memoryId: undefined },
        { number: 2, kind: 'memory', path: undefined, memoryId: MEMORY_ID },
        { number: 3, kind: 'attachment', path: 'Makefile', memoryId: undefined },
      ],
    );
  });

  it('says plainly that nothing matched, and what to try', () => {
    const { text, references } = composeExcerpts([], trusting);
    assert.match(text, /^No model is connected, and nothing here matches these words\. Try /);
    assert.deepEqual(references, []);
  });

  it('says that files were not looked through where the workspace is not trusted', () => {
    const caller = { workspace: '/w', trusted: false };
    const unread =
      'This workspace is not trusted, so its files were not looked through. Trust it, or attach a file.';
    const memory: Piece = { kind: 'memory', memoryId: MEMORY_ID, text: 'Port 5433.' };
    const attached: Piece = { kind: 'attachment', path: 'Makefile', text: 'all:' };
    assert.equal(composeExcerpts([], caller).text, `No model is connected. ${unread}`);
    assert.ok(composeExcerpts([memory], caller).text.includes(`\n\n${unread}\n\nFrom memory [1]`));
    assert.ok(!composeExcerpts([attached], caller).text.includes(unread));
    assert.match(composeExcerpts([], { trusted: false, workspace: undefined }).text, /nothing here matches/);
  });

  it('keeps every text as it is and inside its block, whatever it contains', () => {
    const nasty = fc.array(fc.constantFrom('`', '```', '\n', '~~~', '[9]', '<img>', 'a'), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 5 }), (list) => {
        const pieces = list.map((parts, i) => ({
          kind: 'code' as const,
          path: `f${i}`,
          text: parts.join(''),
        }));
        const { text, references } = composeExcerpts(pieces, trusting);
        let rest = text.slice('No model is connected. These are the best matches.\n\n'.length);
        for (const piece of pieces) {
          const head = `\`${piece.path}\` [${pieces.indexOf(piece) + 1}]\n\n`;
          assert.ok(rest.startsWith(head));
          const ticks = /^`+/.exec(rest.slice(head.length))?.[0] ?? '';
          assert.ok(ticks.length >= 3 && !piece.text.includes(ticks));
          const block = `${head}${ticks}\n${piece.text}\n${ticks}`;
          assert.ok(rest.startsWith(block));
          rest = rest.slice(block.length).trimStart();
        }
        assert.equal(rest, '');
        assert.deepEqual(
          references.map((reference) => reference.text),
          pieces.map((piece) => piece.text),
        );
      }),
    );
  });
});
