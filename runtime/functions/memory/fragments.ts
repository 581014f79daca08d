import { contentHash } from '../../kernel/contentHash.ts';
import { Pace } from '../../kernel/pace.ts';
import { TOLD } from '../../recall/memoryRecall.ts';
import type { Memory } from '../../types/memory.ts';
import type { Uuid } from '../../types/primitives.ts';
import { cutDocument } from '../../workspace/index.ts';

/** What is no longer than this is embedded as a whole, in characters. */
const WHOLE = 1_200;
/** Of a long text so much is cut at once: a few milliseconds. */
const SLICE = 16_000;
/** More parts than this are joined: each is a row, and all are stored in one transaction. */
const MOST_PARTS = 200;

/** The parts of what is told at length, so that all of it is found by meaning; none of what is short. */
export async function fragmentsOf(document: Memory): Promise<Memory[]> {
  const { text } = document.content;
  if (text.length <= WHOLE || !TOLD.includes(document.kind)) return [];
  const pace = new Pace();
  const parts: string[] = [];
  for (const slice of slices(text)) {
    parts.push(...cutDocument(slice));
    await pace.rest();
  }
  return (parts.length > MOST_PARTS ? joined(parts) : parts).map((part, at) => ({
    ...document,
    id: fragmentId(document.id, at),
    kind: 'fragment',
    content: { text: part },
    documentId: document.id,
  }));
}

/** At a heading where there is one, else at a line's end. */
function* slices(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > SLICE) {
    const slice = text.slice(from, from + SLICE);
    const seam = ['\n#', '\n\n', '\n', ' ']
      .map((mark) => slice.lastIndexOf(mark))
      .find((at) => at > SLICE / 2);
    const whole = /[\ud800-\udbff]$/.test(slice) ? SLICE - 1 : SLICE;
    const end = from + (seam === undefined ? whole : seam + 1);
    yield text.slice(from, end);
    from = end;
  }
  yield text.slice(from);
}

/** Neighbours together, as long as they are short. */
function joined(parts: readonly string[]): string[] {
  const all: string[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last !== undefined && last.length + part.length < WHOLE) all[all.length - 1] = `${last}\n${part}`;
    else all.push(part);
  }
  return all;
}

/** The same for the same part, so that a retry stores nothing twice. */
function fragmentId(documentId: Uuid, at: number): Uuid {
  const hex = contentHash(`${documentId} ${at}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
