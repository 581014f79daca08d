import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { editFromAnswer } from '../../../runtime/plugins/coding/answers/edit.ts';
import { createSyntax } from '../../../runtime/plugins/coding/syntax/syntax.ts';
import { applyHunks } from '../../../runtime/types/edit.ts';

// Each file is one answer as models write them: heads, the file before, the answer, and what must come of it.
// What an editor would mend unseen is spelt out: ␍ is a carriage return, «BOM» a byte order mark, «EOF» an end
// without a newline, «HUGE» more text than anybody wants.

const folder = path.join(__dirname, '../../fixtures/answers');

interface Case {
  heads: Map<string, string>;
  original: string;
  answer: string;
  verdict: string;
  expected: string;
}

function readCase(file: string): Case {
  const [head = '', ...sections] = readFileSync(path.join(folder, file), 'utf8').split(/^=== (.+) ===\n/m);
  const of = (name: string) => spelt(sections[sections.indexOf(name) + 1] ?? '');
  return {
    heads: new Map(
      head
        .split('\n')
        .filter(Boolean)
        .map((line): [string, string] => [line.split(': ')[0] ?? '', line.split(': ')[1] ?? '']),
    ),
    original: of('original'),
    answer: of('answer'),
    verdict: sections.at(-2) ?? '',
    expected: of('expected'),
  };
}

function spelt(text: string): string {
  return text
    .replace(/«EOF»\n$/, '')
    .replaceAll('␍', '\r')
    .replaceAll('«BOM»', '\ufeff')
    .replaceAll('«HUGE»', 'const x = 1;\n'.repeat(60_000));
}

describe('answers', () => {
  const syntax = createSyntax();
  after(() => syntax.close());
  const files = readdirSync(folder);

  it('are more than sixty', () => assert.ok(files.length >= 60));

  for (const file of files) {
    const { heads, original, answer, verdict, expected } = readCase(file);
    it(`${file.replace('.txt', '').replaceAll('-', ' ')}: ${verdict}`, async () => {
      const [start, end] = (heads.get('range') ?? '').split('-').map(Number);
      const edit = editFromAnswer(
        {
          answer,
          path: heads.get('path') ?? '',
          text: original,
          cut: heads.get('cut') === 'yes',
          ...(start && end && { range: { startLine: start, endLine: end } }),
        },
        syntax,
      );
      if (verdict.startsWith('refused')) {
        await assert.rejects(edit, { code: 'unusable_answer', message: new RegExp(verdict.slice(9)) });
        return;
      }
      const outcome = await edit;
      if (verdict === 'unchanged') assert.equal(outcome.edit, undefined);
      else assert.equal(outcome.edit && applyHunks(original, outcome.edit), expected);
    });
  }
});
