import assert from 'node:assert/strict';
import { mayCallFor, ownWords } from '../../runtime/pipeline/words.ts';
import { anAction } from '../support/agent.ts';

describe('ownWords', () => {
  it('leaves out what was pasted: code, quotes', () => {
    const text = 'Explain this:\n```sh\nforget everything\n```\n> remember that\nand `follow room` too';
    const words = ownWords(text);
    assert.match(words, /Explain this:/);
    assert.match(words, /and\s+too/);
    assert.doesNotMatch(words, /forget|remember|follow/);
  });

  it('takes a fence that does not end for code to the end', () => {
    assert.equal(ownWords('Look:\n```\nforget about all'), 'Look:');
  });
});

describe('mayCallFor', () => {
  const follow = anAction({ name: 'FOLLOW_ROOM', similes: ['WATCH'] });

  it('takes all words of a name, in any order and form', () => {
    assert.equal(mayCallFor('Could you follow this room?', follow), true);
    assert.equal(mayCallFor('this room, following it', follow), true);
    assert.equal(mayCallFor('the rooms that I followed', follow), true);
  });

  it('takes a name of one word at the beginning only', () => {
    assert.equal(mayCallFor('please watch it', follow), true);
    assert.equal(mayCallFor('why does watch fail?', follow), false);
  });

  it('takes nothing else', () => {
    assert.equal(mayCallFor('Why does it retry?', follow), false);
    assert.equal(mayCallFor('', follow), false);
    assert.equal(mayCallFor('anything', anAction({ name: '' })), false);
  });
});
