import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CodeDiagnostic } from '../../../runtime/types/coding.ts';
import { problemText, readProblems } from '../../../runtime/types/problems.ts';

describe('problems as an attachment says them', () => {
  it('one a line, what is related below it', () => {
    const text = problemText({
      path: 'src/a b.ts',
      message: "Type 'x'\n  is: not  assignable.",
      source: 'ts',
      code: '2322',
      severity: 'error',
      startLine: 3,
      endLine: 4,
      related: [{ path: 'src/b.ts', line: 7, message: 'The expected type comes from here.' }],
    });
    assert.equal(
      text,
      "src/a b.ts:3 error ts 2322: Type 'x' is: not assignable.\n  src/b.ts:7: The expected type comes from here.",
    );
    assert.deepEqual(readProblems(text), [
      {
        path: 'src/a b.ts',
        message: "Type 'x' is: not assignable.",
        source: 'ts 2322',
        severity: 'error',
        startLine: 3,
        endLine: 3,
        related: [{ path: 'src/b.ts', line: 7, message: 'The expected type comes from here.' }],
      },
    ]);
  });

  it('nothing of other lines', () => {
    assert.deepEqual(readProblems('  src/b.ts:7: without its problem\nsome words\nsrc/a.ts:3 fatal: no'), []);
  });

  it('are read as they were written, message and place', () => {
    const word = fc.stringMatching(/^[\w.'()-]{1,12}$/);
    const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((some) => some.join(' '));
    const problem = fc.record({
      path: fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
      message: words,
      severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const, 'hint' as const),
      startLine: fc.integer({ min: 1, max: 100_000 }),
    });
    fc.assert(
      fc.property(fc.array(problem, { maxLength: 5 }), (problems) => {
        const text = problems.map((one) => problemText({ ...one, endLine: one.startLine })).join('\n');
        assert.deepEqual(
          readProblems(text),
          problems.map((one) => ({ ...one, endLine: one.startLine })),
        );
      }),
    );
  });

  it('are diagnostics, whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ':', '1', '9', ' ', '\n', 'error', 'hint') }),
        (text) => {
          for (const problem of readProblems(text)) CodeDiagnostic.parse(problem);
        },
      ),
    );
  });
});
