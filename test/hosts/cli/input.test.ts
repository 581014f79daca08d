import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Line, parseBatchLine, readLines } from '../../../runtime/hosts/cli/input.ts';

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function linesOf(bytes: Uint8Array, cuts: readonly number[] = [], max?: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(pieces(bytes, cuts), max)) lines.push(line);
  return lines;
}

const texts = (lines: Line[]) => lines.map((line) => ('text' in line ? line.text : undefined));

describe('batch input', () => {
  it('gives the same lines wherever the bytes are cut', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n]/.test(line));
    const ending = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, ending)),
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((line) => !/[\r\n]/.test(line)),
        fc.array(fc.nat()),
        async (lines, last, cuts) => {
          const bytes = Buffer.from(lines.flat().join('') + last);
          const expected = [...lines.map(([line]) => line), last];
          assert.deepEqual(texts(await linesOf(bytes, cuts)), expected);
        },
      ),
    );
  });

  it('drops a line that is too long, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1 }),
        fc.array(fc.nat()),
        async (lengths, cuts) => {
          const bytes = Buffer.from(lengths.map((length) => `${'x'.repeat(length)}\n`).join(''));
          const expected = lengths.map((length) => (length > 20 ? undefined : 'x'.repeat(length)));
          assert.deepEqual(texts(await linesOf(bytes, cuts, 20)), expected);
        },
      ),
    );
  });

  it('reads any call that was written as JSON', () => {
    // A key of that name is left out: it could change what all objects are.
    const ordinary = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), ordinary, (name, input) => {
        const text = JSON.stringify({ function: name, input });
        assert.deepEqual(parseBatchLine({ text }), {
          function: name,
          input: JSON.parse(JSON.stringify(input)),
        });
      }),
    );
  });

  it('answers any other line with invalid_input, without repeating it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        assert.throws(() => parseBatchLine({ text: `[${text}` }), { code: 'invalid_input' });
      }),
    );
    for (const text of ['null', '[]', '"x"', '{}', '{"function":1}', '{"function":"status","inputs":{}}']) {
      assert.throws(() => parseBatchLine({ text }), { code: 'invalid_input' }, text);
    }
    assert.throws(() => parseBatchLine({ tooLong: true }), { code: 'invalid_input' });
    assert.throws(
      () => parseBatchLine({ text: 'sk-secret' }),
      (error) => error instanceof Error && !error.message.includes('secret'),
    );
  });

  it('takes an empty input where none is given', () => {
    assert.deepEqual(parseBatchLine({ text: '{"function":"status"}' }), { function: 'status', input: {} });
  });
});
