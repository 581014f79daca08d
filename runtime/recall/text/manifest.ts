import * as z from 'zod';
import { packBlob, unpackBlob } from '../blobs.ts';
import type { TextSegment } from './segment.ts';

const FORMAT = 201;

const Head = z.object({
  schema: z.string(),
  /** The id of the next segment: ids are never used twice. */
  next: z.int().min(1),
  segments: z.array(z.int().min(1)),
});

/** Which segments make up the index, and which of their documents were removed. */
export interface TextManifest {
  next: number;
  segments: { id: number; removed: Uint16Array }[];
}

export function writeManifest(
  segments: readonly TextSegment[],
  { schema, next }: { schema: string; next: number },
): Uint8Array {
  const head: z.infer<typeof Head> = { schema, next, segments: segments.map(({ id }) => id) };
  return packBlob(FORMAT, [Buffer.from(JSON.stringify(head)), ...segments.map(removedFrom)]);
}

/** Undefined where it is missing, damaged or of another schema. */
export function readManifest(blob: Uint8Array | undefined, schema: string): TextManifest | undefined {
  const parts = blob && unpackBlob(blob, FORMAT);
  if (!parts) return undefined;
  const head = Head.safeParse(JSON.parse(parts.bytes(0).toString()));
  if (!head.success || head.data.schema !== schema) return undefined;
  const { next, segments } = head.data;
  return { next, segments: segments.map((id, at) => ({ id, removed: parts.u16(at + 1) })) };
}

function removedFrom({ dead }: TextSegment): Uint16Array {
  const removed: number[] = [];
  dead.forEach((mark, document) => {
    if (mark !== 0) removed.push(document);
  });
  return Uint16Array.from(removed);
}
