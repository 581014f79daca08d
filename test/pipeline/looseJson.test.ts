import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseLooseJson } from '../../runtime/pipeline/looseJson.ts';

describe('parseLooseJson', () => {
  const repaired: [string, string, unknown][] = [
    ['a fence around it', 'Sure:\n```json\n{"a": 1}\n```\nDone.', { a: 1 }],
    ['prose before and after', 'I choose {"a": "b"} because it fits.', { a: 'b' }],
    ['trailing commas', '{"a": [1, 2,], "b": 3,}', { a: [1, 2], b: 3 }],
    ['single quotes', "{'a': 'b', 'c': ['d']}", { a: 'b', c: ['d'] }],
    ['an apostrophe within single quotes', "{'a': 'it's here'}", { a: "it's here" }],
    ['curly quotes', '{“a”: “b”}', { a: 'b' }],
    ['bare keys', '{a: 1, b_c: true}', { a: 1, b_c: true }],
    ['words of Python', "{'a': True, 'b': None}", { a: true, b: null }],
    ['an end that was cut off', '{"a": [{"b": "half of it', { a: [{ b: 'half of it' }] }],
    ['a cut after a key', '{"a": 1, "b"', { a: 1 }],
    ['a bracket in the prose', 'See [this: {"a": 1}', { a: 1 }],
    ['escapes', '{"a": "\\u00e9\\n\\"x\\""}', { a: 'é\n"x"' }],
  ];
  for (const [what, text, value] of repaired) {
    it(`reads through ${what}`, () => assert.deepEqual(parseLooseJson(text), value));
  }

  it('gives nothing where there is nothing', () => {
    for (const text of ['', 'REPLY', 'no { json: here: at } all', '} ]']) {
      assert.equal(parseLooseJson(text), undefined, text);
    }
  });

  it('reads what JSON.stringify wrote, in prose and fences', () => {
    const value = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.array(fc.jsonValue({ maxDepth: 4 })),
    );
    fc.assert(
      fc.property(
        value,
        fc.constantFrom('', 'Here it is:\n', '```json\n'),
        fc.boolean(),
        (given, before, pretty) => {
          const json = JSON.stringify(given, null, pretty ? 2 : 0);
          assert.deepEqual(
            JSON.parse(JSON.stringify(parseLooseJson(`${before}${json}\n\`\`\``))),
            JSON.parse(json),
          );
        },
      ),
    );
  });

  it('ends at any text, and soon', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,"\'\\a1 '), maxLength: 300 }), (text) => {
        parseLooseJson(text);
      }),
    );
    assert.equal(parseLooseJson('{"a":['.repeat(20_000)), undefined);
  });
});
