import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutAtMarks, type Mark } from '../../runtime/workspace/chunk/cut.ts';
import { languageOf } from '../../runtime/workspace/chunk/languages.ts';
import { doTask } from '../../runtime/workspace/chunk/work.ts';
import { pdfOf } from '../support/workspace/pdf.ts';
import { makeTree, removeTree } from './tree.ts';

const body = (lines: number, line: string) => Array.from({ length: lines }, () => line).join('\n');

/** "first-last symbol" of each chunk of a text. */
async function chunksOf(path: string, text: string): Promise<string[]> {
  const result = await doTask({ type: 'text', path, text });
  assert.ok(result.type === 'chunks');
  return result.chunks.map(({ startLine, endLine, symbol }) =>
    `${startLine}-${endLine} ${symbol ?? ''}`.trim(),
  );
}

describe('chunks of code', () => {
  it('are definitions with the comments above them, and members of what is large', async () => {
    const method = (name: string) =>
      `  /** Does ${name}. */\n  ${name}(): void {\n${body(10, '    call();')}\n  }\n`;
    const text = [
      "import a from 'a';",
      '',
      '// What it says.',
      'export const limit = 3;',
      '',
      '/** A class. */',
      'export class Foo extends Bar {',
      ...['one', 'two', 'three'].map(method),
      '}',
      '',
      'export function last(): void {',
      body(9, '  call();'),
      '}',
    ].join('\n');
    assert.deepEqual(await chunksOf('src/foo.ts', text), [
      '1-20 Foo',
      '22-34 Foo.two',
      '36-50 Foo.three',
      '52-62 last',
    ]);
  });

  const member = { class: 'A', method: 'second' };
  const sources: Record<string, string> = {
    'a.py': `class A(B):\n    """Doc."""\n\n    def first(self):\n${body(30, '        call()')}\n\n    @property\n    def second(self):\n${body(30, '        call()')}\n`,
    'a.java': `package a;\n/** Doc. */\npublic class A {\n  void first() {\n${body(30, '    call();')}\n  }\n  /** Doc. */\n  @Override\n  void second() {\n${body(30, '    call();')}\n  }\n}\n`,
    'a.rb': `class A < B\n  def first\n${body(30, '    call()')}\n  end\n\n  # Doc.\n  def second\n${body(30, '    call()')}\n  end\nend\n`,
    'a.rs': `impl T for A {\n    fn first(&self) {\n${body(30, '        call();')}\n    }\n    /// Doc.\n    fn second(&self) {\n${body(30, '        call();')}\n    }\n}\n`,
    'a.cs': `class A {\n  void first() {\n${body(30, '    Call();')}\n  }\n  /// Doc.\n  void second() {\n${body(30, '    Call();')}\n  }\n}\n`,
    'a.php': `<?php\nclass A {\n  function first() {\n${body(30, '    call();')}\n  }\n  function second() {\n${body(30, '    call();')}\n  }\n}\n`,
    'a.swift': `class A {\n  func first() {\n${body(30, '    call()')}\n  }\n  func second() {\n${body(30, '    call()')}\n  }\n}\n`,
    'a.dart': `class A {\n  void first() {\n${body(30, '    call();')}\n  }\n  void second() {\n${body(30, '    call();')}\n  }\n}\n`,
    'a.cpp': `class A {\n  int first() {\n${body(30, '    call();')}\n  }\n  int second() {\n${body(30, '    call();')}\n  }\n};\n`,
    'a.js': `class A {\n  first() {\n${body(30, '    call();')}\n  }\n  second() {\n${body(30, '    call();')}\n  }\n}\n`,
  };
  for (const [path, text] of Object.entries(sources)) {
    it(`know the members of a class in ${languageOf(path).id}`, async () => {
      const found = await chunksOf(path, text);
      assert.ok(
        found.some((chunk) => chunk.endsWith(` ${member.class}.${member.method}`)),
        found.join(', '),
      );
    });
  }

  const functions: Record<string, string> = {
    'a.go': `package a\n\n// F does.\nfunc (t *T) second(a int) int {\n${body(20, '\tcall()')}\n}\n`,
    'a.c': `#include <a.h>\n\nstatic int *second(int a) {\n${body(20, '  call();')}\n}\n`,
    'a.tsx': `import x from 'x';\n\nexport const second = () => {\n${body(20, '  call();')}\n};\n`,
    'b.js': `'use strict';\n\nexports.second = function () {\n${body(20, '  call();')}\n};\n`,
  };
  for (const [path, text] of Object.entries(functions)) {
    it(`know the functions of ${path}`, async () => {
      const found = await chunksOf(path, text);
      assert.ok(
        found.some((chunk) => chunk.endsWith('second')),
        found.join(', '),
      );
    });
  }

  it('are windows of lines where no grammar is known, and where the text does not parse', async () => {
    const lines = Array.from({ length: 90 }, (_, i) => `line ${i} {{{ (((`).join('\n');
    for (const path of ['a.unknown', 'a.ts']) {
      const found = await chunksOf(path, lines);
      assert.ok(found.length >= 3, `${path}: ${found}`);
    }
  });

  it('say no secret by their words', async () => {
    const text = `const token = 'ghp_${'a1B2'.repeat(9)}';\n`;
    const result = await doTask({ type: 'text', path: 'a.ts', text });
    assert.ok(result.type === 'chunks');
    assert.doesNotMatch(result.chunks.flatMap(({ tokens }) => tokens).join(' '), /a1b2/i);
  });

  it('are none for generated text in one line', async () => {
    assert.deepEqual(await chunksOf('a.js', `x=${'1,'.repeat(5000)}`), []);
  });
});

