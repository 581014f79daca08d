import { crc32 } from 'node:zlib';
import { packBlob, unpackBlob } from '../blobs.ts';
import { hashKey, toBytes } from '../keys.ts';

const FORMAT = 301;

export const BLOCK_ROWS = 1024;
const FIRST_CAPACITY = 64;

export interface VectorLabel {
  key: string;
  /** Changes with what was embedded (a hash of it, say): what a sync compares. */
  version: string;
}

/** A vector under a key. */
export interface VectorRow extends VectorLabel {
  /** Of any length above 0. */
  vector: Float32Array;
}

/** What vectors are compared with: themselves of length 1, and the signs of their dimensions, 32 a word. */
export interface VectorQuery {
  values: Float32Array;
  bits: Uint32Array;
}

/** @throws RangeError where it has not the right number of dimensions, or no direction. */
export function toQuery(vector: Float32Array, dims: number): VectorQuery {
  if (vector.length !== dims) throw new RangeError(`A vector of ${vector.length} dimensions, not ${dims}.`);
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 0 && length < Number.POSITIVE_INFINITY)) throw new RangeError('A vector without direction.');
  const values = vector.map((value) => value / length);
  const bits = new Uint32Array(Math.ceil(dims / 32));
  values.forEach((value, at) => {
    if (value > 0) bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
  });
  return { values, bits };
}

/**
 * Up to 1024 vectors, each as whole numbers from -127 to 127 with a scale that makes its length 1, and as
 * its signs alone. What is removed becomes zeros, and its row is used again.
 */
export class VectorBlock {
  readonly #dims: number;
  readonly #words: number;
  /** Rows in use or used before: those above hold nothing. */
  #rows = 0;
  #capacity = 0;
  #values: Int8Array = new Int8Array(0);
  #bits: Uint32Array = new Uint32Array(0);
  /** 0 where a row is free. */
  #scales: Float32Array = new Float32Array(0);
  #hashes: Uint32Array = new Uint32Array(0);
  readonly #labels: (VectorLabel | undefined)[] = [];
  /** Labels as they were read, made into strings when they are asked for. */
  #read: { ends: Uint32Array; bytes: Buffer } | undefined;
  readonly #free: number[] = [];

  constructor(dims: number) {
    this.#dims = dims;
    this.#words = Math.ceil(dims / 32);
  }

  get rows(): number {
    return this.#rows;
  }

  get size(): number {
    return this.#rows - this.#free.length;
  }

