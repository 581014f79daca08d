import * as z from 'zod';
import { ZoeyError } from '../../kernel/errors.ts';

/** The longest line of a batch, and the longest JSON from standard input, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

const NEWLINE = 0x0a;

/** A line without its end, or the fact that it was too long to be kept. */
export type Line = { text: string } | { tooLong: true };

/**
 * Splits UTF-8 bytes into lines, wherever the pieces were cut. A last line without an end counts; an empty one
 * does not.
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_BYTES,
): AsyncGenerator<Line, void, void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const take = (): Line => {
    const line: Line =
      size > maxBytes
        ? { tooLong: true }
        : { text: Buffer.concat(parts).toString('utf8').replace(/\r$/, '') };
    parts = [];
    size = 0;
    return line;
  };
  const add = (part: Uint8Array) => {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    else parts = [];
  };
  for await (const piece of source) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      add(piece.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(piece.subarray(start));
  }
  if (size > 0) yield take();
}

const BatchLine = z.strictObject({ function: z.string().max(100), input: z.json().default({}) });
type BatchCall = z.infer<typeof BatchLine>;

/** Reads one line of a batch. Throws `invalid_input`. */
export function parseBatchLine(line: Line): BatchCall {
  if ('tooLong' in line) throw new ZoeyError('invalid_input', 'The line is too long.');
  const parsed = BatchLine.safeParse(parseJson(line.text));
  if (parsed.success) return parsed.data;
  throw new ZoeyError(
    'invalid_input',
    `The line is no call: ${parsed.error.issues[0]?.message ?? 'unknown'}.`,
    {
      hint: 'Write one call a line: {"function":"memory.list","input":{}}.',
    },
  );
}

/** Throws `invalid_input`. The text itself is not repeated: it may be private. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ZoeyError('invalid_input', 'The input is not JSON.', { cause });
  }
}

/** All of a source as text. */
export async function readAll(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.length;
    if (size > MAX_BYTES) throw new ZoeyError('invalid_input', 'The input is too long.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
