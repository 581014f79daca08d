import { Pace } from '../../kernel/pace.ts';
import type { BlobStore } from '../../types/recall.ts';
import { listBlobs, type Opened } from '../blobs.ts';
import { hashKey, KeyPlaces, toBytes } from '../keys.ts';
import { BLOCK_ROWS, toQuery, VectorBlock, type VectorLabel, type VectorRow } from './block.ts';
import { searchVectors, type VectorHit, type VectorSearchOptions } from './search.ts';

export interface VectorIndexOptions {
  store: BlobStore;
  /** Begins the names of this index's blobs, as in "vectors/3/". */
  prefix: string;
  dims: number;
  /** What the vectors were made with. Blocks of another schema are dropped. */
  schema: string;
  signal?: AbortSignal;
}

/** So many blocks go into one write. */
const BLOCKS_A_WRITE = 8;
/** And are read at once: a few milliseconds. */
const BLOCKS_A_READ = 4;

/** Opens what is stored, or begins anew. Throws only what the store throws, and `cancelled`. */
export async function openVectorIndex(options: VectorIndexOptions): Promise<VectorIndex> {
  const { store, prefix, signal } = options;
  const names = (await listBlobs(store, prefix)).filter((name) => /^\d+$/.test(name.slice(prefix.length)));
  const pace = new Pace(signal);
  const blocks: VectorBlock[] = [];
  const unread: number[] = [];
  for (let at = 0; at < names.length; at += BLOCKS_A_READ) {
    await pace.rest();
    const some = names.slice(at, at + BLOCKS_A_READ);
    const blobs = await store.read(some);
    for (const name of some) {
      const number = Number(name.slice(prefix.length));
      const blob = blobs.get(name);
      const block = blob && VectorBlock.read(blob, options);
      if (block) blocks[number] = block;
      else unread.push(number);
    }
  }
  return new VectorIndex(options, { blocks, unread, opened: openedAs(names.length, unread.length) });
}

function openedAs(found: number, unread: number): Opened {
  if (found === 0) return 'new';
  return unread === 0 ? 'whole' : 'rebuild';
}

/**
 * Finds vectors by their direction. What is added is found at once and is on disk after `flush`, in blocks
 * of 1024 rows of which only those that changed are written. A crash leaves some blocks as they were: the
 * caller compares `entries` with its own.
 */
export class VectorIndex {
  readonly opened: Opened;
  readonly #options: VectorIndexOptions;
  readonly #blocks: VectorBlock[];
  /** Numbers of blocks that are not in the store as they are here. */
  readonly #changed: Set<number>;
  /** Block times `BLOCK_ROWS` plus row. */
  readonly #places: KeyPlaces;
  #size = 0;
  /** No block before this one has a free row. */
  #firstFree = 0;
  #last: Promise<void> = Promise.resolve();

