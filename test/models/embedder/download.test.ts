import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createGateway } from '../../../runtime/guard/gateway.ts';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { createEmbedder } from '../../../runtime/models/embedder/index.ts';
import type { LedgerEntry } from '../../../runtime/types/database.ts';
import { Settings } from '../../../runtime/types/host.ts';
import { temporaryFolder } from '../../support/testRuntime.ts';

const ID = 'me/mine';
const COMMIT = 'a'.repeat(40);
const never = new AbortController().signal;
const settings = Settings.parse({});
const contents: Record<string, Buffer> = {
  'onnx/model_quantized.onnx': randomBytes(3_000_000),
  'config.json': Buffer.from('{"hidden_size": 4}'),
};
const manifest = {
  commit: COMMIT,
  files: Object.entries(contents).map(([name, bytes]) => ({
    path: name,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })),
};
const WEIGHTS = `/${ID}/resolve/${COMMIT}/onnx/model_quantized.onnx`;

type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => void;

/** As the hub does: the whole, or what a range asks for. */
const whole: Answer = (request, response, bytes) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from });
  response.end(bytes.subarray(from));
};

describe('the download of an embedding model', () => {
  let server: Server;
  let hub: string;
  let answer: Answer;
  let asked: { path: string; range: string | undefined }[];
  let ledger: LedgerEntry[];
  let folder: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder());
    answer = whole;
    asked = [];
    ledger = [];
    server = createServer((request, response) => {
      const url = request.url ?? '';
      asked.push({ path: url, range: request.headers.range });
      const bytes = contents[url.replace('?store', '').split(`/${COMMIT}/`)[1] ?? ''];
      if (bytes === undefined) response.writeHead(404).end();
      else answer(request, response, bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await remove();
  });

  const embedder = (from = hub) =>
    createEmbedder({
      hub: from,
      gateway: createGateway({ record: (entry) => ledger.push(entry) }),
      places: { worker: '/nowhere', bundled: '/nowhere', downloads: folder },
      log: silentLog,
    });
  async function download(one = embedder(), signal = never, onProgress?: (completed: number) => void) {
    const completed: number[] = [];
    for await (const progress of one.download({ id: ID, manifest }, settings, signal)) {
      completed.push(progress.completed);
      onProgress?.(progress.completed);
    }
    return completed;
  }
  const place = (name: string) => path.join(folder, ID, name);
  const fails = (code: string, message: RegExp) => (error: unknown) => {
    assert.ok(ZoeyError.is(error), String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };

  it('brings every file, tells how far it is, and stands in the ledger', async () => {
    const completed = await download();
    for (const [name, bytes] of Object.entries(contents)) {
      assert.deepEqual(await readFile(place(name)), bytes);
    }
    assert.deepEqual(
      completed,
      [...completed].sort((a, b) => a - b),
    );
    assert.equal(completed.at(-1), 3_000_018);
    assert.ok(completed.length > 3);
    assert.deepEqual(
      ledger.map(({ purpose, status }) => `${purpose} ${status}`),
      ['download a model 200', 'download a model 200'],
    );
  });

  it('goes on where it broke off, and nothing half is in its place', async () => {
    answer = (_request, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 2_000_000), () => response.destroy());
    };
    await assert.rejects(download(), fails('pull_failed', /broke off/));
    assert.equal(existsSync(path.join(folder, ID)), false);
    answer = whole;
    await download();
    const [first, second] = asked.filter(({ path: url }) => url === WEIGHTS);
    assert.equal(first?.range, undefined);
    assert.match(second?.range ?? '', /^bytes=[1-9]\d*-$/);
    assert.deepEqual(
      await readFile(place('onnx/model_quantized.onnx')),
      contents['onnx/model_quantized.onnx'],
    );
  });

  it('starts afresh with a hub that knows no ranges', async () => {
    answer = (_request, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1_500_000), () => response.destroy());
    };
    await assert.rejects(download());
    answer = (_request, response, bytes) => response.end(bytes);
    await download();
    assert.deepEqual(
      await readFile(place('onnx/model_quantized.onnx')),
      contents['onnx/model_quantized.onnx'],
    );
  });

  it('uses no file that is another than was pinned, and forgets it', async () => {
    answer = (request, response, bytes) => whole(request, response, Buffer.alloc(bytes.length, 1));
    await assert.rejects(download(), fails('pull_failed', /not the file that was expected/));
    answer = (_request, response, bytes) => response.end(Buffer.concat([bytes, bytes]));
    await assert.rejects(download(), fails('pull_failed', /not the file that was expected/));
    assert.equal(existsSync(path.join(folder, ID)), false);
    answer = whole;
    await download();
  });

  it('follows a redirect to a host that is allowed, and to no other', async () => {
    answer = (request, response, bytes) => {
      if (request.url?.includes('?')) whole(request, response, bytes);
      else response.writeHead(302, { location: `${request.url}?store` }).end();
    };
    await download();
    answer = (_request, response) => response.writeHead(302, { location: 'http://192.0.2.7/x' }).end();
    await assert.rejects(download(), fails('host_not_allowed', /192\.0\.2\.7/));
    answer = (request, response) => response.writeHead(302, { location: request.url }).end();
    await assert.rejects(download(), fails('pull_failed', /without an end/));
    const unasked = embedder('https://hub.invalid');
    await assert.rejects(download(unasked), fails('host_not_allowed', /hub\.invalid/));
  });

  it('stops when it is told to, and keeps what came', async () => {
    const stop = new AbortController();
    await assert.rejects(
      download(embedder(), stop.signal, () => stop.abort()),
      fails('cancelled', /Stopped/),
    );
    await download();
    assert.match(asked.at(-2)?.range ?? '', /^bytes=[1-9]/);
  });

  it('knows some models by name, and downloads one at a time', async () => {
    const one = embedder();
    await assert.rejects(one.download({ id: 'no/such' }, settings, never).next(), (error) => {
      assert.ok(ZoeyError.is(error) && error.code === 'not_found');
      assert.match(error.hint, /Xenova\/multilingual-e5-small/);
      return true;
    });
    await assert.rejects(
      one.download({ id: 'Xenova/bge-small-en-v1.5' }, settings, never).next(),
      fails('pull_failed', /no such file/),
    );
    const first = one.download({ id: ID, manifest }, settings, never);
    await first.next();
    await assert.rejects(
      one.download({ id: ID, manifest }, settings, never).next(),
      fails('conflict', /already/),
    );
    await first.return({ bytes: 0 });
    await download(one);
  });
});
