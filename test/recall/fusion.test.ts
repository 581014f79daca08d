import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Fused, fuseCode, fuseMemories } from '../../runtime/recall/fusion.ts';
import { exactWords } from '../../runtime/recall/text/exactWords.ts';

const DAY_MS = 86_400_000;
const NOW = 1000 * DAY_MS;

const hit = (key: string, share: number) => ({ key, share, score: share * 10 });
const memories = (found: Partial<Parameters<typeof fuseMemories>[0]>) =>
  fuseMemories({ meaning: new Map(), words: [], exact: [], now: NOW, limit: 10, ...found });
const keys = (fused: readonly Fused[]) => fused.map(({ key }) => key);

describe('fusion of memories', () => {
  it('ranks by meaning, and lets words break ties', () => {
    const meaning = new Map([
      ['near', 0.8],
      ['far', 0.2],
      ['tied', 0.5],
      ['tied with words', 0.5],
    ]);
    const words = [hit('far', 1), hit('tied with words', 0.5)];
    assert.deepEqual(keys(memories({ meaning, words })), ['near', 'tied with words', 'tied', 'far']);
  });

  it('puts the name that was asked for before what is nearly as near', () => {
    const meaning = new Map([
      ['TICKET-1234', 0.7],
      ['TICKET-1235', 0.69],
    ]);
    const found = { meaning, words: [hit('TICKET-1235', 0.8)], exact: [hit('TICKET-1235', 1)] };
    assert.equal(keys(memories(found))[0], 'TICKET-1235');
  });

  it('lets a name that is a small part of the question move little', () => {
    const meaning = new Map([
      ['what a date looks like', 0.35],
      ['something else in March', 0.325],
    ]);
    const one = [hit('something else in March', 0.2)];
    const exact = [hit('something else in March', 1)];
    assert.equal(keys(memories({ meaning, words: one, exact }))[0], 'what a date looks like');
  });

  it('ranks by words where there are no vectors', () => {
    const words = [hit('a', 0.9), hit('b', 0.5)];
    assert.deepEqual(keys(memories({ words, exact: [hit('b', 0.1)] })), ['a', 'b']);
  });

  it('takes what has no vector yet for as near as its words let expect', () => {
    const meaning = new Map([
      ['near', 0.7],
      ['middle', 0.45],
      ['far', 0.2],
    ]);
    const words = [hit('just stored', 0.9), hit('stored with one word', 0.1)];
    assert.deepEqual(keys(memories({ meaning, words })), [
      'just stored',
      'near',
      'middle',
      'stored with one word',
      'far',
    ]);
  });

  it('puts the more important and the newer of equals first, and no further', () => {
    const meaning = new Map([
      ['old', 0.5],
      ['new', 0.5],
      ['vital', 0.5],
      ['better', 0.6],
    ]);
    const about = (key: string) => ({
      createdAt: NOW - (key === 'new' ? 0 : 100) * DAY_MS,
      importance: key === 'vital' ? 1 : 0,
    });
    assert.deepEqual(keys(memories({ meaning, about })), ['better', 'vital', 'new', 'old']);
  });

  it('takes a memory from the future for a new one', () => {
    const about = () => ({ createdAt: NOW + 50 * DAY_MS, importance: 0 });
    const [only] = memories({ meaning: new Map([['a', 0.5]]), about });
    assert.equal(only?.why.recency, 0.005);
  });

  describe('what tells of a change', () => {
    const meaning = new Map([
      ['before', 0.5],
      ['between', 0.45],
      ['change', 0.35],
    ]);
    const alike = (similarity: number) => new Map([['change', [{ id: 'before', similarity }]]]);

    it('goes before what it changed, and says by how much', () => {
      const [first, second] = memories({ meaning, updates: alike(0.6) });
      assert.deepEqual([first?.key, second?.key], ['change', 'before']);
      assert.ok(Math.abs((first?.why.update ?? 0) - 0.15) < 0.001);
    });

    it('stays where it is if the question is nearer to the older one than the two to each other', () => {
      assert.deepEqual(keys(memories({ meaning, updates: alike(0.49) })), ['before', 'between', 'change']);
    });

    it('stays where it is if it is far behind, or ahead already', () => {
      const far = new Map([...meaning, ['change', 0.25]] as const);
      assert.equal(keys(memories({ meaning: far, updates: alike(0.9) }))[2], 'change');
      const ahead = new Map([...meaning, ['change', 0.8]] as const);
      const [first] = memories({ meaning: ahead, updates: alike(0.9) });
      assert.deepEqual([first?.key, first?.why], ['change', { meaning: 0.8 }]);
    });

    it('changes nothing that was not found', () => {
      const updates = new Map([['gone', [{ id: 'before', similarity: 1 }]]]);
      assert.deepEqual(keys(memories({ meaning, updates })), ['before', 'between', 'change']);
    });
  });

  it('says why: the parts are what was added', () => {
    const [only] = memories({
      meaning: new Map([['a', 0.5]]),
      words: [hit('a', 0.5)],
      exact: [hit('a', 1)],
      about: () => ({ createdAt: NOW - 14 * DAY_MS, importance: 0.5 }),
    });
    assert.deepEqual(only?.why, {
      meaning: 0.5,
      words: 0.15 / 4,
      exact: 0.15 / 4,
      recency: 0.005 / Math.E,
      importance: 0.01,
    });
    assert.equal(
      only.score,
      Object.values(only.why).reduce((sum, part) => sum + part, 0),
    );
  });
});

