import { type BlobParts, packBlob, unpackBlob } from '../blobs.ts';
import { hashKey } from '../keys.ts';

/** Changes with the layout of a segment: older ones are not read but built anew. */
const FORMAT = 101;
const PARTS = 9;

/** Document numbers fit 16 bits, and 0 is free for "none". */
export const MAX_SEGMENT_DOCUMENTS = 0xffff;
/** A word that stands more often in one document counts as often as this. */
const MAX_COUNT = 255;

/** The documents of one word: numbers and counts, side by side. */
export interface Postings {
  documents: ArrayLike<number>;
  counts: ArrayLike<number>;
  from: number;
  to: number;
}

/**
 * Documents and the postings of their words, as they are on disk: never changed but for the marks of those
 * that were removed, which are kept beside it. Every list is one typed array, so that opening reads nothing
 * but the checksum, and looking up makes no objects.
 */
export class TextSegment {
  readonly id: number;
  /** As written to disk. */
  readonly blob: Uint8Array;
  readonly documents: number;
  readonly terms: number;
  /** 1 where the document was removed. */
  readonly dead: Uint8Array;
  /** In words. */
  readonly lengths: Uint32Array;
  #removed = 0;
  #tokens = 0;
  readonly #labelEnds: Uint32Array;
  readonly #labels: Buffer;
  readonly #slots: Uint16Array;
  readonly #termEnds: Uint32Array;
  readonly #termBytes: Buffer;
  readonly #postingEnds: Uint32Array;
  readonly #postingDocuments: Uint16Array;
  readonly #postingCounts: Uint8Array;

  private constructor(id: number, blob: Uint8Array, parts: ReturnType<typeof readParts>) {
    this.id = id;
    this.blob = blob;
    this.lengths = parts.lengths;
    this.documents = parts.lengths.length;
    this.terms = parts.termEnds.length;
    this.dead = new Uint8Array(this.documents);
    for (const length of parts.lengths) this.#tokens += length;
    this.#labelEnds = parts.labelEnds;
    this.#labels = parts.labels;
    this.#slots = parts.slots;
    this.#termEnds = parts.termEnds;
    this.#termBytes = parts.termBytes;
    this.#postingEnds = parts.postingEnds;
    this.#postingDocuments = parts.postingDocuments;
    this.#postingCounts = parts.postingCounts;
  }

  /** Undefined where the blob is damaged or of another format. */
  static read(id: number, blob: Uint8Array): TextSegment | undefined {
    const unpacked = unpackBlob(blob, FORMAT);
    return unpacked?.count === PARTS ? new TextSegment(id, blob, readParts(unpacked)) : undefined;
  }

  /** Documents that were not removed. */
  get size(): number {
    return this.documents - this.#removed;
  }

  get removed(): number {
    return this.#removed;
  }

  /** Words of the documents that were not removed. */
  get tokens(): number {
    return this.#tokens;
  }

  get postings(): number {
    return this.#postingCounts.length;
  }

  /** Of all keys and versions. */
  get labelBytes(): number {
    return this.#labels.length;
  }

  /** Of all words. */
  get allTermBytes(): number {
    return this.#termBytes.length;
  }

