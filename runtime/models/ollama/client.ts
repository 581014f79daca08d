import { Ollama } from 'ollama/browser';
import type { Fetch } from '../../guard/gateway.ts';
import type { Endpoint } from './address.ts';

/** An answer that is not what was asked for. `json` is true where it is an error in Ollama's own form. */
export class BadAnswer extends Error {
  readonly status: number;
  readonly json: boolean;
  /** Where a redirect points, without its path. */
  readonly location: string | undefined;

  constructor(status: number, message: string, more: { json?: boolean; location?: string | undefined } = {}) {
    super(message);
    this.name = 'BadAnswer';
    this.status = status;
    this.json = more.json ?? false;
    this.location = more.location;
  }
}

/** Bounds on what is taken from a server, in bytes. */
const MAX_ERROR = 16 * 1024;
const MAX_JSON = 16 * 1024 * 1024;
const MAX_LINE = 4 * 1024 * 1024;

/**
 * The npm client for one request, tied to one signal. Its own abort comes too late for us (there is none
 * before the headers arrive, that is, while a model loads), it leaves the socket open when an iteration ends
 * early, and it prints what it cannot parse to the console. So the signal goes to `fetch` itself, and only
 * answers that it can parse are handed on.
 */
export function openClient(endpoint: Endpoint, fetch: Fetch, signal: AbortSignal): Ollama {
  return new Ollama({
    host: endpoint.base,
    headers: endpoint.headers,
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : input;
      return parseable(await fetch(url, { ...init, signal }));
    },
  });
}

/** Throws BadAnswer for anything but JSON or lines of JSON with a status of success. */
async function parseable(response: Response): Promise<Response> {
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  if (!response.ok) throw await refusal(response);
  if (response.body !== null && /^application\/x-ndjson\b/.test(type)) {
    return new Response(response.body.pipeThrough(wholeLines()), { status, headers });
  }
  if (!/^application\/json\b/.test(type)) {
    await response.body?.cancel();
    throw new BadAnswer(status, 'The answer is not JSON.');
  }
  const text = await readText(response, MAX_JSON);
  if (parse(text) === undefined) throw new BadAnswer(status, 'The answer is not JSON.');
  return new Response(text, { status, headers });
}

async function refusal(response: Response): Promise<BadAnswer> {
  const { status } = response;
  const target = response.headers.get('location');
  const text = await readText(response, MAX_ERROR);
  const body = parse(text);
  if (typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string') {
    return new BadAnswer(status, body.error.slice(0, 500), { json: true });
  }
  const location = target !== null && URL.canParse(target) ? new URL(target).origin : undefined;
  return new BadAnswer(status, `HTTP ${status}`, { location });
}

/** JSON, or undefined where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText(response: Response, limit: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body, which closes the socket.
    if (bytes > limit) throw new BadAnswer(response.status, 'The answer is far too long.');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Passes whole lines of JSON on; fails at a line that is none. A last line that was cut off is left out. */
function wholeLines(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) throw new BadAnswer(200, 'A line is far too long.');
      for (const line of lines) {
        if (line.trim() === '') continue;
        if (parse(line) === undefined) throw new BadAnswer(200, 'A line is not JSON.');
        controller.enqueue(encoder.encode(`${line}\n`));
      }
    },
    flush(controller) {
      rest += decoder.decode();
      if (rest.trim() !== '' && parse(rest) !== undefined) controller.enqueue(encoder.encode(`${rest}\n`));
    },
  });
}
