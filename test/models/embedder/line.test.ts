import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { Line } from '../../../runtime/models/embedder/line.ts';

const vectorOf = (text: string) => Float32Array.of(text.length, text.charCodeAt(0) || 0);
const failed = (code: string) => (error: unknown) => ZoeyError.is(error) && error.code === code;

/** An embedder that answers one text each time it is told to, in the order in which it was asked. */
function stepwise() {
  const asked: string[] = [];
  const open: (() => void)[] = [];
  return {
    asked,
    embed: (text: string) => {
      asked.push(text);
      return new Promise<Float32Array>((resolve) => open.push(() => resolve(vectorOf(text))));
    },
    /** Lets the text under way come to its end. */
    async step() {
      open.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

describe('the line before the embedder', () => {
  it('gives one vector a text, in their order', async () => {
    const line = new Line(async (text) => vectorOf(text));
    assert.deepEqual(await line.take(['a', 'bb', 'ccc'], 'passage'), ['a', 'bb', 'ccc'].map(vectorOf));
    assert.deepEqual(await line.take([], 'question'), []);
  });

  it('lets a question wait for one passage at most', async () => {
    const { embed, asked, step } = stepwise();
    const line = new Line(embed);
    const passages = line.take(['p1', 'p2', 'p3'], 'passage');
    const question = line.take(['q'], 'question');
    await step();
    assert.deepEqual(asked, ['p1', 'q']);
    await step();
    assert.deepEqual(await question, [vectorOf('q')]);
    await step();
    await step();
    assert.deepEqual(await passages, ['p1', 'p2', 'p3'].map(vectorOf));
    assert.deepEqual(asked, ['p1', 'q', 'p2', 'p3']);
  });

  it('takes out who stops waiting, at once, and goes on with the next', async () => {
    const { embed, asked, step } = stepwise();
    const line = new Line(embed);
    const stop = new AbortController();
    const first = line.take(['a1', 'a2'], 'passage', stop.signal);
    const second = line.take(['b'], 'passage');
    stop.abort();
    await assert.rejects(first, failed('cancelled'));
    await step();
    await step();
    assert.deepEqual(await second, [vectorOf('b')]);
    assert.deepEqual(asked, ['a1', 'b']);
    await assert.rejects(line.take(['c'], 'question', stop.signal), failed('cancelled'));
  });

  it('fails one order alone', async () => {
    const line = new Line(async (text) => {
      if (text === 'bad') throw new Error('bad');
      return vectorOf(text);
    });
    const bad = line.take(['ok', 'bad', 'never'], 'passage');
    const good = line.take(['ok'], 'passage');
    await assert.rejects(bad, /bad/);
    assert.deepEqual(await good, [vectorOf('ok')]);
  });

  it('is bounded, for each purpose by itself', async () => {
    const line = new Line(() => new Promise(() => {}));
    void line.take(Array(2_000).fill('p'), 'passage').catch(() => {});
    await assert.rejects(line.take(['one more'], 'passage'), failed('embedding_failed'));
    void line.take(['q'], 'question').catch(() => {});
    await assert.rejects(line.take(Array(200).fill('q'), 'question'), failed('embedding_failed'));
  });

  it('turns all away when it closes', async () => {
    const { embed, step } = stepwise();
    const line = new Line(embed);
    const waiting = line.take(['a', 'b'], 'passage');
    const closed = line.close();
    await assert.rejects(waiting, failed('cancelled'));
    await step();
    await closed;
    await assert.rejects(line.take(['c'], 'question'), failed('cancelled'));
  });

  it('gives each its own vectors, whoever else waits, fails or leaves', async () => {
    const order = fc.record({
      texts: fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 4 }),
      purpose: fc.constantFrom('question' as const, 'passage' as const),
      leaves: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 8 }), fc.scheduler(), async (orders, scheduler) => {
        const embed = (text: string) => scheduler.schedule(Promise.resolve(vectorOf(text)), text);
        const line = new Line(embed);
        const results = orders.map(({ texts, purpose, leaves }) => {
          const stop = new AbortController();
          const result = line.take(texts, purpose, stop.signal).catch(() => 'left' as const);
          if (leaves) stop.abort();
          return result;
        });
        await scheduler.waitIdle();
        for (const [i, { texts, leaves }] of orders.entries()) {
          const expected = leaves && texts.length > 0 ? 'left' : texts.map(vectorOf);
          assert.deepEqual(await results[i], expected);
        }
      }),
      { numRuns: 50 },
    );
  });
});
