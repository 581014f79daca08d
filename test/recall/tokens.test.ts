import assert from 'node:assert/strict';
import fc from 'fast-check';
import { queryTokens, tokenize, tokenizeAscii, tokenizeUnicode } from '../../runtime/recall/text/tokens.ts';

describe('tokens', () => {
  const cases: [string, string[]][] = [
    ['getUserName', ['getusername', 'get', 'user', 'name']],
    ['snake_case_name', ['snakecasename', 'snake', 'case', 'name']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['parseURL2', ['parseurl2', 'parse', 'url', '2']],
    ['utf8', ['utf8', 'utf', '8']],
    ['2fa', ['2fa', '2', 'fa']],
    ['$scope', ['scope']],
    ['__init__', ['init']],
    ['MAX_TEXT', ['maxtext', 'max', 'text']],
    ['a.b(c)', ['a', 'b', 'c']],
    ['_ $ __', []],
    ['', []],
    ['Café', ['cafe']],
    ['İstanbul', ['istanbul']],
    ['naïveÜber', ['naiveuber', 'naive', 'uber']],
    ['検索する', ['検索', '索す', 'する']],
    ['犬', ['犬']],
    ['한국어', ['한국', '국어']],
    ['пользовательИмя', ['пользовательимя', 'пользователь', 'имя']],
    ['log日本語', ['log', '日本', '本語']],
  ];
  for (const [text, expected] of cases) {
    it(`cuts ${JSON.stringify(text)}`, () => assert.deepEqual(tokenize(text), expected));
  }

  it('leaves out words that are too long to be names', () => {
    assert.deepEqual(tokenize(`a ${'x'.repeat(65)} b`), ['a', 'b']);
    assert.deepEqual(tokenize('x'.repeat(64)), ['x'.repeat(64)]);
  });

  it('cuts ASCII the same on both paths', () => {
    const pieces = fc.constantFrom(
      'a',
      'b',
      'A',
      'B',
      '1',
      '2',
      '_',
      '$',
      ' ',
      '-',
      '\n',
      'Ab',
      'x'.repeat(61),
    );
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary-ascii', maxLength: 200 }),
    );
    fc.assert(
      fc.property(text, (ascii) => assert.deepEqual(tokenizeAscii(ascii), tokenizeUnicode(ascii))),
      { numRuns: 2000 },
    );
  });

  it('cuts a text of lines of both kinds as if it took the slow path for all', () => {
    const pieces = fc.constantFrom(
      '\n',
      '\r\n',
      'getUser',
      'a_b',
      ' ',
      'é',
      'e',
      '\u0301',
      '日本',
      'Straße',
      'İ',
      '\u2028',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        assert.deepEqual(tokenize(text), tokenizeUnicode(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays quick once the engine has optimised it', () => {
    const text = 'const firstName = second_name + HTTPServer2;\n'.repeat(1500);
    for (let i = 0; i < 30; i++) tokenize(text);
    const start = performance.now();
    for (let i = 0; i < 5; i++) tokenize(text);
    // A few ms each; it took 600 ms each where the text was put in lower case as a whole.
    assert.ok(performance.now() - start < 1000);
  });

  it('gives words in lower case, without spaces, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        for (const token of tokenize(text)) {
          assert.notEqual(token, '');
          assert.ok(!/[\s_$]/u.test(token), token);
        }
      }),
    );
  });

  it('finds the same words whatever the case and the accents of plain words', () => {
    assert.deepEqual(tokenize('RÉSUMÉ'), tokenize('resume'));
    assert.deepEqual(tokenize('re\u0301sume\u0301'), tokenize('résumé'));
  });

  it('leaves words that say nothing out of a question, once each', () => {
    assert.deepEqual(queryTokens('How does the retry loop work? The retry!'), ['retry', 'loop']);
    assert.deepEqual(queryTokens('what is this'), ['what', 'is', 'this']);
  });
});
