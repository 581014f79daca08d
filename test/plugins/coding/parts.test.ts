import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { editFromAnswer } from '../../../runtime/plugins/coding/answers/edit.ts';
import { frameworkOf } from '../../../runtime/plugins/coding/project/frameworks.ts';
import { testPlace } from '../../../runtime/plugins/coding/project/testPlace.ts';
import { commitStyle, tidyMessage } from '../../../runtime/plugins/coding/review/commitStyle.ts';
import { numbered, parseDiff } from '../../../runtime/plugins/coding/review/diff.ts';
import { commentsAlone } from '../../../runtime/plugins/coding/tasks/commentsAlone.ts';
import { namesIn } from '../../../runtime/plugins/coding/tasks/names.ts';
import { framesIn } from '../../../runtime/plugins/coding/trace/frames.ts';
import { applyHunks, contentHash } from '../../../runtime/types/edit.ts';

describe('any answer', () => {
  const file = "import a from 'a';\n\nfunction f() {\n  return a;\n}\n\nfunction g() {\n  return f();\n}\n";
  const fragment = fc.constantFrom(
    '```js',
    '```',
    '~~~',
    '```diff',
    'function f() {',
    '  return b;',
    '}',
    'function g() {',
    '  return f();',
    '// ... existing code ...',
    '...',
    '@@ -1,2 +1,2 @@',
    '-  return a;',
    '+  return b;',
    '<<<<<<< SEARCH',
    '=======',
    '>>>>>>> REPLACE',
    'Here is the code:',
    '',
    "import a from 'a';",
    '\tx',
    'Some words. And more.',
    '\u0000',
    '🙂',
  );
  const nothing = async () => undefined;
  const syntax = { structureOf: nothing, occurrencesOf: nothing, close: nothing };

  it('gives an edit that fits the file, or a refusal in words: never anything else', async () => {
    const answers = fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join('\n'));
    const ranges = fc.option(fc.constantFrom([3, 5], [4, 4], [7, 9], [1, 9]), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(answers, ranges, async (answer, range) => {
        const lines = range && { range: { startLine: range[0] ?? 1, endLine: range[1] ?? 1 } };
        try {
          const { edit } = await editFromAnswer({ answer, path: 'a.js', text: file, ...lines }, syntax);
          if (edit) assert.notEqual(applyHunks(file, edit), undefined);
          if (edit) assert.doesNotMatch(applyHunks(file, edit) ?? '', /existing code|^```/m);
        } catch (error) {
          assert.equal(ZoeyError.from(error).code, 'unusable_answer', String(error));
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('where a test goes', () => {
  const cases: [how: string, source: string, files: string[], family: string, file: string][] = [
    ['beside, as others', 'src/a/b.ts', ['src/a/c.ts', 'src/a/c.spec.ts'], 'script', 'src/a/b.spec.ts'],
    [
      'in a folder beside',
      'src/b.ts',
      ['src/c.ts', 'src/__tests__/c.test.ts'],
      'script',
      'src/__tests__/b.test.ts',
    ],
    [
      'apart, in the same folders',
      'src/a/b.ts',
      ['src/x/c.ts', 'test/x/c.test.ts'],
      'script',
      'test/a/b.test.ts',
    ],
    ['apart, all in one', 'src/a/b.ts', ['test/other.test.ts'], 'script', 'test/b.test.ts'],
    ['as is usual in Python', 'pkg/b.py', [], 'python', 'tests/test_b.py'],
    ['as others in Python', 'pkg/b.py', ['pkg/c.py', 'pkg/test_c.py'], 'python', 'pkg/test_b.py'],
    ['as is usual in Go', 'x/b.go', [], 'go', 'x/b_test.go'],
    ['as is usual in Java', 'src/main/java/p/B.java', [], 'java', 'src/test/java/p/BTest.java'],
    [
      'as others in Java',
      'src/main/java/p/B.java',
      ['src/main/java/q/C.java', 'src/test/java/q/CTests.java'],
      'java',
      'src/test/java/p/BTests.java',
    ],
    ['as RSpec has it', 'lib/x/b.rb', ['spec/spec_helper.rb'], 'ruby', 'spec/x/b_spec.rb'],
  ];
  for (const [how, source, files, family, file] of cases) {
    it(how, () => assert.equal(testPlace(source, [source, ...files], family).file, file));
  }

  it('the framework is what the manifests say', () => {
    const of = (language: string, name: string, text: string) =>
      frameworkOf(language, new Map([[name, text]]));
    assert.equal(of('typescript', 'package.json', '{"devDependencies":{"vitest":"1"}}'), 'Vitest');
    assert.equal(
      of('javascript', 'package.json', '{"scripts":{"test":"node --import tsx --test"}}'),
      'node:test and node:assert',
    );
    assert.equal(
      of('typescript', 'package.json', '{"devDependencies":{"mocha":"1"}}'),
      'Mocha and node:assert',
    );
    assert.equal(of('python', 'pyproject.toml', '[tool.pytest.ini_options]\npytest = "8"'), 'pytest');
    assert.equal(of('python', 'setup.cfg', ''), 'unittest');
    assert.equal(of('go', 'go.mod', 'require github.com/stretchr/testify v1'), 'testing and testify');
    assert.equal(of('java', 'pom.xml', '<artifactId>junit-jupiter</artifactId>'), 'JUnit 5');
    assert.equal(of('ruby', '.rspec', ''), 'RSpec');
  });
});

describe('stack traces', () => {
  const cases: [language: string, trace: string, path: string, line: number][] = [
    ['JavaScript', '    at Object.f (/home/a b/x.ts:3:9)', 'b/x.ts', 3],
    ['JavaScript modules', '    at async file:///w/src/x.mjs:12:3', '/w/src/x.mjs', 12],
    ['Python', '  File "/w/pkg/x.py", line 7, in f', '/w/pkg/x.py', 7],
    ['Java', '\tat com.a.B$C.run(B.java:21)', 'B.java', 21],
    ['Go', '\t/w/cmd/main.go:12 +0x1d', '/w/cmd/main.go', 12],
    ['Rust', '             at ./src/main.rs:4:5', './src/main.rs', 4],
    ['C#', '   at A.B() in C:\\w\\A.cs:line 9', 'C:/w/A.cs', 9],
    ['Ruby', "app/x.rb:5:in `call'", 'app/x.rb', 5],
    ['PHP', '#0 /w/x.php(14): f()', '/w/x.php', 14],
    ['a compiler', 'src/x.c:10:2: error: no', 'src/x.c', 10],
  ];
  for (const [language, trace, path, line] of cases) {
    it(`of ${language}`, () => assert.deepEqual(framesIn(`Error\n${trace}\n${trace}`), [{ path, line }]));
  }

  it('hold no place in plain words, and take no time', () => {
    assert.deepEqual(framesIn('It failed at 10:30. See http.'), []);
    const started = performance.now();
    framesIn(`${'a/'.repeat(50_000)}\n${'at ('.repeat(50_000)}`);
    assert.ok(performance.now() - started < 5_000);
  });
});

describe('diffs of git', () => {
  const diff = [
    'diff --git a/old name.ts b/new name.ts',
    'similarity index 90%',
    'rename from old name.ts',
    'rename to new name.ts',
    '--- a/old name.ts',
    '+++ b/new name.ts',
    '@@ -10,3 +20,4 @@ function f() {',
    ' same',
    '--- not a head',
    '+++ not a head',
    '+added',
    ' same',
    '\\ No newline at end of file',
    'diff --git a/gone.ts b/gone.ts',
    'deleted file mode 100644',
    '--- a/gone.ts',
    '+++ /dev/null',
    '@@ -1 +0,0 @@',
    '-x',
    'diff --git a/pic.png b/pic.png',
    'Binary files a/pic.png and b/pic.png differ',
  ].join('\n');

  it('are read with the numbers of their new lines', () => {
    const [renamed, gone, picture] = parseDiff(diff);
    assert.equal(renamed?.path, 'new name.ts');
    assert.equal(
      numbered(renamed?.hunks[0] ?? []),
      '   20  same\n      --- not a head\n   21 +++ not a head\n   22 +added\n   23  same',
    );
    assert.deepEqual([gone?.path, gone?.deleted], ['gone.ts', true]);
    assert.deepEqual([picture?.path, picture?.hunks], ['pic.png', []]);
  });

  it('never fail, whatever they hold', () => {
    const lines = fc.array(fc.oneof(fc.constantFrom(...diff.split('\n')), fc.string()), { maxLength: 30 });
    fc.assert(fc.property(lines, (some) => assert.ok(Array.isArray(parseDiff(some.join('\n'))))));
  });
});

describe('commit messages', () => {
  it('are written as the latest ones are', () => {
    const plain = commitStyle(['Add a flag', 'Keep the end of a line', 'Say why']);
    assert.deepEqual([plain.conventional, plain.capital, plain.stop], [false, true, false]);
    assert.equal(tidyMessage('"feat: keep the sign."', plain), 'Keep the sign');
    const typed = commitStyle(['fix(a): keep', 'feat: add', 'docs: say']);
    assert.equal(
      tidyMessage('Commit message:\nfix: Keep the sign.\n\nBecause it was lost.', typed),
      'fix: keep the sign\n\nBecause it was lost.',
    );
    assert.equal(
      tidyMessage('Here is it:\n```\nfeat: URL kept\n```\nHope it helps.', typed),
      'feat: URL kept',
    );
    assert.equal(commitStyle([]).capital, true);
  });
});

describe('small checks of answers', () => {
  it('names are kept in the style of the present one', () => {
    assert.deepEqual(namesIn('{"names":["user count","UserTotal","x()"]}', 'userN'), [
      'userCount',
      'userTotal',
      'x',
    ]);
    assert.deepEqual(namesIn('["max retries"]', 'MAX_R'), ['MAX_RETRIES']);
    assert.deepEqual(namesIn('["user list"]', 'UserL'), ['UserList']);
    assert.deepEqual(namesIn('Try `total_sum` or `not a name`.', 'a_b'), ['total_sum']);
    assert.deepEqual(namesIn('["_x y"]', '_ab'), ['_xY']);
  });

  it('a doc comment changes no code', () => {
    const hunk = (id: string, oldText: string, newText: string) => ({
      id,
      startLine: 1,
      endLine: 1,
      oldText,
      newText,
    });
    const edit = (...hunks: ReturnType<typeof hunk>[]) => ({
      path: 'a',
      baseHash: contentHash(''),
      newFile: false,
      hunks,
      notes: [],
    });
    const python = hunk('1', 'def f(a):\n', 'def f(a):\n    """Does it.\n\n    Well."""\n');
    assert.deepEqual(commentsAlone(edit(python), 'python')?.hunks, [python]);
    const code = hunk('2', 'return 1\n', 'return 2\n');
    assert.equal(commentsAlone(edit(code), 'python'), undefined);
    assert.equal(commentsAlone(edit(python, code), 'python')?.notes.length, 1);
  });
});
