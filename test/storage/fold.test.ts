import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fold, snippet, wellFormed } from '../../runtime/storage/fold.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('folding', () => {
  it('makes the same of what differs in case alone', () => {
    for (const forms of [
      ['Straße', 'STRASSE', 'strasse'],
      ['ΟΔΟΣ', 'οδος', 'οδοσ'],
      ['École', 'e\u0301cole', 'ÉCOLE'],
      ['ﬁn', 'FIN'],
      ['Ж', 'ж'],
    ]) {
      assert.equal(new Set(forms.map(fold)).size, 1, forms.join(' '));
    }
  });

  it('never shortens a character, which the place of a hit relies upon', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const text = String.fromCodePoint(code).normalize('NFC');
      if (fold(text).length < text.length) assert.fail(`U+${code.toString(16)}`);
    }
  });
});

describe('a snippet', () => {
  it('is the whole of a short text, on one line', () => {
    assert.equal(snippet('one\n\n  two\tthree', ['two']), 'one two three');
    assert.equal(snippet('one two', ['three']), undefined);
    assert.equal(snippet('one two', []), undefined);
  });

  it('is cut around the first hit of any word', () => {
    const text = `${'before '.repeat(50)}NEEDLE ${'after '.repeat(50)}`;
    const cut = snippet(text, ['after', 'needle']) ?? '';
    assert.equal(cut.length, 120);
    assert.match(cut, /^…before before NEEDLE after.*…$/);
  });

  it('has the hit near its start, where a narrow list shows it', () => {
    assert.equal(snippet('It was found in the store of the client', ['client']), '…the store of the client');
    assert.equal(snippet(`${'x'.repeat(100)} client`, ['client']), `…${'x'.repeat(18)} client`);
  });

  it('finds its place where folding made the text longer', () => {
    const text = `${'ß'.repeat(500)} here`;
    assert.match(snippet(text, ['here']) ?? '', /ß here$/);
  });

  it('holds the hit and at most 120 characters, whatever the text', () => {
    fc.assert(
      fc.property(anyText, fc.stringMatching(/^[a-z]{1,8}$/), anyText, (before, word, after) => {
        const found = snippet(`${before} ${word.toUpperCase()} ${after}`, [word]);
        assert.ok(found !== undefined && found.length <= 120);
        assert.ok(fold(found).includes(word));
        assert.equal(wellFormed(found), found);
      }),
    );
  });
});
