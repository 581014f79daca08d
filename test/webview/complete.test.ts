import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commandChoices, kindChoices } from '../../webview/complete/choices.ts';
import { triggerAt } from '../../webview/complete/trigger.ts';

const at = (text: string) => triggerAt(text, text.length);

describe('what can be completed at the caret', () => {
  it('is a command at the very beginning alone', () => {
    assert.deepEqual(at('/'), { type: 'command', query: '', from: 0 });
    assert.deepEqual(at('/fi'), { type: 'command', query: 'fi', from: 0 });
    assert.equal(at('/fix '), undefined);
    assert.equal(at('see /fix'), undefined);
  });

  it('is a kind after an @ that begins a word', () => {
    assert.deepEqual(at('@'), { type: 'kind', query: '', from: 0 });
    assert.deepEqual(at('why does (@cli'), { type: 'kind', query: 'cli', from: 10 });
    assert.equal(at('me@example.org'), undefined);
    assert.equal(at('@Injectable() class'), undefined);
  });

  it('is a mention with its query after a kind', () => {
    assert.deepEqual(at('see @file net/cl'), { type: 'mention', kind: 'file', query: 'net/cl', from: 4 });
    assert.deepEqual(at('@code:retry loop'), { type: 'mention', kind: 'code', query: 'retry loop', from: 0 });
    assert.deepEqual(at('@Diff '), { type: 'mention', kind: 'diff', query: '', from: 0 });
  });

  it('leaves the words after a mention without a query alone', () => {
    assert.equal(at('@diff please review'), undefined);
    assert.equal(at('@file a\nnext line'), undefined);
  });

  it('looks at what stands before the caret, and begins inside the text', () => {
    assert.deepEqual(triggerAt('a @fi and more', 5), { type: 'kind', query: 'fi', from: 2 });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'@/: fileda\n') }), fc.nat(30), (text, caret) => {
        const found = triggerAt(text, Math.min(caret, text.length));
        if (found) assert.match(text.charAt(found.from), /[@/]/);
      }),
    );
  });
});

describe('what is offered', () => {
  it('begins with the letters, then holds them', () => {
    const labels = commandChoices('re').map(({ label }) => label);
    assert.deepEqual(labels, ['/refactor', '/review', '/remember']);
    assert.deepEqual(
      kindChoices('em').map(({ label }) => label),
      ['@problems', '@memory'],
    );
  });

  it('is every command and every kind where nothing is typed', () => {
    assert.deepEqual(
      commandChoices('').map(({ label }) => label),
      '/explain /fix /edit /tests /doc /refactor /review /commit /find /summarise /trace /remember /forget'.split(
        ' ',
      ),
    );
    assert.deepEqual(
      kindChoices('').map(({ label }) => label),
      '@file @folder @selection @symbol @problems @terminal @diff @code @memory'.split(' '),
    );
  });
});
