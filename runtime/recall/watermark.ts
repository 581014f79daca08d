import type { Uuid } from '../types/primitives.ts';
import type { BlobStore } from '../types/recall.ts';
import { packBlob, unpackBlob } from './blobs.ts';

const NAME = 'watermark';
const FORMAT = 401;

/**
 * What an index on disk lacks, kept beside it, so that opening costs as much as changed since. It is removed before
 * memories change and written again once it is known what changed: without it, all is compared.
 */
export class Watermark {
  readonly #store: BlobStore;
  #removal: Promise<void> | undefined;

  constructor(store: BlobStore) {
    this.#store = store;
  }

  /** Undefined where nobody knows. */
  async read(): Promise<Uuid[] | undefined> {
    const blob = (await this.#store.read([NAME])).get(NAME);
    const parts = blob && unpackBlob(blob, FORMAT);
    return parts?.bytes(0).toString().split('\n').filter(Boolean);
  }

  /** Settles when it is gone from disk. */
  async remove(): Promise<void> {
    this.#removal ??= this.#store.write(new Map([[NAME, undefined]]));
    try {
      await this.#removal;
    } catch (error) {
      this.#removal = undefined;
      throw error;
    }
  }

  /** What is asked of the store is done in order: a removal after this call removes it. */
  async write(ids: Iterable<Uuid>): Promise<void> {
    this.#removal = undefined;
    await this.#store.write(new Map([[NAME, packBlob(FORMAT, [Buffer.from([...ids].join('\n'))])]]));
  }
}
