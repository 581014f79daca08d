import { crc32 } from 'node:zlib';
import type { BlobStore } from '../types/recall.ts';

/** "Zoey", read as a number of this machine's byte order: a blob of the other order is foreign. */
const MAGIC = 0x59656f5a;
/** Magic, checksum of all that follows, format, number of parts; then the length of each part in bytes. */
const HEADER_WORDS = 4;
const CHECKED_FROM = 8;

/** Parts begin at multiples of 8, so that each can be read in place as an array of any type. */
function aligned(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** Puts arrays into one blob that tells when it was damaged. `format` changes when their meaning does. */
export function packBlob(format: number, parts: readonly ArrayBufferView[]): Uint8Array {
  const start = aligned((HEADER_WORDS + parts.length) * 4);
  const blob = new Uint8Array(parts.reduce((sum, part) => sum + aligned(part.byteLength), start));
  const header = new Uint32Array(blob.buffer, 0, HEADER_WORDS + parts.length);
  header.set([MAGIC, 0, format, parts.length, ...parts.map((part) => part.byteLength)]);
  let at = start;
  for (const part of parts) {
    blob.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += aligned(part.byteLength);
  }
  header[1] = crc32(blob.subarray(CHECKED_FROM));
  return blob;
}

/** The parts of a blob, by their number, read in place: they keep the whole blob in memory. */
export interface BlobParts {
  readonly count: number;
  bytes(part: number): Buffer;
  i8(part: number): Int8Array;
  u16(part: number): Uint16Array;
  u32(part: number): Uint32Array;
  f32(part: number): Float32Array;
}

/** Undefined where the blob is damaged, or not of this format. */
export function unpackBlob(bytes: Uint8Array, format: number): BlobParts | undefined {
  if (bytes.byteLength < HEADER_WORDS * 4) return undefined;
  const blob = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = blob;
  const [magic, sum, found, count = 0] = new Uint32Array(buffer, byteOffset, HEADER_WORDS);
  if (magic !== MAGIC || found !== format || sum !== crc32(blob.subarray(CHECKED_FROM))) return undefined;
  const lengths = new Uint32Array(buffer, byteOffset + HEADER_WORDS * 4, count);
  const starts: number[] = [];
  let at = byteOffset + aligned((HEADER_WORDS + count) * 4);
  for (const length of lengths) {
    starts.push(at);
    at += aligned(length);
  }
  const start = (part: number) => starts[part] ?? byteOffset;
  const length = (part: number) => lengths[part] ?? 0;
  return {
    count,
    bytes: (part) => Buffer.from(buffer, start(part), length(part)),
    i8: (part) => new Int8Array(buffer, start(part), length(part)),
    u16: (part) => new Uint16Array(buffer, start(part), length(part) >> 1),
    u32: (part) => new Uint32Array(buffer, start(part), length(part) >> 2),
    f32: (part) => new Float32Array(buffer, start(part), length(part) >> 2),
  };
}

/**
 * What an index found when it was opened: `new` nothing; `whole` all of it; `rebuild` it was damaged or of another schema, and part
 * or all of it is missing. The caller then adds what `entries` lacks, as it does after a crash.
 */
export type Opened = 'new' | 'whole' | 'rebuild';

/** The names that begin with `prefix`. */
export async function listBlobs(store: BlobStore, prefix: string): Promise<string[]> {
  return (await store.list()).map(({ name }) => name).filter((name) => name.startsWith(prefix));
}

/** Removes an index with all its parts, such as that of a model no longer used. */
export async function dropIndex(store: BlobStore, prefix: string): Promise<void> {
  const names = await listBlobs(store, prefix);
  if (names.length > 0) await store.write(new Map(names.map((name) => [name, undefined])));
}
