import { randomFillSync } from 'node:crypto';
import type { Uuid } from '../types/primitives.ts';

const bytes = new Uint8Array(16);
let lastMs = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter that keeps ids of one millisecond in
 * order, 62 random bits. Ids of one process never go backwards, even when its clock does.
 */
export function uuidv7(now: number = Date.now()): Uuid {
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  randomFillSync(bytes);
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
  const time = hex(lastMs, 12);
  const variant = hex(0x8000 | ((((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) & 0x3fff), 4);
  const tail = Buffer.from(bytes.subarray(2, 8)).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${variant}-${tail}`;
}
