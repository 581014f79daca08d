import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commandLines } from '../../extension/coding/commandLines.ts';
import { problemsTold } from '../../extension/coding/toldProblems.ts';
import { withoutSecrets } from '../../extension/editor/diffs.ts';
import type { CodeDiagnostic } from '../../runtime/types/coding.ts';

const problem = (message: string, startLine = 1, source = 'ts'): CodeDiagnostic => ({
  message,
  source,
  severity: 'error',
  startLine,
  endLine: startLine,
});

describe('problems before and after a change', () => {
  for (const [what, before, after, told] of [
    ['one is gone', [problem('a')], [], '1 problem is gone, none is new.'],
    [
      'two of the same, one is left',
      [problem('a'), problem('a', 2)],
      [problem('a', 9)],
      '1 problem is gone, none is new.',
    ],
    ['it moved', [problem('a')], [problem('a', 5)], 'No problems are gone, none is new.'],
    [
      'another came',
      [problem('a'), problem('b')],
      [problem('c')],
      '2 problems are gone, but 1 is new. Undo takes the change back.',
    ],
    [
      'the same words of another service',
      [problem('a')],
      [problem('a', 1, 'lint')],
      '1 problem is gone, but 1 is new. Undo takes the change back.',
    ],
    ['nothing before, nothing after', [], [], undefined],
    ['findings of a review do not count', [problem('a', 1, 'zoey')], [problem('a', 1, 'zoey')], undefined],
  ] as const) {
    it(`${what}: ${told ?? 'nothing is said'}`, () => {
      assert.equal(problemsTold(before, after)?.text, told);
    });
  }

  it('is worse where one is new, or none is gone', () => {
    assert.equal(problemsTold([problem('a')], [])?.worse, false);
    assert.equal(problemsTold([problem('a')], [problem('a')])?.worse, true);
    assert.equal(problemsTold([problem('a')], [problem('b')])?.worse, true);
  });
});

describe('a diff without secrets', () => {
  const file = (head: string, line = '+text') => `diff --git ${head}\n--- x\n+++ y\n@@ -1 +1 @@\n${line}\n`;

  it('leaves out files that look like files of secrets, on either side of a renaming', () => {
    const kept = [file('a/src/a.ts b/src/a.ts'), file('a/env.md b/env.md', '+see .env')];
    const secret = [
      file('a/.env b/.env'),
      file('a/notes.txt b/.env'),
      file('a/deploy/server.pem b/deploy/server.pem'),
      file('"a/caf\\303\\251/.env" "b/caf\\303\\251/.env"'),
      file('a/my keys/id_rsa b/my keys/id_rsa'),
    ];
    assert.equal(withoutSecrets([kept[0], ...secret, kept[1]].join('')), kept.join(''));
    assert.equal(withoutSecrets(''), '');
  });

  it('keeps the rest byte for byte', () => {
    const name = fc.stringMatching(/^[a-d]{1,6}\.ts$/);
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const diff = names.map((one) => file(`a/${one} b/${one}`)).join('');
        assert.equal(withoutSecrets(diff), diff);
      }),
    );
  });
});

describe('the commands of a block', () => {
  it('without prompts, remarks and empty lines', () => {
    assert.deepEqual(commandLines('# first\n$ npm ci  \r\n\n> npm test\n  # last\nls -l > out\n'), [
      'npm ci',
      'npm test',
      'ls -l > out',
    ]);
  });

  it('never hold a character that would run them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '$', '#', '\n', '\r', '\u0003', '\u001b', '\u0085') }),
        (code) => {
          for (const line of commandLines(code)) assert.doesNotMatch(line, /\p{Cc}/u);
        },
      ),
    );
  });
});
