import { Hono } from 'hono';
import { describeContract } from '../../functions/reference.ts';
import { openApiDocument } from '../../functions/referenceOpenApi.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { RateLimiter } from '../../kernel/rateLimiter.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import type { Caller } from '../../types/host.ts';
import { readJson } from './body.ts';
import { answerCall, functionNamed } from './call.ts';
import { failureResponse, HttpFailure } from './failure.ts';
import { atMost, DEFAULT_LIMITS, type HttpLimits } from './limits.ts';
import { bearerCheck, isToken, MIN_TOKEN } from './token.ts';

interface HandlerOptions {
  invoke: Invoke;
  /** Each request but that for /health must bring it. */
  token: string;
  /** In whose name functions run. A request can change nothing of it. */
  caller: Caller;
  log: Log;
  version: string;
  limits?: Partial<HttpLimits>;
  /**
   * Host names that requests may be made to, as `URL.hostname` gives them. A page of another name that was
   * bound to this address (DNS rebinding) is refused. Absent: any.
   */
  hosts?: readonly string[];
  clock?: Clock;
}

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * The functions over HTTP, as a standard fetch handler: it uses nothing of Node, so that it runs wherever
 * requests are served. No cookies, no CORS: a page of another origin can neither call nor read.
 */
export function createFetchHandler(options: HandlerOptions): (request: Request) => Promise<Response> {
  const { token, caller, log, version, hosts, clock = systemClock } = options;
  if (!isToken(token)) {
    throw new ZoeyError(
      'invalid_input',
      `The token must have ${MIN_TOKEN} characters of A-Z a-z 0-9 - . _ ~ + /`,
    );
  }
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const invoke = atMost(limits.calls, options.invoke);
  const bears = bearerCheck(token);
  const { requests: limit, windowMs } = limits;
  const limiter = new RateLimiter({ limit, windowMs, clock, maxKeys: 1 });
  const app = new Hono();

  app.use(async (context, next) => {
    const begun = clock();
    await next();
    const { method, path } = context.req;
    const headers = context.res.headers;
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    log.info(`${method} ${oneLine(path)} ${context.res.status} in ${clock() - begun} ms`);
  });
  app.use(async ({ req }, next) => {
    const { hostname } = new URL(req.url);
    if (hosts !== undefined && !hosts.includes(hostname)) throw foreignHost();
    await next();
  });
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.use(async ({ req }, next) => {
    if (!(await bears(req.header('authorization')))) throw wrongToken();
    const waitMs = limiter.take('token');
    if (waitMs > 0) throw tooMany(waitMs);
    await next();
  });
  app.get('/v1/functions', (context) => context.json(describeContract()));
  app.get('/openapi.json', (context) => context.json(openApiDocument(version)));
  app.post('/v1/functions/:name', async ({ req }) => {
    const name = functionNamed(req.param('name'));
    const input = await readJson(req.raw, limits.bodyBytes);
    const accept = req.header('accept') ?? '';
    const { heartbeatMs } = limits;
    return answerCall(name, input, { invoke, caller, signal: req.raw.signal, accept, heartbeatMs });
  });
  app.all('/v1/functions/:name', () => wrongMethod('POST'));
  for (const path of ['/health', '/v1/functions', '/openapi.json']) app.all(path, () => wrongMethod('GET'));
  app.notFound(() => failureResponse(new ZoeyError('not_found', 'There is nothing at this address.', WHERE)));
  app.onError((error, { req }) => {
    // The client left while its body was being read: nobody hears the answer.
    if (req.raw.signal.aborted) return failureResponse(new ZoeyError('cancelled', 'Stopped.'));
    if (!ZoeyError.is(error))
      log.error(`${req.method} ${oneLine(req.path)}: ${error.stack ?? error.message}`);
    return failureResponse(error);
  });
  return async (request) => app.fetch(request);
}

/** A path as a line of the log bears it: whoever asks must not be able to write lines of their own. */
function oneLine(path: string): string {
  return path.slice(0, 100).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
}

const WHERE = { hint: 'GET /openapi.json tells what there is.' };

function foreignHost(): HttpFailure {
  const hint = 'Call the address that the server told at its start.';
  return new HttpFailure(403, new ZoeyError('host_not_allowed', 'This server has another name.', { hint }));
}

function wrongToken(): HttpFailure {
  const error = new ZoeyError('unauthorized', 'The token is missing or wrong.');
  return new HttpFailure(401, error, { 'www-authenticate': 'Bearer realm="Zoey"' });
}

function tooMany(waitMs: number): HttpFailure {
  const error = new ZoeyError('rate_limited', 'Too many requests came in a short time.');
  return new HttpFailure(429, error, { 'retry-after': String(Math.ceil(waitMs / 1000)) });
}

function wrongMethod(allow: string): Response {
  const error = new ZoeyError('invalid_input', `Only ${allow} is understood here.`, WHERE);
  return failureResponse(new HttpFailure(405, error, { allow }));
}