  /** See `openVectorIndex`. */
  constructor(
    options: VectorIndexOptions,
    found: { blocks: readonly (VectorBlock | undefined)[]; unread: readonly number[]; opened: Opened },
  ) {
    this.#options = options;
    this.opened = found.opened;
    this.#changed = new Set(found.unread);
    const count = Math.max(found.blocks.length, ...found.unread.map((number) => number + 1));
    this.#blocks = Array.from(
      { length: count },
      (_, at) => found.blocks[at] ?? new VectorBlock(options.dims),
    );
    this.#places = new KeyPlaces(this.#blocks.reduce((sum, block) => sum + block.size, 0));
    this.#blocks.forEach((block, number) => {
      for (let row = 0; row < block.rows; row++) this.#place(block, number, row);
    });
  }

  get dims(): number {
    return this.#options.dims;
  }

  /** How many vectors there are. */
  get size(): number {
    return this.#size;
  }

  versionOf(key: string): string | undefined {
    const place = this.#find(key);
    return place?.block.labelOf(place.row)?.version;
  }

  *entries(): Generator<[key: string, version: string]> {
    for (const block of this.#blocks) {
      for (let row = 0; row < block.rows; row++) {
        const label = block.labelOf(row);
        if (label) yield [label.key, label.version];
      }
    }
  }

  /**
   * Adds a vector, in place of one of the same key.
   * @throws RangeError where it has not the right number of dimensions, or no direction (zeros, NaN).
   */
  add(row: VectorRow): void {
    const query = toQuery(row.vector, this.dims);
    const known = this.#find(row.key);
    const number = known?.number ?? this.#blockWithRoom();
    const block = known?.block ?? this.#blocks[number];
    if (!block) return;
    const at = block.put(row, query, known?.row);
    this.#changed.add(number);
    if (known) return;
    this.#places.add(block.hashOf(at), number * BLOCK_ROWS + at);
    this.#size += 1;
  }

  /** Tells whether it was there. Its row is zeros in the store after the next `flush`. */
  remove(key: string): boolean {
    const place = this.#find(key);
    if (!place) return false;
    const { block, number, row } = place;
    this.#places.remove(block.hashOf(row), number * BLOCK_ROWS + row);
    block.remove(row);
    this.#size -= 1;
    this.#changed.add(number);
    this.#firstFree = Math.min(this.#firstFree, number);
    return true;
  }

  /** The nearest first, equals by key. Exact for small sets; for large ones among the likeliest by signs. */
  search(vector: Float32Array, options: VectorSearchOptions): VectorHit[] {
    return searchVectors(this.#blocks, toQuery(vector, this.dims), options);
  }

  /** Of one vector, to complete what another search found. */
  similarity(key: string, vector: Float32Array): number | undefined {
    const place = this.#find(key);
    return place?.block.similarity(place.row, toQuery(vector, this.dims));
  }

  /** Writes the blocks that changed. Throws what the store throws; the next flush tries again. */
  flush(signal?: AbortSignal): Promise<void> {
    const done = this.#last.then(() => this.#save(signal));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #save(signal: AbortSignal | undefined): Promise<void> {
    const { store, prefix, schema } = this.#options;
    const pace = new Pace(signal);
    const waiting = [...this.#changed];
    while (waiting.length > 0) {
      const numbers = waiting.splice(0, BLOCKS_A_WRITE);
      const changes = new Map<string, Uint8Array | undefined>();
      try {
        for (const number of numbers) {
          await pace.rest();
          const block = this.#blocks[number];
          changes.set(`${prefix}${number}`, block && block.size > 0 ? block.toBlob(schema) : undefined);
          this.#changed.delete(number);
        }
        await store.write(changes);
      } catch (error) {
        for (const number of numbers) this.#changed.add(number);
        throw error;
      }
    }
  }

  #find(key: string): { block: VectorBlock; number: number; row: number } | undefined {
    const place = this.#places.find(hashKey(toBytes(key)), (at) => this.#labelAt(at)?.key === key);
    const number = Math.floor(place / BLOCK_ROWS);
    const block = this.#blocks[number];
    return block && { block, number, row: place % BLOCK_ROWS };
  }

  #labelAt(place: number): VectorLabel | undefined {
    return this.#blocks[Math.floor(place / BLOCK_ROWS)]?.labelOf(place % BLOCK_ROWS);
  }

  #blockWithRoom(): number {
    while ((this.#blocks[this.#firstFree]?.size ?? 0) === BLOCK_ROWS) this.#firstFree += 1;
    if (this.#firstFree === this.#blocks.length) this.#blocks.push(new VectorBlock(this.dims));
    return this.#firstFree;
  }

  /** Puts a row that was read where its key is found. */
  #place(block: VectorBlock, number: number, row: number): void {
    if (block.isFree(row)) return;
    const hash = block.hashOf(row);
    const isSame = (at: number) => this.#labelAt(at)?.key === block.labelOf(row)?.key;
    if (!this.#places.has(hash) || this.#places.find(hash, isSame) === -1) {
      this.#places.add(hash, number * BLOCK_ROWS + row);
      this.#size += 1;
    } else {
      // It was moved, and a crash came between the two writes. One of the two is enough.
      block.remove(row);
      this.#changed.add(number);
    }
  }
}
