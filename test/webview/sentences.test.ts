import assert from 'node:assert/strict';
import fc from 'fast-check';
import { spoken } from '../../webview/sentences.ts';

describe('an answer read aloud', () => {
  it('is said by sentence, without marks', () => {
    const { sentences } = spoken('It **loops** forever [1]. See [the docs](https://a.b). Then', 0, false);
    assert.deepEqual(sentences, ['It loops forever.', 'See the docs.']);
  });

  it('waits for the end of a sentence', () => {
    assert.deepEqual(spoken('Use version 1.', 0, false).sentences, []);
    assert.deepEqual(spoken('Use version 1.5 of it. ', 0, false).sentences, ['Use version 1.5 of it.']);
    assert.deepEqual(spoken('The rest', 0, true).sentences, ['The rest']);
  });

  it('keeps the number of an item with its text', () => {
    assert.deepEqual(spoken('1. First thing.\n2. Second thing.\n', 0, false).sentences, [
      'First thing.',
      'Second thing.',
    ]);
  });

  it('names code instead of reading it', () => {
    const text = 'Do this:\n```ts\nconst a = 1; // no. yes.\n```\nDone. ';
    assert.deepEqual(spoken(text, 0, false).sentences, ['Do this:', 'Code block, ts.', 'Done.']);
    assert.deepEqual(spoken('```ts\nconst a', 0, false), { sentences: [], upTo: 0 });
  });

  it('says the same, once, however the text came', () => {
    const words = fc.array(
      fc.constantFrom('One. ', 'Two two? ', 'a.b ', '```js\nx.\n```\n', '- item\n', '\n', 'end'),
    );
    fc.assert(
      fc.property(words, fc.array(fc.nat({ max: 80 })), (parts, cuts) => {
        const text = parts.join('');
        const said: string[] = [];
        let upTo = 0;
        for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
          const next = spoken(text.slice(0, cut), Math.min(upTo, cut), false);
          said.push(...next.sentences);
          upTo = Math.max(upTo, next.upTo);
        }
        said.push(...spoken(text, upTo, true).sentences);
        assert.deepEqual(said, spoken(text, 0, true).sentences);
      }),
    );
  });
});
