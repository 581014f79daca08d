import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';

type FetchHandler = (request: Request) => Promise<Response>;

/** A host name or an address, with a port or without: nothing that could change the rest of a URL. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/** A standard fetch handler as a listener of Node's server. Nothing is read or written faster than it is used. */
export function listenerFor(handle: FetchHandler, onError: (error: unknown) => void): RequestListener {
  return (incoming, outgoing) => {
    serve(handle, incoming, outgoing).catch((error: unknown) => {
      // Too late for an answer: the client left, or a stream broke.
      if (!outgoing.destroyed) onError(error);
      outgoing.destroy();
    });
  };
}

async function serve(
  handle: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request = toRequest(incoming, gone.signal);
  if (request === undefined) {
    outgoing.writeHead(400, { connection: 'close' }).end();
    return;
  }
  const { status, headers, body } = await handle(request);
  if (gone.signal.aborted) {
    await body?.cancel();
    return;
  }
  outgoing.writeHead(status, [...headers].flat());
  if (body === null) {
    outgoing.end();
    return;
  }
  // Ends the body where the client leaves, and waits where it reads slowly.
  await pipeline(Readable.fromWeb(body as NodeStream), outgoing);
}

/** Undefined where the request is none that a fetch handler can be given. */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url = '', headersDistinct, headers } = incoming;
  const { host } = headers;
  if (host === undefined || !HOST.test(host) || !url.startsWith('/')) return undefined;
  const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
  try {
    return new Request(`http://${host}${url}`, {
      method,
      signal,
      headers: Object.entries(headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      ),
      ...(hasBody && method !== 'GET' && method !== 'HEAD' && { body: bodyOf(incoming), duplex: 'half' }),
    });
  } catch {
    // TRACE and the like.
    return undefined;
  }
}

/** The body as it is asked for. What nobody asks for is read away, so that the answer is still heard. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const parts: AsyncIterator<Uint8Array> = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = await parts.next();
        if (part.done === true) controller.close();
        else controller.enqueue(part.value);
      },
      async cancel() {
        await parts.return?.();
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}
