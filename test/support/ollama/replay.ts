import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

// A server that answers with recordings of a real Ollama, byte for byte, or with an answer made up for a
// case that could not be recorded. It holds no model: what depends on the request does not show here.

const Recording = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  chunks: z.array(z.object({ t: z.number(), data: z.string() })),
});
type Recording = z.infer<typeof Recording>;

/** An answer that was not recorded: one chunk of `body`. With `hold`, the connection stays open after it. */
export interface MadeUp {
  status?: number;
  type?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Made of the request's body, and written piece by piece, so that answers under way come in turns. */
  pieces?: (request: unknown) => Promise<string[]>;
  /** `silent`: not even headers. `open`: headers and body, but no end. `cut`: the socket breaks after the body. */
  hold?: 'silent' | 'open' | 'cut';
}

/** The name of a recording, or an answer made up. */
type Answer = string | MadeUp;

export interface ReplayOptions {
  /** Answers by "METHOD /path"; of a list, each is given once and the last for ever. */
  routes?: Record<string, Answer | Answer[]>;
  /** Keeps the recorded times. */
  paced?: boolean;
  /** Called when a request is there as a whole, before it is answered. */
  onRequest?: (path: string) => unknown;
}

export interface Replay {
  url: string;
  /** What was asked, in order; bodies as JSON. */
  requests: { method: string; path: string; headers: IncomingHttpHeaders; body: unknown }[];
  /** Resolves when the other side has closed a connection before its answer was at its end. */
  closed: Promise<void>;
  stop(): Promise<void>;
}

const DEFAULT_ROUTES: Record<string, Answer> = {
  'GET /': 'root',
  'GET /api/version': 'version',
  'GET /api/tags': 'tags',
  'GET /api/ps': 'ps-loaded',
  'POST /api/show': 'show',
};

const folder = path.join(__dirname, '../../fixtures/ollama');

/** Reads a recording of test/fixtures/ollama by its name. */
function recording(name: string): Recording {
  return Recording.parse(JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')));
}

/** Starts a replay server on a free port of 127.0.0.1. */
export async function startReplay(options: ReplayOptions = {}): Promise<Replay> {
  const routes = new Map(
    Object.entries({ ...DEFAULT_ROUTES, ...options.routes }).map(([route, answer]) => [
      route,
      Array.isArray(answer) ? [...answer] : [answer],
    ]),
  );
  const requests: Replay['requests'] = [];
  const close = withResolvers();
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) close.resolve();
    });
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const where = new URL(request.url ?? '', 'http://replay').pathname;
    const body = await readJson(request);
    requests.push({ method, path: where, headers: request.headers, body });
    options.onRequest?.(where);
    const answers = routes.get(`${method} ${where}`) ?? ['wrong-path'];
    const next = (answers.length > 1 ? answers.shift() : answers[0]) ?? 'wrong-path';
    if (typeof next === 'string') await replay(recording(next), response, options);
    else if (next.pieces) await inPieces(await next.pieces(body), response);
    else makeUp(next, response);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    closed: close.promise,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function replay(recorded: Recording, response: ServerResponse, options: ReplayOptions): Promise<void> {
  const headers = { ...recorded.headers };
  // The framing is this server's own; some lengths are off, since names were taken out of the recordings.
  delete headers['transfer-encoding'];
  delete headers['content-length'];
  delete headers.date;
  response.writeHead(recorded.status, headers);
  let at = 0;
  for (const { t, data } of recorded.chunks) {
    if (options.paced && t > at) await sleep(t - at);
    at = Math.max(at, t);
    response.write(data);
  }
  response.end();
}

async function inPieces(pieces: readonly string[], response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

function makeUp(answer: MadeUp, response: ServerResponse): void {
  if (answer.hold === 'silent') return;
  const type = answer.type ?? 'application/json; charset=utf-8';
  response.writeHead(answer.status ?? 200, { 'content-type': type, ...answer.headers });
  response.flushHeaders();
  if (answer.hold === undefined) {
    response.end(answer.body);
    return;
  }
  response.write(answer.body ?? '', () => {
    if (answer.hold === 'cut') response.socket?.destroy();
  });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}

/** Promise.withResolvers, which Node 20 has not. */
function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
