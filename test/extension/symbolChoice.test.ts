import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseSymbols, signatureIn, type Use, usefulUses } from '../../extension/coding/symbolChoice.ts';
import type { CodeSymbol } from '../../runtime/types/codeSymbol.ts';
import { CodingTask, SYMBOLS_FOR } from '../../runtime/types/coding.ts';

const use = (path: string, line: number, text = 'add(1, 2);'): Use => ({ path, line, text });
const places = (uses: readonly Use[]) => uses.map(({ path, line }) => `${path}:${line}`);

describe('uses of a name', () => {
  it('calls before imports, each file once before any twice, the own file last', () => {
    const uses = [
      use('own.ts', 3),
      use('a.ts', 0, "import { add } from './own';"),
      use('a.ts', 9),
      use('a.ts', 4),
      use('b.ts', 20),
      use('c.py', 0, 'from own import add'),
    ];
    assert.deepEqual(places(usefulUses(uses, 'own.ts', 10)), [
      'a.ts:4',
      'b.ts:20',
      'a.ts:9',
      'a.ts:0',
      'c.py:0',
      'own.ts:3',
    ]);
    assert.equal(usefulUses(uses, 'own.ts', 2).length, 2);
  });

  it('lines next to one another are one', () => {
    assert.deepEqual(
      places(usefulUses([use('a.ts', 5), use('a.ts', 4), use('a.ts', 6), use('a.ts', 8)], 'b.ts')),
      ['a.ts:4', 'a.ts:8'],
    );
  });

  it('are some of those that were found, none twice, in whatever order they came', () => {
    const some = fc.array(
      fc.record({
        path: fc.constantFrom('a', 'b', 'c'),
        line: fc.nat(30),
        text: fc.constantFrom('x()', 'import x'),
      }),
    );
    fc.assert(
      fc.property(some, fc.nat(6), (uses, most) => {
        const chosen = places(usefulUses(uses, 'a', most));
        assert.ok(chosen.length <= most);
        assert.equal(new Set(chosen).size, chosen.length);
        assert.ok(chosen.every((one) => places(uses).includes(one)));
        const ownAt = chosen.findIndex((one) => one.startsWith('a:'));
        assert.ok(ownAt === -1 || chosen.slice(ownAt).every((one) => one.startsWith('a:')));
      }),
    );
  });
});

describe('what is carried of the language services', () => {
  const symbol = (
    kind: CodeSymbol['kind'],
    startLine: number,
    text = `${kind} ${startLine}`,
  ): CodeSymbol => ({
    kind,
    name: 'add',
    path: 'src/a.ts',
    startLine,
    endLine: startLine + text.split('\n').length - 1,
    text,
  });

  it('what helps the task, in its order, each place once', () => {
    const found = [
      symbol('type', 1),
      symbol('definition', 1),
      symbol('reference', 9),
      symbol('signature', 3),
    ];
    const kinds = (task: CodingTask) => chooseSymbols(found, task).map(({ kind }) => kind);
    assert.deepEqual(kinds('explain'), ['definition', 'signature', 'reference']);
    assert.deepEqual(kinds('tests'), ['type', 'signature', 'reference']);
    assert.deepEqual(kinds('rename'), ['reference', 'type']);
    assert.deepEqual(kinds('commit'), []);
  });

  it('whole lines of what is long, and the lines that they are', () => {
    const long = symbol('definition', 10, 'one line of code\n'.repeat(500));
    const [cut] = chooseSymbols([long], 'edit');
    assert.ok(cut && cut.text.length <= 2_000 && cut.text.endsWith('code'));
    assert.equal(cut.endLine - cut.startLine + 1, cut.text.split('\n').length);
    const [one] = chooseSymbols([symbol('definition', 1, 'x'.repeat(9_000))], 'edit');
    assert.equal(one?.text.length, 2_000);
  });

  it('is bounded, whatever the services answer', () => {
    const found = Array.from({ length: 400 }, (_, i) =>
      symbol(
        (['definition', 'type', 'signature', 'reference'] as const)[i % 4] ?? 'type',
        i,
        'y'.repeat(i * 50),
      ),
    );
    for (const task of CodingTask.options) {
      const chosen = chooseSymbols(found, task);
      assert.ok(chosen.length <= 21 && chosen.every(({ text }) => text !== ''), task);
      assert.ok(chosen.reduce((sum, { text }) => sum + text.length, 0) <= 18_400, task);
      assert.ok(chosen.every(({ kind }) => SYMBOLS_FOR[task]?.includes(kind)));
    }
  });
});

describe('the signature in a hover', () => {
  it('is its first block of code, without the words', () => {
    const hover = '\n```typescript\nfunction add(a: number): number\n\n```\n\nAdds. `x`\n```ts\nadd(1)\n```';
    assert.equal(signatureIn(hover), 'function add(a: number): number');
    assert.equal(signatureIn('````py\n(variable) a: str\n````'), '(variable) a: str');
    assert.equal(signatureIn('Only words.'), undefined);
    assert.equal(signatureIn('```ts\n```'), undefined);
    assert.equal(signatureIn('```ts\nnever closed'), undefined);
  });
});
