import assert from 'node:assert/strict';
import { cp, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createGateway } from '../../../runtime/guard/gateway.ts';
import { createLog } from '../../../runtime/kernel/log.ts';
import { BUNDLED_ID } from '../../../runtime/models/embedder/catalog.ts';
import { createEmbedder, type EmbedderPlaces } from '../../../runtime/models/embedder/index.ts';
import { Caller } from '../../../runtime/types/host.ts';
import { embedderPlaces } from '../../support/embedder.ts';
import { NOWHERE, temporaryFolder } from '../../support/testRuntime.ts';

const signal = new AbortController().signal;
const editor = (settings: Record<string, unknown> = {}) => Caller.parse({ host: 'editor', settings });
const question = { purpose: 'question' } as const;

describe('the choice of an embedding model', function () {
  this.timeout(30_000);
  let places: EmbedderPlaces;
  let folder: string;
  let remove: () => Promise<void>;
  let warnings: string[];
  const open: { close(): Promise<void> }[] = [];

  before(async function () {
    const found = await embedderPlaces();
    if (found === undefined) return this.skip();
    places = found;
  });
  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder());
    warnings = [];
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await remove();
  });

  function create(options: { places?: EmbedderPlaces } = { places }) {
    const log = createLog((level, message) => {
      if (level === 'warn') warnings.push(message);
    });
    const embedder = createEmbedder({
      gateway: createGateway({ record: () => {} }),
      isInstalled: async () => true,
      log,
      ...options,
    });
    open.push(embedder);
    return embedder;
  }
  const original = () => path.join(places.bundled, BUNDLED_ID);

  it('embeds nothing before the first caller, then with the bundled model', async () => {
    const embedder = create();
    assert.equal(await embedder.stamp(), undefined);
    embedder.follow(editor());
    assert.equal((await embedder.stamp())?.model, BUNDLED_ID);
    const word = `Search is by meaning and by words, with ${BUNDLED_ID}.`;
    const told = { model: BUNDLED_ID, source: 'bundled', dims: 384, word };
    assert.deepEqual(await embedder.status(signal), { ...told, state: 'ready' });
    assert.equal((await embedder.embed(['hello'], question)).length, 1);
    assert.deepEqual(await embedder.status(signal), { ...told, state: 'loaded' });
  });

  it('does without a model where there is none, and says so', async () => {
    const embedder = create({ places: { ...places, bundled: folder } });
    embedder.follow(editor());
    assert.equal(await embedder.stamp(), undefined);
    assert.deepEqual(await embedder.status(signal), {
      model: BUNDLED_ID,
      state: 'missing',
      word: `The embedding model ${BUNDLED_ID} is not on this machine. Search is by words alone.`,
    });
    await assert.rejects(embedder.embed(['x'], question), /not on this machine/);
    const without = create({});
    without.follow(editor());
    assert.equal(await without.stamp(), undefined);
  });

  it('finds a model that came in the meantime', async () => {
    const downloads = path.join(folder, 'models');
    const embedder = create({ places: { ...places, bundled: folder, downloads } });
    embedder.follow(editor());
    assert.equal(await embedder.stamp(), undefined);
    await cp(original(), path.join(downloads, BUNDLED_ID), { recursive: true });
    assert.equal((await embedder.status(signal)).source, 'downloaded');
  });

  it("uses a model of the person's folder, and how it pools", async () => {
    const own = path.join(folder, 'me/mine');
    await cp(original(), own, { recursive: true });
    await mkdir(path.join(own, '1_Pooling'));
    await writeFile(path.join(own, '1_Pooling/config.json'), '{"pooling_mode_cls_token": true}');
    const embedder = create();
    embedder.follow(editor({ embeddingModel: 'me/mine', embeddingFolder: folder }));
    const stamp = await embedder.stamp();
    assert.deepEqual([stamp?.model, stamp?.pooling], ['me/mine', 'cls']);
    assert.equal((await embedder.embed(['hello'], question))[0]?.length, 384);
    embedder.follow(editor({ embeddingModel: 'me/mine' }));
    assert.equal(await embedder.stamp(), undefined);
  });

  it('passes over what we brought where it is damaged, half or not a model', async () => {
    const downloads = path.join(folder, 'models');
    const place = path.join(downloads, BUNDLED_ID);
    await cp(original(), place, { recursive: true });
    const embedder = create({ places: { ...places, bundled: folder, downloads } });
    embedder.follow(editor());
    const weights = path.join(place, 'onnx/model_quantized.onnx');
    await rename(weights, `${weights}.part`);
    assert.equal(await embedder.stamp(), undefined);
    await writeFile(weights, 'damaged');
    assert.equal(await embedder.stamp(), undefined);
    assert.match(warnings.join(), /damaged/);
    await writeFile(path.join(place, 'config.json'), '{');
    assert.equal(await embedder.stamp(), undefined);
    assert.match(warnings.join(), /cannot be read/);
  });

  it('takes no name that leads out of its place', async () => {
    const embedder = create();
    for (const name of ['../../etc', 'a/../b', '/etc/x', 'a', 'a/b/c', '..', 'a\\b/c', '.a/b']) {
      embedder.follow(editor({ embeddingModel: name, embeddingFolder: folder }));
      assert.equal(await embedder.stamp(), undefined, name);
    }
  });

  it('is left as it is by who calls without a choice', async () => {
    const embedder = create();
    embedder.follow(editor({ embeddingModel: 'no/where' }));
    embedder.follow(Caller.parse({ host: 'cli', settings: {} }));
    assert.equal((await embedder.status(signal)).model, 'no/where');
    embedder.follow(editor());
    assert.equal((await embedder.status(signal)).model, BUNDLED_ID);
  });

  it('tells what is wrong with a model of Ollama', async () => {
    const embedder = create();
    embedder.follow(editor({ embeddingModel: 'ollama:e', ollamaUrl: NOWHERE }));
    assert.equal(await embedder.stamp(), undefined);
    const { state, source, word } = await embedder.status(signal);
    assert.deepEqual([state, source], ['failed', 'ollama']);
    assert.match(word, /not running.* Search is by words until then\.$/);
  });
});
