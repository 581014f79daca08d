import { type Clock, systemClock } from '../kernel/clock.ts';
import { ZoeyError } from '../kernel/errors.ts';
import { uuidv7 } from '../kernel/ids.ts';
import type { LedgerEntry } from '../types/database.ts';
import { isAllowedHost, isLoopback } from './gatewayHosts.ts';
import { keepLoopbackDirect } from './gatewayProxy.ts';

export interface GatewayOptions {
  /** Called once for each request that was made, when its last byte came or it failed. Must not throw. */
  record: (entry: LedgerEntry) => void;
  now?: Clock;
}

/** What a request is for, and where it may go beside this machine. */
interface Passage {
  /** In a word or two, for the ledger: "chat", "list models". */
  purpose: string;
  /** "host" or "host:port", as the person allowed them. */
  allowedHosts: readonly string[];
}

/**
 * The only way out to a network. `open` gives a `fetch` that reaches this machine and the hosts that the
 * person allowed, and throws `host_not_allowed` for any other before anything is sent. A redirect is never
 * followed: the answer 3xx is handed back as it is. There is no cookie jar. Read or cancel each body, or
 * abort: the entry for the ledger is written then.
 */
export interface Gateway {
  open(passage: Passage): Fetch;
}

/** The standard `fetch`, without its Request object. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** @param options where the ledger entries go; the clock. */
export function createGateway(options: GatewayOptions): Gateway {
  const now = options.now ?? systemClock;
  return {
    open: (passage) => async (address, init) => {
      const url = checked(String(address), passage);
      if (isLoopback(url)) keepLoopbackDirect(process.env, process.execArgv, url.hostname);
      const entry = begin(passage.purpose, url, init, now());
      const finish = once((status: number) => {
        options.record({ ...entry, status, ms: Math.max(0, now() - entry.at) });
      });
      const signal = init?.signal ?? undefined;
      let response: Response;
      try {
        response = await fetch(url.href, {
          ...init,
          redirect: 'manual',
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
        });
      } catch (error) {
        finish(0);
        throw error;
      }
      return counted(response, entry, { signal, end: () => finish(response.status) });
    },
  };
}

/** The address as it will be contacted, or `host_not_allowed`. */
function checked(text: string, passage: Passage): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (message: string) =>
    new ZoeyError('host_not_allowed', message, {
      hint: 'Allow this host if you trust it, or set an address on this machine.',
    });
  if (url === undefined) throw refuse('The address cannot be read, so nothing was sent.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse(`Only http and https are allowed, not ${url.protocol.slice(0, -1)}.`);
  }
  // A name before "@" is the usual way to make one host look like another.
  if (url.username || url.password) throw refuse('An address with a user name in it is not contacted.');
  if (!isLoopback(url) && !isAllowedHost(url, passage.allowedHosts)) {
    throw refuse(`Nothing was sent to ${url.host}: it is not on this machine, and you have not allowed it.`);
  }
  return url;
}

type Entry = Omit<LedgerEntry, 'status' | 'ms'>;

function begin(purpose: string, url: URL, init: RequestInit | undefined, at: number): Entry {
  return {
    id: uuidv7(at),
    at,
    method: init?.method ?? 'GET',
    url: `${url.origin}${url.pathname}`,
    purpose,
    bytesOut: typeof init?.body === 'string' ? Buffer.byteLength(init.body) : 0,
    bytesIn: 0,
  };
}

function once(run: (status: number) => void): (status: number) => void {
  let done = false;
  return (status) => {
    if (done) return;
    done = true;
    run(status);
  };
}

/** The same response, whose body is counted into `entry` as it is read. */
function counted(
  response: Response,
  entry: Entry,
  life: { signal: AbortSignal | undefined; end: () => void },
): Response {
  if (response.body === null) {
    life.end();
    return response;
  }
  const reader = response.body.getReader();
  const end = () => {
    life.signal?.removeEventListener('abort', end);
    life.end();
  };
  // Whoever aborts may never read again, so the end would not be seen by `pull`.
  life.signal?.addEventListener('abort', end);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            end();
            controller.close();
          } else {
            entry.bytesIn += value.byteLength;
            controller.enqueue(value);
          }
        } catch (error) {
          end();
          controller.error(error);
        }
      },
      async cancel(reason) {
        end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}
