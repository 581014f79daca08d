import assert from 'node:assert/strict';
import { findUpdates } from '../../runtime/recall/updates.ts';
import type { EmbeddingStamp } from '../../runtime/types/recall.ts';

const STAMP: EmbeddingStamp = { model: 'm', dims: 2, dtype: 'fp32', pooling: 'mean', sha256: 'x' };
/** Texts about brokers have one vector, all others another. */
const vectorOf = (text: string) => (/broker/i.test(text) ? Float32Array.of(1, 0) : Float32Array.of(0, 1));

/** The updates among texts, oldest first, by their places; and how often the database was asked. */
async function among(texts: readonly string[]) {
  let asked = 0;
  const database = {
    getEmbeddingsByIds: async (_: EmbeddingStamp, ids: readonly string[]) => {
      asked += 1;
      return ids.map((id) => ({ id, version: '1', vector: vectorOf(texts[Number(id)] ?? '') }));
    },
  };
  const memories = texts.map((text, at) => ({ id: String(at), text, createdAt: at }));
  const updates = await findUpdates(memories, { database, stamp: STAMP });
  return {
    asked,
    pairs: [...updates].flatMap(([newer, older]) => older.map(({ id }) => `${newer} changes ${id}`)),
  };
}

describe('updates among memories', () => {
  for (const change of [
    'the broker is now kafka',
    'the broker is kafka from now on',
    'the broker is no longer rabbit',
    'the broker is not rabbit any more',
    'the broker is rabbit instead of kafka',
    'the broker switched to rabbit',
    'the broker is moved from rabbit',
    'kafka replaced the broker rabbit',
    'kafka took over the broker',
    'the broker is renamed',
    'the broker is kafka since the audit',
  ]) {
    it(`are told by "${change}"`, async () => {
      const { pairs } = await among(['the broker is rabbit', 'an office has one door', change]);
      assert.deepEqual(pairs, ['2 changes 0']);
    });
  }

  it('are none where nothing tells of a change, and the database is not asked', async () => {
    const texts = ['the broker is rabbit', 'the broker is kafka', 'Otto reviews changes to the broker'];
    assert.deepEqual(await among(texts), { asked: 0, pairs: [] });
  });

  it('are of older memories about the same thing alone', async () => {
    const { pairs } = await among(['the broker is now kafka', 'the broker is kafka']);
    assert.deepEqual(pairs, []);
  });
});
