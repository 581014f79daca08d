import { ZoeyError } from '../../kernel/errors.ts';
import { HttpFailure } from './failure.ts';

/** Reads a body as JSON; an empty one stands for `{}`. Throws HttpFailure 400, 413 or 415. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return {};
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw refusal(415, 'The body must be application/json.');
  try {
    // Text is never rewritten: what is no UTF-8 is refused, not repaired.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refusal(400, 'The body is not JSON.');
  }
}

async function readBytes({ headers, body }: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => refusal(413, `The body is longer than ${maxBytes} bytes.`);
  // What is said of the length spares the reading; what is read is counted all the same.
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > maxBytes) throw tooLarge();
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function refusal(status: number, message: string): HttpFailure {
  return new HttpFailure(status, new ZoeyError('invalid_input', message));
}
