import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { type RetryOptions, retry } from '../../runtime/kernel/retry.ts';

const passing = new ZoeyError('storage_busy', 'Busy.');
const lasting = new ZoeyError('not_found', 'Gone.');

/** Fails so often, then gives the number of attempts. */
async function play(failures: readonly unknown[], options: Partial<RetryOptions> = {}) {
  const waits: number[] = [];
  let attempts = 0;
  const result = retry(
    async () => {
      const failure = failures[attempts];
      attempts += 1;
      if (failure !== undefined) throw failure;
      return attempts;
    },
    {
      signal: new AbortController().signal,
      attempts: 3,
      baseMs: 100,
      random: () => 0.5,
      wait: async (ms) => void waits.push(ms),
      ...options,
    },
  );
  return { result, waits, attempts: () => attempts };
}

describe('retry', () => {
  it('tries again what may pass, after a random part of a doubling time', async () => {
    const { result, waits } = await play([passing, passing]);
    assert.equal(await result, 3);
    assert.deepEqual(waits, [50, 100]);
  });

  it('gives up after so many attempts, with the last failure', async () => {
    const { result, attempts } = await play([passing, passing, passing, passing]);
    await assert.rejects(result, passing);
    assert.equal(attempts(), 3);
  });

  it('does not try again what lasts, nor what nobody knows', async () => {
    for (const failure of [lasting, new Error('no idea')]) {
      const { result, attempts } = await play([failure]);
      await assert.rejects(result);
      assert.equal(attempts(), 1);
    }
  });

  it('ends at once when it is stopped, also while it waits', async () => {
    const stop = new AbortController();
    const { result, attempts } = await play([passing, passing], {
      signal: stop.signal,
      wait: async () => stop.abort(),
    });
    await assert.rejects(result, (error) => ZoeyError.is(error) && error.code === 'cancelled');
    assert.equal(attempts(), 1);
  });
});