describe('fusion of code', () => {
  it('puts what both find before what one finds', () => {
    const meaning = new Map(['m', 'both', 'm2'].map((key, at) => [key, 1 - at / 20]));
    const words = [hit('both', 0.5), hit('w', 0.4)];
    assert.deepEqual(keys(fuseCode({ meaning, words, limit: 10 })), ['both', 'm', 'w', 'm2']);
  });

  it('does with either side alone', () => {
    assert.deepEqual(keys(fuseCode({ meaning: new Map(), words: [hit('b', 1), hit('a', 0.9)], limit: 10 })), [
      'b',
      'a',
    ]);
  });
});

describe('fusion: any candidates', () => {
  const key = fc.integer({ min: 0, max: 40 }).map((n) => `k${n}`);
  const share = fc.double({ min: 0.01, max: 1, noNaN: true });
  const hits = fc
    .uniqueArray(fc.record({ key, share }), { selector: (one) => one.key, maxLength: 40 })
    .map((list) => list.map((one) => hit(one.key, one.share)).sort((a, b) => b.share - a.share));
  const vectors = fc
    .uniqueArray(fc.tuple(key, fc.double({ min: -1, max: 1, noNaN: true })), {
      selector: ([one]) => one,
      maxLength: 40,
    })
    .map((list) => list.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));

  function check(fused: readonly Fused[], firsts: readonly (string | undefined)[], all: ReadonlySet<string>) {
    assert.equal(fused.length, all.size);
    assert.deepEqual(new Set(keys(fused)), all);
    const top = keys(fused).slice(0, 6);
    for (const first of firsts) assert.ok(first === undefined || top.includes(first), `${first} in ${top}`);
  }

  it('loses none, and keeps among the first six what either side ranks first', () => {
    fc.assert(
      fc.property(vectors, hits, hits, (meaning, words, exact) => {
        const all = new Set([...meaning.map(([one]) => one), ...[...words, ...exact].map((one) => one.key)]);
        const firsts = [meaning[0]?.[0], words[0]?.key];
        check(memories({ meaning: new Map(meaning), words, exact, limit: 100 }), firsts, all);
        const inCode = new Set([...meaning.map(([one]) => one), ...words.map((one) => one.key)]);
        check(fuseCode({ meaning: new Map(meaning), words, limit: 100 }), firsts, inCode);
      }),
    );
  });

  it('gives the same for every order of what only has a score, and the first of many are the first of few', () => {
    fc.assert(
      fc.property(vectors, hits, fc.integer({ min: 0, max: 20 }), (meaning, words, limit) => {
        const fused = memories({ meaning: new Map(meaning), words, limit: 100 });
        const turned = memories({ meaning: new Map([...meaning].reverse()), words, limit });
        assert.deepEqual(turned, fused.slice(0, limit));
      }),
    );
  });
});

describe('words that name something', () => {
  const cases: [string, string[]][] = [
    ['Where is parseLedgerRow used?', ['parseledgerrow']],
    ['what does ORDER_TTL_SECONDS control', ['orderttlseconds']],
    ['Which port, 5433 or 5432?', ['5433', '5432']],
    ['Who is Marta? Ask Nordwind.', ['marta', 'nordwind']],
    ['Is it in packages/net/backoff.ts?', ['packages', 'net', 'backoff', 'ts']],
    ['What about "early returns" and `npm ci`?', ['early', 'returns', 'npm', 'ci']],
    ['How do we deploy? Carefully.', []],
    ['', []],
  ];
  for (const [question, expected] of cases) {
    it(`in ${JSON.stringify(question)}`, () => assert.deepEqual(exactWords(question), expected));
  }
});
