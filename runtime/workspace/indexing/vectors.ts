import type { Log } from '../../kernel/log.ts';
import { dropIndex } from '../../recall/blobs.ts';
import { openVectorIndex, type VectorIndex } from '../../recall/vectors/vectorIndex.ts';
import type { EmbeddingStamp } from '../../types/recall.ts';
import type { IWorkspaceIndexStore } from '../../types/workspaceIndex.ts';

const PREFIX = 'vectors/';
const STAMP = 'stamp';
const IDS_A_READ = 1000;
/** Vectors that are found already but not on disk: a block of a thousand is written for each few. */
const UNSAVED = 512;
const FLUSH_MS = 5_000;

interface Opened {
  stamp: string;
  index: VectorIndex;
}

/**
 * The vectors of chunks, by the model of today alone: those of another model can't be compared with a
 * question, so they go when it changes.
 */
export class Vectors {
  readonly #store: IWorkspaceIndexStore;
  readonly #log: Log;
  #opened: Promise<Opened> | undefined;
  #stamp: string | undefined;
  #current: VectorIndex | undefined;
  readonly #unsaved = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: IWorkspaceIndexStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** The vectors made with a model; those of another are dropped. */
  async open(stamp: EmbeddingStamp): Promise<VectorIndex> {
    const wanted = JSON.stringify([stamp.model, stamp.dims, stamp.dtype, stamp.pooling, stamp.sha256]);
    if (this.#stamp !== wanted || !this.#opened) {
      const before = this.#opened;
      this.#stamp = wanted;
      this.#opened = this.#switch(before, wanted, stamp.dims);
      this.#opened.catch(() => {
        this.#stamp = undefined;
      });
    }
    return (await this.#opened).index;
  }

  /** Whether a chunk has a vector that is not yet marked so on disk. */
  isUnsaved(id: number): boolean {
    return this.#unsaved.has(id);
  }

  get unsaved(): number {
    return this.#unsaved.size;
  }

  /** Found from now on. */
  async add(
    index: VectorIndex,
    rows: readonly { id: number; hash: string; vector: Float32Array }[],
  ): Promise<void> {
    if (index !== this.#current) return;
    for (const { id, hash, vector } of rows) {
      index.add({ key: String(id), version: hash, vector });
      this.#unsaved.add(id);
    }
    if (this.#unsaved.size >= UNSAVED) return this.flush();
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: unknown) => {
        this.#log.warn(`workspace index: vectors were not saved: ${String(error)}`);
      });
    }, FLUSH_MS).unref();
  }

  remove(id: number): void {
    this.#current?.remove(String(id));
    this.#unsaved.delete(id);
  }

  /** Vectors first, then the marks: a crash in between embeds some chunks again, and loses none. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const index = this.#current;
    if (!index) return;
    const ids = [...this.#unsaved];
    await index.flush();
    if (ids.length > 0) await this.#store.setEmbedded(ids, true);
    for (const id of ids) this.#unsaved.delete(id);
  }

  async #switch(before: Promise<Opened> | undefined, stamp: string, dims: number): Promise<Opened> {
    await before?.catch(() => undefined);
    const store = this.#store;
    if ((await store.getNote(STAMP)) !== stamp) {
      this.#current = undefined;
      this.#unsaved.clear();
      await dropIndex(store.blobs, PREFIX);
      await store.forgetVectors();
      await store.setNote(STAMP, stamp);
    }
    const index = await openVectorIndex({ store: store.blobs, prefix: PREFIX, dims, schema: stamp });
    await this.#reconcile(index);
    this.#current = index;
    return { stamp, index };
  }

  /** Marks and vectors may differ after a crash: what has only one of the two waits again. */
  async #reconcile(index: VectorIndex): Promise<void> {
    const strays = new Set([...index.entries()].map(([key]) => key));
    for (let after = 0; ; ) {
      const ids = await this.#store.embeddedIds(after, IDS_A_READ);
      const last = ids.at(-1);
      if (last === undefined) break;
      after = last;
      const lost = ids.filter((id) => !strays.delete(String(id)));
      if (lost.length > 0) await this.#store.setEmbedded(lost, false);
    }
    for (const key of strays) index.remove(key);
  }
}