  isFree(row: number): boolean {
    return (this.#scales[row] ?? 0) === 0;
  }

  /** Undefined where the row is free. */
  labelOf(row: number): VectorLabel | undefined {
    if (this.isFree(row)) return undefined;
    const known = this.#labels[row];
    if (known || !this.#read) return known;
    const { ends, bytes } = this.#read;
    const text = (label: number) => bytes.toString('utf8', ends[label - 1] ?? 0, ends[label]);
    const label = { key: text(row * 2), version: text(row * 2 + 1) };
    this.#labels[row] = label;
    return label;
  }

  /** The `hashKey` of a row that is not free. */
  hashOf(row: number): number {
    return this.#hashes[row] ?? 0;
  }

  /** Puts a vector into a free row, which there must be, or into the one given; returns the row. */
  put({ key, version }: VectorLabel, query: VectorQuery, into?: number): number {
    const row = into ?? this.#free.pop() ?? this.#rows++;
    if (row >= this.#capacity) this.#grow();
    let most = 0;
    for (const value of query.values) most = Math.max(most, Math.abs(value));
    const from = row * this.#dims;
    let squares = 0;
    query.values.forEach((value, at) => {
      const whole = Math.round((value * 127) / most);
      this.#values[from + at] = whole;
      squares += whole * whole;
    });
    this.#scales[row] = 1 / Math.sqrt(squares);
    this.#bits.set(query.bits, row * this.#words);
    this.#labels[row] = { key, version };
    this.#hashes[row] = hashKey(toBytes(key));
    return row;
  }

  remove(row: number): void {
    this.#values.fill(0, row * this.#dims, (row + 1) * this.#dims);
    this.#bits.fill(0, row * this.#words, (row + 1) * this.#words);
    this.#scales[row] = 0;
    this.#hashes[row] = 0;
    this.#labels[row] = undefined;
    this.#free.push(row);
    if (this.size === 0) this.#empty();
  }

  /** The cosine of the angle between the two; undefined where the row is free. */
  similarity(row: number, { values }: VectorQuery): number | undefined {
    const scale = this.#scales[row] ?? 0;
    if (scale === 0) return undefined;
    const own = this.#values;
    let at = row * this.#dims;
    let sum = 0;
    for (let dim = 0; dim < values.length; dim++) sum += (values[dim] ?? 0) * (own[at++] ?? 0);
    return sum * scale;
  }

  /** In how many dimensions the signs differ, for each row; `NO_ROW` where it is free. */
  distances({ bits }: VectorQuery, out: Uint16Array): void {
    const own = this.#bits;
    const words = this.#words;
    for (let row = 0; row < this.#rows; row++) {
      let at = row * words;
      let distance = 0;
      for (let word = 0; word < words; word++) {
        let rest = (bits[word] ?? 0) ^ (own[at++] ?? 0);
        // Counts the bits of a word, side by side.
        rest -= (rest >>> 1) & 0x55555555;
        rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
        distance += Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      out[row] = this.#scales[row] === 0 ? NO_ROW : distance;
    }
  }

  toBlob(schema: string): Uint8Array {
    const rows = this.#rows;
    const ends = new Uint32Array(rows * 2);
    const labels: Uint8Array[] = [];
    for (let row = 0; row < rows; row++) {
      const label = this.labelOf(row);
      labels.push(toBytes(label?.key ?? ''), toBytes(label?.version ?? ''));
    }
    let end = 0;
    labels.forEach((label, at) => {
      end += label.length;
      ends[at] = end;
    });
    return packBlob(FORMAT, [
      Uint32Array.of(rows, this.#dims, crc32(schema)),
      ends,
      Buffer.concat(labels),
      this.#hashes.subarray(0, rows),
      this.#scales.subarray(0, rows),
      this.#bits.subarray(0, rows * this.#words),
      this.#values.subarray(0, rows * this.#dims),
    ]);
  }

  /** Undefined where the blob is damaged or of another schema. */
  static read(blob: Uint8Array, { dims, schema }: { dims: number; schema: string }): VectorBlock | undefined {
    const parts = unpackBlob(blob, FORMAT);
    if (!parts) return undefined;
    const [rows = 0, foundDims, foundSchema] = parts.u32(0);
    if (foundDims !== dims || foundSchema !== crc32(schema)) return undefined;
    const block = new VectorBlock(dims);
    block.#rows = rows;
    block.#capacity = rows;
    block.#read = { ends: parts.u32(1), bytes: parts.bytes(2) };
    block.#hashes = parts.u32(3);
    block.#scales = parts.f32(4);
    block.#bits = parts.u32(5);
    block.#values = parts.i8(6);
    for (let row = 0; row < rows; row++) if (block.isFree(row)) block.#free.push(row);
    return block;
  }

  #grow(): void {
    this.#resize(Math.min(BLOCK_ROWS, Math.max(FIRST_CAPACITY, this.#capacity * 4)));
  }

  /** Gives the memory back. */
  #empty(): void {
    this.#rows = 0;
    this.#resize(0);
    this.#labels.length = 0;
    this.#free.length = 0;
    this.#read = undefined;
  }

  #resize(capacity: number): void {
    const dims = this.#dims;
    const words = this.#words;
    const rows = Math.min(this.#capacity, capacity);
    const { values, bits, scales, hashes } = {
      values: this.#values.subarray(0, rows * dims),
      bits: this.#bits.subarray(0, rows * words),
      scales: this.#scales.subarray(0, rows),
      hashes: this.#hashes.subarray(0, rows),
    };
    this.#values = new Int8Array(capacity * dims);
    this.#bits = new Uint32Array(capacity * words);
    this.#scales = new Float32Array(capacity);
    this.#hashes = new Uint32Array(capacity);
    this.#values.set(values);
    this.#bits.set(bits);
    this.#scales.set(scales);
    this.#hashes.set(hashes);
    this.#capacity = capacity;
  }
}

/** In place of a distance: the row is free. */
export const NO_ROW = 0xffff;
