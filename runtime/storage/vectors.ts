import { createHash } from 'node:crypto';
import { ZoeyError } from '../kernel/errors.ts';
import type { EmbeddingStamp } from '../types/recall.ts';

/** The same for the same stamp, in every database. */
export function modelIdOf({ model, dims, dtype, pooling, sha256 }: EmbeddingStamp): string {
  const text = JSON.stringify([model, dims, dtype, pooling, sha256]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** @throws ZoeyError `invalid_input` for a vector of another length, or of zeros. */
export function toBytes(vector: Float32Array, dims: number): Uint8Array {
  if (vector.length !== dims || !vector.some((value) => value !== 0) || !vector.every(Number.isFinite)) {
    throw new ZoeyError('invalid_input', 'This is no vector of that model.');
  }
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [at, value] of vector.entries()) bytes.setFloat32(at * 4, value, true);
  return new Uint8Array(bytes.buffer);
}

/** The vector as it was stored. */
export function toVector(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, at) => view.getFloat32(at * 4, true));
}
