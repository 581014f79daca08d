import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Piece, ThinkSplitter } from '../../runtime/models/ollama/think.ts';

interface Told {
  thinking: string;
  text: string;
}

/** The same rule over the whole text. */
function naive(whole: string): Told {
  const match = /^\s*<think>([\s\S]*?)(?:<\/think>\s*([\s\S]*))?$/.exec(whole);
  return match === null ? { thinking: '', text: whole } : { thinking: match[1] ?? '', text: match[2] ?? '' };
}

function split(parts: readonly string[]): Told {
  const splitter = new ThinkSplitter();
  const told: Told = { thinking: '', text: '' };
  const add = (pieces: Piece[]) => {
    for (const { type, delta } of pieces) {
      assert.notEqual(delta, '', 'an empty piece says nothing');
      told[type] += delta;
    }
  };
  for (const part of parts) add(splitter.push(part));
  add(splitter.end());
  return told;
}

function cutAt(whole: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => whole.slice(from, places[index] ?? whole.length));
}

const piece = fc.constantFrom(
  '<think>',
  '</think>',
  '<thin',
  'k>',
  '</',
  '<',
  '>',
  ' ',
  '\n\n',
  'a',
  'if (a < b)',
  'ä',
);

describe('reasoning in the text of an answer', () => {
  const cases: [string, Told][] = [
    ['plain', { thinking: '', text: 'plain' }],
    ['<think>why</think>\n\nso', { thinking: 'why', text: 'so' }],
    ['\n <think>\nwhy\n</think>so', { thinking: '\nwhy\n', text: 'so' }],
    ['use `<think>` and </think> here', { thinking: '', text: 'use `<think>` and </think> here' }],
    ['<think>a</think>b<think>c</think>', { thinking: 'a', text: 'b<think>c</think>' }],
    ['<think>never closed </thin', { thinking: 'never closed </thin', text: '' }],
    ['<thinker>', { thinking: '', text: '<thinker>' }],
    ['<thi', { thinking: '', text: '<thi' }],
    ['  ', { thinking: '', text: '  ' }],
    ['', { thinking: '', text: '' }],
  ];
  for (const [whole, expected] of cases) {
    it(`tells apart ${JSON.stringify(whole)}, in one piece and by the letter`, () => {
      assert.deepEqual(split([whole]), expected);
      assert.deepEqual(split([...whole]), expected);
      assert.deepEqual(naive(whole), expected);
    });
  }

  it('says the same however the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(200), { maxLength: 8 }),
        (parts, cuts) => {
          const whole = parts.join('');
          assert.deepEqual(split(cutAt(whole, cuts)), naive(whole));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('holds back nothing but what may be a tag', () => {
    const splitter = new ThinkSplitter();
    assert.deepEqual(splitter.push('<think>because a <'), [{ type: 'thinking', delta: 'because a ' }]);
    assert.deepEqual(splitter.push(' b'), [{ type: 'thinking', delta: '< b' }]);
    assert.deepEqual(splitter.push('</think>yes <'), [{ type: 'text', delta: 'yes <' }]);
  });
});
