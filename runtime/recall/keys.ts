const encoder = new TextEncoder();

export function toBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** FNV-1a, 32 bits. */
export function hashKey(key: Uint8Array): number {
  let value = 0x811c9dc5;
  for (const byte of key) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

const FREE = 0;
const REMOVED = -1;

/**
 * Where things are, by the hash of their key: a hash table by open addressing that holds no strings, so that
 * a hundred thousand are put into it in a few milliseconds.
 */
export class KeyPlaces {
  #hashes: Uint32Array;
  /** Place plus 1. */
  #slots: Int32Array;
  /** Slots that are not free. */
  #used = 0;

  /** @param expected How many things will be put into it at once. */
  constructor(expected = 0) {
    const length = lengthFor(expected);
    this.#hashes = new Uint32Array(length);
    this.#slots = new Int32Array(length);
  }

  /** Whether anything has this hash. */
  has(hash: number): boolean {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; this.#slots[slot] !== FREE; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === hash && this.#slots[slot] !== REMOVED) return true;
    }
    return false;
  }

  /** The place of this hash that `matches`, or -1. */
  find(hash: number, matches: (place: number) => boolean): number {
    const slot = this.#slotOf(hash, matches);
    return slot === -1 ? -1 : (this.#slots[slot] ?? 0) - 1;
  }

  add(hash: number, place: number): void {
    if (this.#used * 2 >= this.#slots.length) this.#grow();
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
    this.#slots[slot] = place + 1;
    this.#hashes[slot] = hash;
    this.#used += 1;
  }

  remove(hash: number, place: number): void {
    const slot = this.#slotOf(hash, (other) => other === place);
    if (slot !== -1) this.#slots[slot] = REMOVED;
  }

  #slotOf(hash: number, matches: (place: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot] ?? FREE;
      if (place === FREE) return -1;
      if (place !== REMOVED && this.#hashes[slot] === hash && matches(place - 1)) return slot;
    }
  }

  /** Also drops the slots of what was removed. */
  #grow(): void {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const living = slots.reduce((count, place) => (place > FREE ? count + 1 : count), 0);
    const length = lengthFor(living);
    this.#slots = new Int32Array(length);
    this.#hashes = new Uint32Array(length);
    this.#used = 0;
    slots.forEach((place, slot) => {
      if (place > FREE) this.add(hashes[slot] ?? 0, place - 1);
    });
  }
}

/** Room for as many again. */
function lengthFor(things: number): number {
  return Math.max(64, 2 ** Math.ceil(Math.log2(things * 4 + 1)));
}
