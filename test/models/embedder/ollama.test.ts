import assert from 'node:assert/strict';
import { createGateway } from '../../../runtime/guard/gateway.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { OllamaEmbedder } from '../../../runtime/models/ollama/embed.ts';
import type { LedgerEntry } from '../../../runtime/types/database.ts';
import { Settings } from '../../../runtime/types/host.ts';
import { type MadeUp, type Replay, startReplay } from '../../support/ollama/replay.ts';
import { NOWHERE } from '../../support/testRuntime.ts';

const EMBED = 'POST /api/embed';
const one = (values: number[]): MadeUp => ({ body: JSON.stringify({ embeddings: [values] }) });

describe('an embedding model of Ollama', () => {
  let server: Replay | undefined;
  const ledger: LedgerEntry[] = [];

  async function connect(name: string, embed: string | MadeUp | (string | MadeUp)[]) {
    server = await startReplay({ routes: { [EMBED]: embed } });
    return open(name, server.url);
  }
  function open(name: string, ollamaUrl: string) {
    const gateway = createGateway({ record: (entry) => ledger.push(entry) });
    return new OllamaEmbedder(name, Settings.parse({ ollamaUrl }), {
      gateway,
      isInstalled: async () => true,
    });
  }
  const asked = () =>
    (server?.requests ?? []).filter(({ path }) => path === '/api/embed').map(({ body }) => body);

  afterEach(async () => {
    await server?.stop();
    server = undefined;
    ledger.length = 0;
  });

  it('gives the recorded vectors, of length 1, and stands in the ledger', async () => {
    const embedder = await connect('own-embed', 'embed');
    const vectors = await embedder.embed(['hello', 'world'], { purpose: 'passage' });
    assert.equal(vectors.length, 2);
    for (const vector of vectors) {
      assert.equal(vector.length, 64);
      assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
    }
    assert.deepEqual(asked(), [
      { model: 'own-embed', input: ['hello', 'world'], truncate: true, keep_alive: '10m' },
    ]);
    assert.deepEqual(
      ledger.map(({ purpose, status }) => [purpose, status]),
      [['embed', 200]],
    );
  });

  it('is given no text where it only has the name of one that runs on another host', async () => {
    const models = [{ name: 'mine:latest', size: 1, digest: 'a', remote_host: 'https://ollama.com:443' }];
    server = await startReplay({
      routes: { 'GET /api/tags': { body: JSON.stringify({ models }) }, [EMBED]: one([3, 4]) },
    });
    await assert.rejects(open('mine', server.url).stamp(), /does not run on your machine/);
    assert.deepEqual(asked(), []);
  });

  it('is stamped with its digest and the length of its vectors, asked once', async () => {
    const embedder = await connect('own-embed', one([3, 4]));
    const stamp = {
      model: 'ollama:own-embed',
      dims: 2,
      dtype: 'server',
      pooling: 'server',
      sha256: 'a3fcfd12c0d4f6982be3312ef8cf3af978055cbaea4bdd631703c450c41331ac',
    };
    assert.deepEqual(await embedder.stamp(), stamp);
    assert.deepEqual(await embedder.stamp(), stamp);
    assert.equal(asked().length, 1);
  });

  it('puts in front what a model was trained to find there', async () => {
    const embedder = await connect('nomic-embed-text:v1.5', one([1, 0]));
    await embedder.embed(['where?'], { purpose: 'question' });
    await embedder.embed(['here'], { purpose: 'passage' });
    assert.deepEqual(
      asked().map((body) => (body as { input: string[] }).input),
      [['search_query: where?'], ['search_document: here']],
    );
  });

  for (const [name, answer, message] of [
    ['a model that is not there', 'embed-404', /no model own-embed/],
    ['a model that cannot embed', 'embed-unsupported-model', /cannot embed/],
    ['fewer vectors than texts', 'embed-empty', /other vectors/],
    ['a vector of zeros', one([0, 0]), /zeros/],
    ['an answer that is none', { body: '{}' }, /./],
  ] as const) {
    it(`fails at ${name}`, async () => {
      const embedder = await connect('own-embed', answer);
      await assert.rejects(embedder.embed(['x'], { purpose: 'question' }), (error) => {
        assert.ok(ZoeyError.is(error));
        assert.equal(error.code, 'embedding_failed');
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('says so where Ollama is off, and sends nothing to a host that was not allowed', async () => {
    await assert.rejects(open('e', NOWHERE).embed(['x'], { purpose: 'question' }), /not running/);
    await assert.rejects(open('e', 'http://192.0.2.7:11434').stamp(), /you have not allowed it/);
    assert.deepEqual(
      ledger.map(({ url }) => url),
      [`${NOWHERE}/api/embed`],
    );
  });

  it('stops when it is told to', async () => {
    const embedder = await connect('own-embed', { hold: 'silent' });
    const stop = new AbortController();
    const waiting = embedder.embed(['x'], { purpose: 'question', signal: stop.signal });
    setImmediate(() => stop.abort());
    await assert.rejects(waiting, (error) => ZoeyError.is(error) && error.code === 'cancelled');
  });
});
