import { lookup } from 'node:dns/promises';
import { createServer } from 'node:http';
import net from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { listenerFor } from './bridge.ts';

/** How long a client may take for its headers and its body, in ms. */
const RECEIVE_MS = 30_000;
/** How long the last words of calls may take once the runtime has ended them, in ms. */
const FAREWELL_MS = 500;
const MAX_CONNECTIONS = 512;

const LOOPBACK = new net.BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Names under which a server on the loopback interface may be called. */
const LOOPBACK_NAMES: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Where a server is to listen. */
export interface Place {
  address: string;
  /** Only this machine can reach it. */
  loopback: boolean;
  /** Host names that requests may be made to; absent where any is right. */
  hosts?: readonly string[];
}

/** Looks up where a host name leads. Rejects as `dns.lookup` does. */
export async function placeOf(host: string): Promise<Place> {
  const { address, family } = await lookup(host);
  const loopback = LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4');
  return { address, loopback, ...(loopback && { hosts: [...LOOPBACK_NAMES, urlHost(address)] }) };
}

/** A server that listens. */
export interface HttpServer {
  /** "http://127.0.0.1:4242" */
  url: string;
  /** Takes no more requests, and waits for those under way, but not longer than `ms`. */
  drain(ms: number): Promise<void>;
  /** Ends what is left, after a moment for last words. */
  close(): Promise<void>;
}

interface ListenOptions {
  handle: (request: Request) => Promise<Response>;
  address: string;
  /** 0 for any that is free. */
  port: number;
  onError: (error: unknown) => void;
}

/** Rejects where the address cannot be taken. */
export async function listen({ handle, address, port, onError }: ListenOptions): Promise<HttpServer> {
  const limits = { requestTimeout: RECEIVE_MS, headersTimeout: RECEIVE_MS };
  const server = createServer(limits, listenerFor(handle, onError));
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  let closed: Promise<void> | undefined;
  server.on('request', (_incoming, outgoing) => {
    // Once nothing more is accepted, a connection that would be kept for the next request goes with its answer.
    outgoing.once('close', () => {
      if (closed !== undefined) setImmediate(() => server.closeIdleConnections());
    });
  });
  const drain = async (ms: number) => {
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    await within(ms, closed);
  };
  return {
    url: `http://${urlHost(address)}:${boundPort}`,
    drain,
    async close() {
      await drain(FAREWELL_MS);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An address as URLs write it. */
function urlHost(address: string): string {
  return net.isIPv6(address) ? `[${address}]` : address;
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, setTimeout(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
