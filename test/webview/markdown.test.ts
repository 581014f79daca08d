import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Reference } from '../../runtime/types/memory.ts';
import { codeInfo, parsePlace } from '../../webview/markdown/codeBlock.ts';
import { highlight, highlightGrowing } from '../../webview/markdown/highlight.ts';
import { IncrementalMarkdown, renderAll } from '../../webview/markdown/incremental.ts';
import { splitBlocks } from '../../webview/markdown/parser.ts';
import { mended, settled } from '../../webview/markdown/settle.ts';
import { references, retryAnswer } from '../support/panel/scenes.ts';

const html = (text: string, used: readonly Reference[] = []) =>
  renderAll(text, used)
    .map((block) => block.html)
    .join('');

/** Pieces from which texts like a model's are put together, the awkward ones before all. */
const piece = fc.constantFrom(
  'A paragraph with **bold** and `code`.\n\n',
  'half **bold',
  '- item\n',
  '  - deeper\n',
  '1. first\n',
  '> quoted\n',
  '# Heading\n',
  'text\n---\n',
  '---\n\n',
  '```ts\n',
  'const a = 1;\n',
  '```\n',
  '~~~\n',
  '    indented\n',
  '| a | b |\n',
  '|---|---|\n',
  '| 1 | 2 |\n',
  '[link](https://example.org)',
  '[1]',
  '[ref]: https://example.org\n',
  '\n',
  '\r\n',
  ' ',
  '*',
  '`',
  '|',
  '-',
  '<b>x</b>',
  'ünï 漢字 👩‍💻 ',
);
const markdown = fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(''));

