import { createFetchHandler } from '../../../runtime/hosts/http/handler.ts';
import type { HttpLimits } from '../../../runtime/hosts/http/limits.ts';
import { type HttpServer, listen } from '../../../runtime/hosts/http/listen.ts';
import { silentLog } from '../../../runtime/kernel/log.ts';
import type { Invoke } from '../../../runtime/protocol/rpc.ts';
import type { Caller } from '../../../runtime/types/host.ts';
import { testCaller } from './invokes.ts';

export const TOKEN = 'a-token-for-tests-0123456789';

interface Served {
  server: HttpServer;
  /** Calls a function with the token; `init` adds to that or stands instead. */
  call(name: string, input?: unknown, init?: RequestInit): Promise<Response>;
  /** Any other request, with the token unless `init` has headers. */
  request(path: string, init?: RequestInit): Promise<Response>;
}

interface HttpOptions {
  limits?: Partial<HttpLimits>;
  caller?: Caller;
  clock?: () => number;
}

/** A handler on a real socket of 127.0.0.1. The test closes the server. */
export async function serveHttp(invoke: Invoke, options: HttpOptions = {}): Promise<Served> {
  const handle = createFetchHandler({
    invoke,
    token: TOKEN,
    caller: testCaller,
    log: silentLog,
    version: '1.2.3',
    hosts: ['127.0.0.1', 'localhost', '[::1]'],
    ...options,
  });
  const onError = (error: unknown) => {
    throw error;
  };
  const server = await listen({ handle, address: '127.0.0.1', port: 0, onError });
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` }, ...init });
  return {
    server,
    request,
    call: (name, input = {}, { headers, ...init } = {}) =>
      request(`/v1/functions/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(input),
        ...init,
      }),
  };
}

export const EVENTS = { accept: 'text/event-stream' };
