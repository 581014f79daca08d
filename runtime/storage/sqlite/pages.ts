/** The header of a database, and of the b-tree page that follows it on the first page. */
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
/** Kinds of b-tree pages, by their first byte. */
const INTERIOR = new Set([0x02, 0x05]);
const LEAVES = new Set([0x0a, 0x0d]);
const TABLE_INTERIOR = 0x05;
const TABLE_LEAF = 0x0d;

/** A b-tree page as its header tells. */
interface Layout {
  type: number;
  /** Where each cell begins. */
  cells: number[];
  /** Where the room between the pointers to cells and the cells begins and ends. */
  gap: [start: number, end: number];
  /** The last child of an interior page; 0 of a leaf. */
  last: number;
}

/** Undefined where it is no b-tree page, or none that is whole. */
function layoutOf(page: Uint8Array): Layout | undefined {
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  const start = Buffer.from(page.buffer, page.byteOffset, 16).toString('latin1') === MAGIC ? HEADER_BYTES : 0;
  const type = view.getUint8(start);
  if (!INTERIOR.has(type) && !LEAVES.has(type)) return undefined;
  const pointers = start + (INTERIOR.has(type) ? 12 : 8);
  const count = view.getUint16(start + 3);
  const content = view.getUint16(start + 5) || 65_536;
  const end = pointers + 2 * count;
  if (end > content || content > page.length) return undefined;
  const cells: number[] = [];
  for (let at = pointers; at < end; at += 2) {
    const cell = view.getUint16(at);
    if (cell < content || cell > page.length - 4) return undefined;
    cells.push(cell);
  }
  const last = INTERIOR.has(type) ? view.getUint32(start + 8) : 0;
  return { type, cells, gap: [end, content], last };
}

/**
 * The page with zeros where nothing is: `secure_delete` overwrites a row where it was last, but not where it
 * was before its page was put in order anew. SQLite never reads those bytes.
 */
export function withoutRemnants(page: Uint8Array): Uint8Array {
  if (page.length < 512) return page;
  const gap = layoutOf(page)?.gap;
  if (gap === undefined || isZero(page, ...gap)) return page;
  return new Uint8Array(page).fill(0, ...gap);
}

function isZero(page: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (page[at] !== 0) return false;
  return true;
}

/** A database file that nobody writes for the time being. */
export interface PageFile {
  /** One page, counted from 1; a short one where the file ends. */
  read(page: number): Uint8Array;
  pageSize: number;
  bytes: number;
}

/**
 * Follows every b-tree from its root, every overflowing row and the list of free pages, one page a step. Each
 * page must be whole and be used exactly once. Returns what is wrong, if anything.
 * @param roots Where the tables and indexes begin.
 */
export function* checkPages(file: PageFile, roots: readonly number[]): Generator<void, string | undefined> {
  const first = file.read(1);
  const header = new DataView(first.buffer, first.byteOffset, first.length);
  if (first.length < file.pageSize) return 'the first page is cut off';
  if (Buffer.from(first.subarray(0, 16)).toString('latin1') !== MAGIC)
    return 'the header is not that of SQLite';
  const count = header.getUint32(28);
  if (count * file.pageSize > file.bytes) return 'the file is cut off';
  const pages = new Pages(file, count);
  try {
    yield* pages.tree(1);
    for (const root of roots) yield* pages.tree(root);
    yield* pages.free(header.getUint32(32));
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  }
  return pages.unused();
}

class Damage extends Error {}

class Pages {
  readonly #file: PageFile;
  readonly #seen: Uint8Array;

  constructor(file: PageFile, count: number) {
    this.#file = file;
    this.#seen = new Uint8Array(count + 1);
  }

  *tree(root: number): Generator<void> {
    const waiting = [root];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const page = this.#take(number);
      const layout = layoutOf(page);
      if (layout === undefined) throw new Damage(`page ${number} is not whole`);
      const view = new DataView(page.buffer, page.byteOffset, page.length);
      for (const cell of layout.cells) {
        if (INTERIOR.has(layout.type)) waiting.push(view.getUint32(cell));
        yield* this.#overflow(page, cell, layout.type);
      }
      if (layout.last !== 0) waiting.push(layout.last);
      yield;
    }
  }

  *free(trunk: number): Generator<void> {
    for (let next = trunk; next !== 0; ) {
      const page = this.#take(next);
      const view = new DataView(page.buffer, page.byteOffset, page.length);
      const leaves = view.getUint32(4);
      if (leaves > page.length / 4 - 2) throw new Damage(`page ${next} lists too many free pages`);
      for (let i = 0; i < leaves; i++) this.#mark(view.getUint32(8 + 4 * i));
      next = view.getUint32(0);
      yield;
    }
  }

  /** What was never reached is lost. The page at 1 GiB is left out by SQLite itself, for its locks. */
  unused(): string | undefined {
    const locks = 2 ** 30 / this.#file.pageSize + 1;
    const page = this.#seen.findIndex((seen, number) => number > 0 && number !== locks && seen === 0);
    return page < 0 ? undefined : `page ${page} is not used`;
  }

  /** The pages that a row goes on in where it is too long for its own. */
  *#overflow(page: Uint8Array, cell: number, type: number): Generator<void> {
    if (type === TABLE_INTERIOR) return;
    const usable = page.length;
    const [size, afterSize] = varint(page, INTERIOR.has(type) ? cell + 4 : cell);
    const start = type === TABLE_LEAF ? varint(page, afterSize)[1] : afterSize;
    const most = type === TABLE_LEAF ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
    if (size <= most) return this.#within(start + size, usable);
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const filled = least + ((size - least) % (usable - 4));
    const local = filled <= most ? filled : least;
    this.#within(start + local + 4, usable);
    let next = new DataView(page.buffer, page.byteOffset, usable).getUint32(start + local);
    for (let left = size - local; left > 0; left -= usable - 4) {
      const rest = this.#take(next);
      next = new DataView(rest.buffer, rest.byteOffset, rest.length).getUint32(0);
      yield;
    }
    if (next !== 0) throw new Damage('a row goes on after its end');
  }

  #within(end: number, usable: number): void {
    if (end > usable) throw new Damage('a row reaches out of its page');
  }

  #take(number: number): Uint8Array {
    this.#mark(number);
    const page = this.#file.read(number);
    if (page.length < this.#file.pageSize) throw new Damage(`page ${number} is cut off`);
    return page;
  }

  #mark(number: number): void {
    if (number === 0 || number >= this.#seen.length) throw new Damage(`there is no page ${number}`);
    if (this.#seen[number] !== 0) throw new Damage(`page ${number} is used twice`);
    this.#seen[number] = 1;
  }
}

/** A whole number of one to nine bytes, and where it ends. */
function varint(page: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start; at < start + 9; at++) {
    const byte = page[at];
    if (byte === undefined) throw new Damage('a row is cut off');
    if (at === start + 8) return [value * 256 + byte, at + 1];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  throw new Damage('a row is cut off');
}