describe('Markdown', () => {
  describe('while it streams', () => {
    it('is the whole text in whole blocks', () => {
      fc.assert(
        fc.property(markdown, (raw) => {
          const text = raw.replace(/\r\n?/g, '\n');
          const blocks = splitBlocks(text);
          assert.ok(blocks.length > 0 ? blocks.join('') === text : text.trim() === '');
        }),
      );
    });

    it('ends as the same text renders at once, wherever it was cut', () => {
      fc.assert(
        fc.property(markdown, fc.array(fc.nat({ max: 60 }), { maxLength: 12 }), (text, cuts) => {
          const growing = new IncrementalMarkdown([]);
          for (const cut of cuts.toSorted((a, b) => a - b)) growing.grow(text.slice(0, cut), true);
          growing.grow(text, true);
          // What the stream has finished is what the end shows; only its last blocks may still differ.
          const last = growing.grow(text, false).map((block) => block.html);
          const whole = renderAll(text, []).map((block) => block.html);
          assert.deepEqual(last.slice(0, -2), whole.slice(0, Math.max(0, last.length - 2)));
        }),
        { numRuns: 300 },
      );
    });

    it('never touches a finished block again', () => {
      const growing = new IncrementalMarkdown(references);
      let before: readonly object[] = [];
      for (let end = 1; end <= retryAnswer.length; end += 3) {
        const blocks = growing.grow(retryAnswer.slice(0, end), true);
        const finished = before.slice(0, -2);
        finished.forEach((block, index) => {
          assert.equal(blocks[index], block);
        });
        before = blocks;
      }
      assert.ok(before.length > 5);
    });

    it('shows whole words, and no line that the next characters may turn round', () => {
      const cases: [string, string][] = [
        ['The retry lo', 'The retry '],
        ['Hel', 'Hel'],
        ['Text\n-', 'Text\n'],
        ['Text\n- ', 'Text\n'],
        ['Text\n- a b', 'Text\n- a '],
        ['Text\n1.', 'Text\n'],
        ['Text\n#', 'Text\n'],
        ['Text\n```t', 'Text\n'],
        ['```ts\nconst a', '```ts\nconst '],
        ['```ts\nconst a\n``', '```ts\nconst a\n'],
        ['| a | b |\n', ''],
        ['| a | b |\n|---|---|\n| 1', '| a | b |\n|---|---|\n'],
      ];
      for (const [text, shown] of cases) assert.equal(settled(text), shown, JSON.stringify(text));
    });

    it('never holds back more than a line', () => {
      fc.assert(
        fc.property(markdown, (text) => {
          const shown = settled(text);
          assert.ok(text.startsWith(shown));
          assert.ok(text.slice(shown.length).split('\n').length <= 3);
        }),
      );
    });

    it('closes what is open at the end, so that no mark is seen', () => {
      const cases: [string, string][] = [
        ['some **bold te', 'some **bold te**'],
        ['some `code', 'some `code`'],
        ['an *empha', 'an *empha*'],
        ['see [the do', 'see '],
        ['see [the docs](https://exa', 'see '],
        ['see [1] and', 'see [1] and'],
        ['* item', '* item'],
        ['```\n**', '```\n**'],
      ];
      for (const [text, shown] of cases) assert.equal(mended(text), shown, JSON.stringify(text));
    });
  });

  describe('is safe', () => {
    const attacks = [
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '<svg/onload=alert(1)>',
      '<iframe src="https://evil.example"></iframe>',
      '<a href="javascript:alert(1)">x</a>',
      '[x](javascript:alert(1))',
      '[x](JaVaScRiPt:alert(1))',
      '[x](data:text/html;base64,PHNjcmlwdD4=)',
      '[x](vbscript:msgbox(1))',
      '[x](file:///etc/passwd)',
      '[x](//evil.example/a)',
      '[x](command:workbench.action.terminal.new)',
      '[x](vscode://evil)',
      '![x](https://evil.example/?q=secret)',
      '![x](data:image/svg+xml;base64,PHN2Zz4=)',
      '[![x](https://evil.example/a.png)](https://evil.example)',
      '<style>*{display:none}</style>',
      '```html" onmouseover="alert(1)\n<script>\n```',
      '```ts title="a<b>.ts" onclick=alert(1)\n```',
      '| a |\n|:-:|\n| <b onclick=x> |',
      '<https://example.org/"onmouseover="alert(1)>',
      '[x](https://example.org "a\\" onclick=\\"alert(1)")',
    ];

    it('has no tag, address or handler that a text could bring', () => {
      for (const attack of attacks) {
        const out = html(attack);
        const tags = [...out.matchAll(/<([a-z0-9]+)([^>]*)>/gi)];
        for (const [, tag = '', attributes = ''] of tags) {
          assert.doesNotMatch(tag, /^(script|img|svg|iframe|style|object|embed|form|input)$/i, attack);
          const names = [...attributes.matchAll(/([\w-]+)(?:="[^"]*")?/g)].map(([, name]) => name);
          for (const name of names)
            assert.doesNotMatch(name ?? '', /^(on\w+|href|src|srcdoc|style|action)$/i, attack);
        }
        assert.doesNotMatch(out, /data-url="(?!https?:)/i, attack);
      }
    });

    it('shows a picture as its words and its address', () => {
      assert.match(
        html('![a chart](https://example.org/c.png)'),
        /a chart \(https:\/\/example\.org\/c\.png\)/,
      );
    });

    it('leads to http and to paths of the workspace alone', () => {
      assert.match(
        html('[x](https://example.org/a?b=1)'),
        /data-do="browse" data-url="https:\/\/example\.org\/a\?b&#61;1|data-do="browse" data-url="https:\/\/example\.org\/a\?b=1"/,
      );
      assert.match(html('[x](src/a.ts#L4)'), /data-do="open" data-path="src\/a\.ts" data-line="4"/);
      assert.doesNotMatch(html('[x](/etc/passwd)'), /data-do/);
    });
  });

  describe('citations', () => {
    it('are buttons where the answer has such a source', () => {
      const out = html('It loops [1], as said [2, 3].', references);
      assert.equal(out.match(/class="cite"/g)?.length, 3);
      assert.match(out, /aria-label="Source 1, client\.ts:40-62"/);
    });

    it('are text where it has none, and in code', () => {
      assert.doesNotMatch(html('It loops [9] and `a[1]`.', references), /cite/);
    });
  });

  describe('code blocks', () => {
    it('name their language and file from the info or the first comment', () => {
      assert.deepEqual(codeInfo('ts src/a.ts:3-9', ''), {
        language: 'ts',
        path: 'src/a.ts',
        startLine: 3,
        endLine: 9,
      });
      assert.deepEqual(codeInfo('ts title="src/a.ts"', ''), { language: 'ts', path: 'src/a.ts' });
      assert.deepEqual(codeInfo('ts:src/a.ts', ''), { language: 'ts', path: 'src/a.ts' });
      // A line of 50,000 spaces took more than a second at each frame.
      assert.deepEqual(codeInfo('ts', `# ${' '.repeat(300)} a.ts\n`), { language: 'ts' });
      assert.deepEqual(codeInfo('py', '# app/main.py\nprint()'), { language: 'py', path: 'app/main.py' });
      assert.deepEqual(codeInfo('py', '# a comment\nprint()'), { language: 'py' });
      assert.deepEqual(codeInfo('', ''), { language: '' });
    });

    it('show what would turn the direction of code, and keep it in what is copied', () => {
      const code = 'if (level != "user\u202e \u2066// only admins\u2069 \u2066") {';
      for (const out of [html(`\`\`\`ts\n${code}\n\`\`\``), html(`\`${code}\``)]) {
        assert.equal(out.match(/<span class="turn" title="U\+(?:202E|2066|2069)">/g)?.length, 4);
        assert.ok(out.replace(/<[^>]*>/g, '').includes('user\u202e \u2066// only'));
      }
    });

    it('take only paths inside the workspace for files', () => {
      for (const no of ['https://a.b/c.ts', 'javascript:a.ts', '//host/a.ts', 'a', 'c:\\a.ts']) {
        assert.equal(parsePlace(no), undefined, no);
      }
    });

    it('stay plain where a line is longer than any that people write', () => {
      assert.equal(highlight('const a = 1;', 'ts').includes('<span'), true);
      const minified = 'const a=1;'.repeat(101);
      assert.equal(highlight(minified, 'ts'), minified);
    });

    it('keep every character of the code', () => {
      const plain = (out: string) =>
        out.replace(/<[^>]*>/g, '').replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, dec, hex, name) => {
          const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
          if (name) return named[name] ?? '?';
          return String.fromCharCode(dec ? Number(dec) : Number.parseInt(hex, 16));
        });
      fc.assert(
        fc.property(
          fc.string({ maxLength: 300 }),
          fc.constantFrom('ts', 'html', 'python', 'nothing'),
          (code, language) => {
            assert.equal(plain(highlight(code, language)), code);
          },
        ),
      );
      const long = 'const a = "text"; // <b>\n'.repeat(500);
      assert.equal(plain(highlightGrowing(long, 'ts', new Map())), long);
    });
  });

  it('survives a list that opens a fence, a fence in a fence, and a fence without end', () => {
    assert.match(html('- a\n  ```ts\n  const a = 1;\n  ```\n- b'), /<li>.*code-block.*<\/li>/s);
    assert.match(html('````md\n```ts\nx\n```\n````'), /```ts|`/);
    assert.match(html('```ts\nconst a = 1;'), /code-block/);
  });

  it('makes the first heading an h2, whatever its marks', () => {
    assert.match(html('### A\n\ntext\n\n#### B'), /<h2 class="level-3">A<\/h2>.*<h3 class="level-4">B/s);
  });
});