  /** The document's number, or -1. Also finds what was removed. `hash` is the `hashKey` of the key. */
  find(key: Uint8Array, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const document = (this.#slots[slot] ?? 0) - 1;
      if (document < 0) return -1;
      const [from, to] = this.#label(document * 2);
      if (compare(this.#labels, from, to, key) === 0) return document;
    }
  }

  keyOf(document: number): string {
    const [from, to] = this.#label(document * 2);
    return this.#labels.toString('utf8', from, to);
  }

  versionOf(document: number): string {
    const [from, to] = this.#label(document * 2 + 1);
    return this.#labels.toString('utf8', from, to);
  }

  /** Key and version as they are on disk. */
  labelsOf(document: number): { key: Uint8Array; version: Uint8Array } {
    return {
      key: this.#labels.subarray(...this.#label(document * 2)),
      version: this.#labels.subarray(...this.#label(document * 2 + 1)),
    };
  }

  remove(document: number): void {
    if (this.dead[document] !== 0) return;
    this.dead[document] = 1;
    this.#removed += 1;
    this.#tokens -= this.lengths[document] ?? 0;
  }

  /** The number of a word, or -1. Words are numbered in the order of their bytes. */
  termOf(word: Uint8Array): number {
    let low = 0;
    let high = this.terms - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compare(this.#termBytes, ...this.#term(middle), word);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  termBytes(term: number): Uint8Array {
    return this.#termBytes.subarray(...this.#term(term));
  }

  termLength(term: number): number {
    const [from, to] = this.#term(term);
    return to - from;
  }

  postingsOf(term: number): Postings {
    return {
      documents: this.#postingDocuments,
      counts: this.#postingCounts,
      from: this.#postingEnds[term - 1] ?? 0,
      to: this.#postingEnds[term] ?? 0,
    };
  }

  #label(label: number): [number, number] {
    return [this.#labelEnds[label - 1] ?? 0, this.#labelEnds[label] ?? 0];
  }

  #term(term: number): [number, number] {
    return [this.#termEnds[term - 1] ?? 0, this.#termEnds[term] ?? 0];
  }
}

function readParts(parts: BlobParts) {
  return {
    lengths: parts.u32(0),
    labelEnds: parts.u32(1),
    labels: parts.bytes(2),
    slots: parts.u16(3),
    termEnds: parts.u32(4),
    termBytes: parts.bytes(5),
    postingEnds: parts.u32(6),
    postingDocuments: parts.u16(7),
    postingCounts: parts.bytes(8),
  };
}

/** Compares the bytes between `from` and `to` with others: below 0, 0 or above. */
function compare(bytes: Uint8Array, from: number, to: number, other: Uint8Array): number {
  const length = Math.min(to - from, other.length);
  for (let at = 0; at < length; at++) {
    const difference = (bytes[from + at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return to - from - other.length;
}

/** How much a segment will hold at most. */
export interface SegmentRoom {
  documents: number;
  terms: number;
  postings: number;
  labelBytes: number;
  termBytes: number;
}

/** Writes a segment: all documents first, then the words in the order of their bytes with their postings. */
export class SegmentWriter {
  readonly #lengths: Uint32Array;
  readonly #labelEnds: Uint32Array;
  readonly #labels: Uint8Array;
  readonly #termEnds: Uint32Array;
  readonly #termBytes: Uint8Array;
  readonly #postingEnds: Uint32Array;
  readonly #postingDocuments: Uint16Array;
  readonly #postingCounts: Uint8Array;
  #documents = 0;
  #labelEnd = 0;
  #terms = 0;
  #termEnd = 0;
  #postings = 0;

  constructor(room: SegmentRoom) {
    this.#lengths = new Uint32Array(room.documents);
    this.#labelEnds = new Uint32Array(room.documents * 2);
    this.#labels = new Uint8Array(room.labelBytes);
    this.#termEnds = new Uint32Array(room.terms);
    this.#termBytes = new Uint8Array(room.termBytes);
    this.#postingEnds = new Uint32Array(room.terms);
    this.#postingDocuments = new Uint16Array(room.postings);
    this.#postingCounts = new Uint8Array(room.postings);
  }

  /** Returns the document's number. */
  addDocument(labels: { key: Uint8Array; version: Uint8Array }, length: number): number {
    const document = this.#documents++;
    this.#lengths[document] = length;
    this.#addLabel(labels.key, document * 2);
    this.#addLabel(labels.version, document * 2 + 1);
    return document;
  }

  addPosting(document: number, count: number): void {
    this.#postingDocuments[this.#postings] = document;
    this.#postingCounts[this.#postings++] = Math.min(count, MAX_COUNT);
  }

  /** Takes the postings that were added since the last word. A word without any is left out. */
  endTerm(word: Uint8Array): void {
    if (this.#postings === (this.#postingEnds[this.#terms - 1] ?? 0)) return;
    this.#termBytes.set(word, this.#termEnd);
    this.#termEnd += word.length;
    this.#termEnds[this.#terms] = this.#termEnd;
    this.#postingEnds[this.#terms++] = this.#postings;
  }

  finish(): Uint8Array {
    return packBlob(FORMAT, [
      this.#lengths.subarray(0, this.#documents),
      this.#labelEnds.subarray(0, this.#documents * 2),
      this.#labels.subarray(0, this.#labelEnd),
      this.#slots(),
      this.#termEnds.subarray(0, this.#terms),
      this.#termBytes.subarray(0, this.#termEnd),
      this.#postingEnds.subarray(0, this.#terms),
      this.#postingDocuments.subarray(0, this.#postings),
      this.#postingCounts.subarray(0, this.#postings),
    ]);
  }

  #addLabel(label: Uint8Array, at: number): void {
    this.#labels.set(label, this.#labelEnd);
    this.#labelEnd += label.length;
    this.#labelEnds[at] = this.#labelEnd;
  }

  /** A hash table of keys by open addressing, at most half full: it always has a free slot to end a search. */
  #slots(): Uint16Array {
    const slots = new Uint16Array(2 ** Math.ceil(Math.log2(this.#documents * 2 + 1)));
    for (let document = 0; document < this.#documents; document++) {
      const from = this.#labelEnds[document * 2 - 1] ?? 0;
      const key = this.#labels.subarray(from, this.#labelEnds[document * 2]);
      let slot = hashKey(key) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = document + 1;
    }
    return slots;
  }
}