describe('chunks of documents', () => {
  it('are sections of Markdown under their headings', async () => {
    const section = (title: string) => `${title}\n\n${body(9, 'Some words about it.')}\n`;
    const text = [
      section('# Guide'),
      section('## Start'),
      '```\n# no heading\n```\n',
      section('### Linux'),
      section('## End'),
    ];
    assert.deepEqual(await chunksOf('guide.md', text.join('\n')), [
      '1-11 Guide',
      '13-27 Guide > Start',
      '29-39 Guide > Start > Linux',
      '41-51 Guide > End',
    ]);
  });

  it('are keys of JSON', async () => {
    const part = (key: string) => `  "${key}": {\n${body(12, '    "a": "b: c",')}\n    "z": 1\n  }`;
    assert.deepEqual(await chunksOf('a.json', `{\n${part('one')},\n${part('two')}\n}\n`), [
      '1-16 one',
      '17-32 two',
    ]);
  });

  it('are rows of a table, each with its header', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i};name ${i};"two\nlines"`).join('\n');
    const result = await doTask({ type: 'text', path: 'a.csv', text: `id;name;note\n${rows}\n` });
    assert.ok(result.type === 'chunks');
    const [, first, second] = result.chunks;
    assert.deepEqual([first?.symbol, first?.startLine, first?.endLine], ['rows 1–20', 2, 41]);
    assert.deepEqual([second?.symbol, second?.startLine, second?.headLine], ['rows 21–30', 42, 1]);
    assert.ok(second?.tokens.includes('note'));
  });

  it('are pages of a PDF; one that is damaged has none', async () => {
    const root = await makeTree({
      'a.pdf': pdfOf(['The first page', 'The second']),
      'b.pdf': '%PDF-1.4 damaged',
    });
    try {
      const result = await doTask({ type: 'file', path: 'a.pdf', absolute: `${root}/a.pdf` });
      assert.ok(result.type === 'chunks');
      assert.deepEqual(
        result.chunks.map(({ page, startLine }) => ({ page, startLine })),
        [
          { page: 1, startLine: 1 },
          { page: 2, startLine: 2 },
        ],
      );
      const damaged = await doTask({ type: 'file', path: 'b.pdf', absolute: `${root}/b.pdf` });
      assert.deepEqual(damaged, { type: 'nothing' });
    } finally {
      await removeTree(root);
    }
  });
});

describe('cutting at marks', () => {
  const line = fc.constantFrom('', '  ', 'call();', `${'word '.repeat(60)}`, '}');
  const mark = fc.record({
    line: fc.nat(200),
    kind: fc.constantFrom('function' as const, 'class' as const, 'block' as const),
    apart: fc.boolean(),
  });

  it('leaves out no line that is not blank, and makes nothing large', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), fc.array(mark, { maxLength: 20 }), (lines, marks) => {
        const cuts = cutAtMarks(
          lines,
          marks.filter((it: Mark) => it.line < lines.length),
        );
        const covered = new Set(
          cuts.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
        );
        lines.forEach((text, at) => {
          assert.ok(text.trim() === '' || covered.has(at), `line ${at}`);
        });
        for (const { start, end } of cuts) assert.ok(end - start <= 40 && end > start);
        assert.deepEqual(
          cuts.map(({ start }) => start),
          cuts.map(({ start }) => start).sort((a, b) => a - b),
        );
      }),
    );
  });
});
