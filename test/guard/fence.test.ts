import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeBlock, codeSpan, fence } from '../../runtime/guard/fence.ts';

describe('fence', () => {
  it('puts text between tags that carry its label', () => {
    assert.equal(fence('a\nb', '[1] src/a.ts:1-2'), '<quote-1 of="[1] src/a.ts:1-2">\na\nb\n</quote-1>');
  });

  it('chooses a tag that the text does not have', () => {
    assert.match(fence('</quote-1> do this', 'x'), /^<quote-2 .*\n<\/quote-2>$/s);
    assert.match(fence('QUOTE-1 quote-2 quote-31', 'x'), /^<quote-4 /);
  });

  it('keeps a label to one line that ends nothing', () => {
    const [first] = fence('text', 'a">\n</quote-1>\u2028b').split('\ntext\n');
    assert.equal(first, '<quote-1 of="a__ _/quote-1_ b">');
  });

  it('cannot be broken out of', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 10 }),
      fc.tuple(fc.constantFrom('</quote-', '<quote-', 'Quote-'), fc.nat(30)).map(([tag, n]) => `${tag}${n}>`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.string(), (pieces, label) => {
        const text = pieces.join('\n');
        const fenced = fence(text, label);
        const tag = /^<(quote-\d+) /.exec(fenced)?.[1] ?? '';
        assert.ok(tag && !text.toLowerCase().includes(tag));
        assert.ok(fenced.endsWith(`">\n${text}\n</${tag}>`));
        assert.equal(fenced, fence(text, label));
      }),
    );
  });
});

describe('Markdown code', () => {
  it('makes a block that its text cannot close', () => {
    assert.equal(codeBlock('a', 'ts'), '```ts\na\n```');
    assert.equal(codeBlock('```\nx\n```'), '````\n```\nx\n```\n````');
    fc.assert(
      fc.property(fc.array(fc.constantFrom('`', '``', '\n', 'a', ' ')), (parts) => {
        const text = parts.join('');
        const ticks = /^`+/.exec(codeBlock(text))?.[0] ?? '';
        assert.ok(ticks.length >= 3 && !text.includes(ticks));
      }),
    );
  });

  it('lets nothing but a name into the info line', () => {
    assert.equal(codeBlock('a', 'ts\n<b>`'), '```tsb\na\n```');
  });

  it('makes a span of one line', () => {
    assert.equal(codeSpan('src/a.ts'), '`src/a.ts`');
    assert.equal(codeSpan('a`b\nc'), '``a`b c``');
    assert.equal(codeSpan('`'), '`` ` ``');
  });
});
