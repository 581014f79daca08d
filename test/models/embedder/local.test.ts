import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { BUNDLED_ID } from '../../../runtime/models/embedder/catalog.ts';
import type { EmbedderPlaces } from '../../../runtime/models/embedder/index.ts';
import { LocalEmbedder, type LocalOptions } from '../../../runtime/models/embedder/local.ts';
import { type FoundModel, findModel } from '../../../runtime/models/embedder/locate.ts';
import { type StartWorker, startWorker } from '../../../runtime/models/embedder/process.ts';
import type { IEmbedder } from '../../../runtime/types/recall.ts';
import { embedderPlaces, realEmbedder } from '../../support/embedder.ts';
import { manualClock } from '../../support/ollama/clock.ts';

const IDLE_MS = 60_000;
const question = { purpose: 'question' } as const;
const passage = { purpose: 'passage' } as const;

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  assert.ok(a && b && a.length === b.length);
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

describe('the embedder of this disk', function () {
  this.timeout(30_000);
  let places: EmbedderPlaces;
  let model: FoundModel;
  let embedder: IEmbedder;

  before(async function () {
    const found = await embedderPlaces();
    const real = await realEmbedder();
    // The weights cannot be had on this machine.
    if (found === undefined || real === undefined) return this.skip();
    places = found;
    embedder = real;
    const there = await findModel(BUNDLED_ID, [{ source: 'bundled', path: places.bundled }], silentLog);
    assert.ok(there);
    model = there;
  });

  const create = (options: Partial<LocalOptions> = {}) =>
    new LocalEmbedder({ model, worker: places.worker, log: silentLog, ...options });

  it('says what its vectors are made with', async () => {
    assert.deepEqual(await embedder.stamp(), {
      model: 'Xenova/all-MiniLM-L6-v2',
      dims: 384,
      dtype: 'w8a32',
      pooling: 'mean',
      sha256: 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
    });
  });

  it('puts near what means the same, and gives vectors of length 1', async () => {
    const [where, password, cake] = await embedder.embed(
      [
        'Where is the database password kept?',
        'Credentials for Postgres are in the vault.',
        'A cake recipe.',
      ],
      passage,
    );
    assert.ok(cosine(where, password) > cosine(where, cake) + 0.2);
    for (const vector of [where, password, cake]) assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-4);
  });

  it('gives the same text the same vector, alone or among others', async () => {
    const [alone] = await embedder.embed(['const answer = 42;'], question);
    const [, among] = await embedder.embed(
      ['something much longer that stands before it', 'const answer = 42;'],
      passage,
    );
    assert.deepEqual(among, alone);
  });

  it('takes any text: empty, huge, of signs alone', async () => {
    const vectors = await embedder.embed(['', '\0\uFFFF\uD800', 'long '.repeat(200_000)], passage);
    for (const vector of vectors) assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-4);
  });

  it('reads so much of a text as the model takes, whatever its length', async () => {
    const words = (count: number) => 'word '.repeat(count);
    const [long, longer, short] = await embedder.embed([words(512), words(1600), words(400)], passage);
    assert.ok(Math.abs(cosine(long, longer) - 1) < 1e-6);
    assert.ok(cosine(long, short) < 0.9999);
  });

  it('keeps nothing of this process that is not for it', async () => {
    process.env.ZOEY_TEST_TOKEN = 'secret';
    try {
      const { root, stamp, manner } = model;
      const input = { root: root.path, model: stamp.model, dtype: 'q8', pooling: manner.pooling } as const;
      const echo = startWorker(path.join(__dirname, '../../fixtures/embedder/tellEnvironment.cjs'), input);
      const names = await new Promise((resolve) => echo.once('message', resolve));
      const known = ['ELECTRON_RUN_AS_NODE', 'LD_LIBRARY_PATH', 'SYSTEMROOT', 'TEMP', 'TMP', 'WINDIR'];
      const ours = (names as string[]).filter(
        (name) => !known.includes(name) && !/^(MALLOC|NODE_CHANNEL)_/.test(name),
      );
      assert.deepEqual(ours, []);
    } finally {
      delete process.env.ZOEY_TEST_TOKEN;
    }
  });

  it('starts when it is needed, ends after a minute without need, and starts again', async () => {
    const clock = manualClock();
    const started: ChildProcess[] = [];
    const start: StartWorker = (file, input) => {
      const worker = startWorker(file, input);
      started.push(worker);
      return worker;
    };
    const lazy = create({ start, after: clock.after });
    assert.equal(started.length, 0);
    assert.equal(lazy.loaded, false);
    const before = await lazy.embed(['hello'], question);
    assert.equal(lazy.loaded, true);
    const ended = new Promise((resolve) => started[0]?.once('exit', resolve));
    await clock.pass(IDLE_MS);
    await ended;
    assert.equal(lazy.loaded, false);
    // Nothing of it is left: a process takes all its memory along.
    assert.throws(() => process.kill(started[0]?.pid ?? 0, 0), { code: 'ESRCH' });
    assert.deepEqual(await lazy.embed(['hello'], question), before);
    assert.equal(started.length, 2);
    await lazy.close();
  });

  it('starts again where the worker died, and tries once more', async () => {
    let starts = 0;
    const start: StartWorker = (file, input) =>
      starts++ === 0 ? dyingWorker('process.exit(3)') : startWorker(file, input);
    const twice = create({ start });
    const [vector] = await twice.embed(['hello'], question);
    assert.equal(vector?.length, 384);
    assert.equal(starts, 2);
    await twice.close();
  });

  it('gives up on a text that it dies of twice, and lives on', async () => {
    let starts = 0;
    const start: StartWorker = (file, input) =>
      starts++ < 2 ? dyingWorker("throw new Error('out of memory')") : startWorker(file, input);
    const stubborn = create({ start });
    await assert.rejects(stubborn.embed(['bad'], passage), failed);
    assert.equal((await stubborn.embed(['good'], passage)).length, 1);
    await stubborn.close();
  });

  it('fails, and never with zeros, where the model cannot be loaded or gives nonsense', async () => {
    const nowhere = create({ model: { ...model, root: { source: 'folder', path: '/nowhere' } } });
    await assert.rejects(nowhere.embed(['x'], question), failed);
    await nowhere.close();
    const reply = (vector: string) => `
      process.send({ type: 'ready', backend: 'wasm' });
      process.on('message', ({ id }) => process.send({ type: 'vector', id, vector: ${vector} }));`;
    for (const vector of ['new Float32Array(384)', 'Float32Array.of(1)', 'new Float32Array(384).fill(NaN)']) {
      const wrong = create({ start: () => dyingWorker(reply(vector)) });
      await assert.rejects(wrong.embed(['x'], question), failed);
      await wrong.close();
    }
  });

  it('closes while a text is under way, and embeds nothing more', async () => {
    const closing = create();
    const under = closing.embed(['a', 'b'], passage);
    const rejected = assert.rejects(under, (error) => ZoeyError.is(error) && error.code === 'cancelled');
    await closing.close();
    await rejected;
    assert.equal(closing.loaded, false);
    await assert.rejects(closing.embed(['c'], question));
  });

  it('reaches no network, whatever is asked of it', async () => {
    const tried: unknown[] = [];
    const watch = path.join(__dirname, '../../fixtures/embedder/watchNetwork.cjs');
    const watched: StartWorker = (file, input) => {
      const worker = startNode(['--require', watch, file, JSON.stringify(input)]);
      worker.on('message', (message: { type?: string; what?: string }) => {
        if (message.type === 'network') tried.push(message.what);
      });
      return worker;
    };
    const offline = create({ start: watched });
    assert.equal((await offline.embed(['hello'], question)).length, 1);
    await offline.close();
    // A model that is not there: a library that may download would do so now.
    const lost = { ...model, stamp: { ...model.stamp, model: 'Xenova/bge-small-en-v1.5' } };
    const missing = create({ model: lost, start: watched });
    await assert.rejects(missing.embed(['hello'], question), failed);
    await missing.close();
    assert.deepEqual(tried, []);
    // The watch itself sees what tries.
    const guilty = watched(path.join(__dirname, '../../fixtures/embedder/guilty.cjs'), {
      root: '',
      model: '',
      dtype: 'q8',
      pooling: 'mean',
    });
    await new Promise((resolve) => guilty.once('exit', resolve));
    assert.ok(tried.length > 0);
  });
});

const failed = (error: unknown) => ZoeyError.is(error) && error.code === 'embedding_failed';

const startNode = (args: readonly string[]) =>
  spawn(process.execPath, [...args], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });

const dyingWorker = (code: string) => startNode(['--eval', code]);
