import assert from 'node:assert/strict';
import { renameInFile } from '../../../runtime/plugins/coding/rename.ts';
import { createSyntax } from '../../../runtime/plugins/coding/syntax/syntax.ts';
import { applyHunks } from '../../../runtime/types/edit.ts';

/** The cursor is at the bar; `|` stands nowhere else. */
function cursorIn(marked: string): { text: string; line: number; character: number } {
  const lines = marked.slice(0, marked.indexOf('|')).split('\n');
  return { text: marked.replace('|', ''), line: lines.length, character: lines.at(-1)?.length ?? 0 };
}

describe('renaming within a file by its syntax', () => {
  const syntax = createSyntax();
  after(() => syntax.close());

  const rename = async (path: string, marked: string, name: string) => {
    const at = cursorIn(marked);
    const edit = await renameInFile({ path, ...at, name }, syntax);
    return { edit, after: applyHunks(at.text, edit) };
  };

  const SAFE: readonly (readonly [string, string, string, string, string])[] = [
    [
      'a variable of a function, and no other of that name',
      'a.ts',
      'function a(): number {\n  const r| = 1;\n  return r + o.r;\n}\nfunction b() {\n  const r = 2;\n  return r;\n}\n',
      'sum',
      'function a(): number {\n  const sum = 1;\n  return sum + o.r;\n}\nfunction b() {\n  const r = 2;\n  return r;\n}\n',
    ],
    [
      'a parameter, also in the functions inside',
      'a.js',
      'const twice = (n) => [1].map(() => n|);\nn();\n',
      'count',
      'const twice = (count) => [1].map(() => count);\nn();\n',
    ],
    [
      'a function of the file, wherever it is called',
      'a.ts',
      'export function |add(a: number) {}\nconst f = () => add(1);\nadd(2); // add\n',
      'plus',
      'export function plus(a: number) {}\nconst f = () => plus(1);\nplus(2); // add\n',
    ],
    [
      'a class as value and as type, with line ends and mark as they were',
      'a.ts',
      '\ufeffclass |Pool {}\r\nconst p: Pool = new Pool();\r\nconst o = { Pool: 1 };',
      'Queue',
      '\ufeffclass Queue {}\r\nconst p: Queue = new Queue();\r\nconst o = { Pool: 1 };',
    ],
    [
      'a variable of Python, behind letters of two units',
      'a.py',
      'def total(items):\n    s| = 0\n    for i in items:\n        s += i; "😀"; s\n    return s\n\nprint(total([]).s)\n',
      'result',
      'def total(items):\n    result = 0\n    for i in items:\n        result += i; "😀"; result\n    return result\n\nprint(total([]).s)\n',
    ],
    [
      'where functions around define it as well: all of them',
      'a.py',
      'x = 1\n\ndef f():\n    global x\n    x| = 2\n',
      'y',
      'y = 1\n\ndef f():\n    global y\n    y = 2\n',
    ],
  ];
  for (const [title, path, marked, name, expected] of SAFE) {
    it(title, async () => {
      const { edit, after } = await rename(path, marked, name);
      assert.equal(after, expected);
      assert.equal(edit.hunks.length, 1);
    });
  }

  it('names other files where they can know the name', async () => {
    const { edit } = await rename('a.ts', 'export const |sum = 1;\n', 'all');
    assert.deepEqual(edit.notes, ['Other files that use sum have to be changed as well.']);
    const local = await rename('a.ts', 'function f() {\n  const |sum = 1;\n  return sum;\n}\n', 'all');
    assert.deepEqual(local.edit.notes, []);
  });

  it('says where the name stands in words', async () => {
    const { edit } = await rename('a.ts', "const |sum = 1; // the sum\nlog('sum', sum, `the sum`);\n", 'all');
    assert.match(edit.notes[1] ?? '', /in 3 strings or remarks, which stay as they are/);
  });

  const UNSAFE: readonly (readonly [string, string, string, string, RegExp])[] = [
    ['an import', 'a.ts', "import { a } from './a';\n|a();\n", 'b', /can't be told/],
    ['a property in short', 'a.ts', 'const |a = 1;\nexport const o = { a };\n', 'b', /can't be told/],
    ['a method', 'a.ts', 'class A {\n  |go() {}\n}\n', 'run', /can't be told/],
    [
      'a parameter that is a member',
      'a.ts',
      'class A {\n  constructor(private |n: number) {}\n}\n',
      'm',
      /told/,
    ],
    ['a name that nobody defines', 'a.js', '|print(1);\n', 'log', /can't be told/],
    ['an attribute of a class', 'a.py', 'class A:\n    |size = 1\n', 'width', /can't be told/],
    ['a keyword', 'a.py', 'def f(|size):\n    pass\nf(size=1)\n', 'width', /can't be told/],
    ['a new name that is taken', 'a.ts', 'const |a = 1;\nconst b = a;\n', 'b', /b is the name of something/],
    ['what is no name', 'a.ts', 'const |a = 1;\n', 'a b', /a b is no name/],
    ['no name at the place', 'a.ts', 'const a = 1; | \n', 'b', /no name at this place/],
    ['a word of a remark', 'a.ts', '// the |sum\n', 'all', /can't be told/],
    [
      'a member beside a variable of its name',
      'a.ts',
      'const a = { a: 1 };\nlog(a, a.|a);\n',
      'b',
      /can't be told/,
    ],
    ['a file that does not parse', 'a.ts', 'const |a = ;\n}', 'b', /does not parse/],
    ['a language whose names are not known', 'a.rs', 'let |a = 1;\n', 'b', /syntax is not known/],
  ];
  for (const [title, path, marked, name, why] of UNSAFE) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(rename(path, marked, name), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'invalid_input');
        assert.match(error.message, why);
        return true;
      });
    });
  }
});
