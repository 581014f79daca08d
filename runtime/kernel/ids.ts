import { randomFillSync } from 'node:crypto';
import type { Uuid } from '../types/primitives.ts';

/** Random bytes are drawn for many ids at once: a draw costs more than an id. */
const random = new Uint8Array(4096);
const EACH = 8;
let used = random.length;
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
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const bits = Buffer.from(random.buffer, used, EACH);
  used += EACH;
  bits[0] = 0x80 | ((bits[0] ?? 0) & 0x3f);
  const time = hex(lastMs, 12);
  const tail = bits.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0');
}
