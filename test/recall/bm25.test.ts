import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type RankedDocument, rank, weigh } from '../support/plainBm25.ts';

const document = (key: string, words: string): RankedDocument => ({ key, tokens: words.split(' ') });
const search = (query: string[], documents: RankedDocument[]) => rank(weigh(query, documents), documents);
const keys = (query: string[], documents: RankedDocument[]) => search(query, documents).map(({ key }) => key);

const word = fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e');
const words = fc.array(word, { minLength: 1, maxLength: 12 });
const documentSet = fc
  .array(words, { minLength: 1, maxLength: 12 })
  .map((list) => list.map((tokens, i): RankedDocument => ({ key: `k${i}`, tokens })));

describe('bm25', () => {
  it('leaves out what shares no word', () => {
    assert.deepEqual(keys(['retry'], [document('a', 'x y'), document('b', 'retry z')]), ['b']);
    assert.deepEqual(keys(['absent'], [document('a', 'x y')]), []);
    assert.deepEqual(keys(['x'], []), []);
  });

  it('prefers the rare word, the repeated word and the short document', () => {
    const common = [document('c1', 'get value'), document('c2', 'get other'), document('c3', 'get third')];
    assert.equal(keys(['get', 'rare'], [...common, document('r', 'rare thing')])[0], 'r');
    assert.equal(keys(['x'], [document('once', 'x y z'), document('twice', 'x x z')])[0], 'twice');
    assert.equal(keys(['x'], [document('long', 'x b c d e f g'), document('short', 'x b')])[0], 'short');
  });

  it('decides between equals by key', () => {
    assert.deepEqual(keys(['x'], [document('b', 'x'), document('a', 'x'), document('c', 'x')]), [
      'a',
      'b',
      'c',
    ]);
  });

  it('ranks the same for every order of the documents', () => {
    fc.assert(
      fc.property(
        words,
        documentSet.chain((set) =>
          fc.tuple(fc.constant(set), fc.shuffledSubarray(set, { minLength: set.length })),
        ),
        (query, [one, other]) => assert.deepEqual(search(query, one), search(query, other)),
      ),
    );
  });

  it('scores exactly the documents that have a word, above 0', () => {
    fc.assert(
      fc.property(words, documentSet, (query, documents) => {
        const ranks = search(query, documents);
        const having = documents.filter(({ tokens }) => tokens.some((token) => query.includes(token)));
        assert.deepEqual(ranks.map(({ key }) => key).sort(), having.map(({ key }) => key).sort());
        for (const { score } of ranks) assert.ok(score > 0);
      }),
    );
  });

  it('never ranks a document lower for one more word of the question in place of another word', () => {
    fc.assert(
      fc.property(documentSet, word, (documents, asked) => {
        const weights = weigh([asked], documents);
        const [first] = documents;
        const at = first?.tokens.findIndex((token) => token !== asked) ?? -1;
        if (!first || at === -1 || weights.size === 0) return;
        const richer = { ...first, tokens: first.tokens.with(at, asked) };
        const scoreIn = (set: RankedDocument[]) =>
          rank(weights, set).find(({ key }) => key === first.key)?.score ?? 0;
        assert.ok(scoreIn([richer, ...documents.slice(1)]) >= scoreIn(documents));
      }),
    );
  });
});
