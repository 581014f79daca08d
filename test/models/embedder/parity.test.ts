import assert from 'node:assert/strict';
import { createLog } from '../../../runtime/kernel/log.ts';
import { BUNDLED_ID } from '../../../runtime/models/embedder/catalog.ts';
import { LocalEmbedder } from '../../../runtime/models/embedder/local.ts';
import { findModel } from '../../../runtime/models/embedder/locate.ts';
import { embedderPlaces, nativeWorkerBundle } from '../../support/embedder.ts';

// Weights are 8 bits and all else is 32, so that the two differ in last digits alone.
const EACH = 0.99999;

const texts = [
  'a',
  'Where do we keep the password of the staging database?',
  'Die Konfiguration liegt in config/app.yml.',
  'src/auth/session.ts SessionStore.renew\nexport async function renew(id: string): Promise<Session> {',
  "SELECT id, name FROM users WHERE created_at > now() - interval '7 days' ORDER BY name;",
  '日本語のコメント // 設定を読み込む',
  "TypeError: Cannot read properties of undefined (reading 'map')",
  '🙂 émojis, accents and “quotes”',
  'if (a && b || !c) { return x[0] ?? y?.z; }',
  'word '.repeat(250),
];

describe('the native runtime and WebAssembly', function () {
  this.timeout(120_000);

  it(`give vectors with a cosine of ${EACH} at least`, async function () {
    const places = await embedderPlaces();
    const native = places && (await nativeWorkerBundle());
    // Neither the weights nor a native runtime can be had everywhere.
    if (places === undefined || native === undefined) return this.skip();
    const lines: string[] = [];
    const log = createLog((_level, line) => lines.push(line));
    const model = await findModel(BUNDLED_ID, [{ source: 'bundled', path: places.bundled }], log);
    assert.ok(model);
    const vectors: Float32Array[][] = [];
    for (const worker of [native, places.worker]) {
      const embedder = new LocalEmbedder({ model, worker, log });
      vectors.push(await embedder.embed(texts, { purpose: 'passage' }));
      await embedder.close();
    }
    assert.deepEqual(lines, ['embedder: ready, on native code', 'embedder: ready, on WebAssembly']);
    const [left = [], right = []] = vectors;
    const cosines = texts.map((_, i) => dot(left[i], right[i]));
    for (const [i, cosine] of cosines.entries()) assert.ok(cosine >= EACH, `${cosine} for ${texts[i]}`);
    // Vectors of the one are searched with questions of the other.
    for (const i of texts.keys()) {
      const nearest = [...texts.keys()].sort((a, b) => dot(left[i], right[b]) - dot(left[i], right[a]));
      assert.equal(nearest[0], i);
    }
  });
});

const dot = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  a?.reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0) ?? 0;
