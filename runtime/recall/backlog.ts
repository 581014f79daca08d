import type { Uuid } from '../types/primitives.ts';
import type { BlobStore } from '../types/recall.ts';
import { Watermark } from './watermark.ts';

/** More changes than this are found by comparing all. */
const MAX_NAMED = 5_000;

/** Which memories an index lacks: each by its name while they are few, and known to the next start. */
export class Backlog {
  readonly #watermark: Watermark | undefined;
  /** Stored or changed since they were looked at last. */
  readonly #changed = new Set<Uuid>();
  /** Answers being written, to be looked at by the next start where this one ends before them. */
  readonly #growing = new Set<Uuid>();
  /** Whether those are all: from when the index was compared, or its watermark was read. */
  #complete = false;
  #learning: Promise<void> | undefined;
  /** Changes of memories that are under way. */
  #changing = 0;
  /** Takings-in that are under way, and how many began or ended. */
  #taking = 0;
  #taken = 0;

  /** @param store Where the next start finds it; with the process it goes without one. */
  constructor(store: BlobStore | undefined) {
    this.#watermark = store && new Watermark(store);
  }

  /** Whether all that is lacking has a name; else the index has to be compared. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Those that are known. */
  get names(): Uuid[] {
    return [...this.#changed];
  }

  /** Every change of memories is made through it: a crash in its middle makes the next start compare all. */
  async during<T>(change: () => Promise<T>): Promise<T> {
    if (!this.#watermark) return change();
    this.#changing += 1;
    try {
      await this.learn();
      await this.#watermark.remove();
      return await change();
    } finally {
      this.#changing -= 1;
    }
  }

  /** What the last process left, once. */
  async learn(): Promise<void> {
    this.#learning ??= this.#readWatermark();
    await this.#learning.catch((error: unknown) => {
      this.#learning = undefined;
      throw error;
    });
  }

  async #readWatermark(): Promise<void> {
    const ids = await this.#watermark?.read();
    for (const id of ids ?? []) this.#changed.add(id);
    this.#complete = ids !== undefined;
  }

  /** Memories were stored or changed. */
  add(ids: Iterable<Uuid>): void {
    for (const id of ids) {
      this.#growing.delete(id);
      if (this.#complete) this.#changed.add(id);
    }
    if (this.#changed.size > MAX_NAMED) this.lose();
  }

  /** An answer has grown: it is lacking once it is whole. */
  addGrowing(id: Uuid): void {
    this.#growing.add(id);
    if (this.#growing.size > MAX_NAMED) this.lose();
  }

  /** Something changed that has no name. */
  lose(): void {
    this.#changed.clear();
    this.#growing.clear();
    this.#complete = false;
  }

  /** Makes the index equal to all that there is. What changes from now on has a name. */
  async compare(work: () => Promise<void>): Promise<void> {
    this.#complete = true;
    try {
      await this.#take(work);
    } catch (error) {
      this.lose();
      throw error;
    }
  }

  /** Takes these in. What of them changes from now on is lacking again. */
  async take(ids: readonly Uuid[], work: () => Promise<void>): Promise<void> {
    for (const id of ids) this.#changed.delete(id);
    try {
      await this.#take(work);
    } catch (error) {
      this.add(ids);
      throw error;
    }
  }

  async #take(work: () => Promise<void>): Promise<void> {
    this.#taking += 1;
    this.#taken += 1;
    try {
      await work();
    } finally {
      this.#taking -= 1;
      this.#taken += 1;
    }
  }

  /** Writes the index, then what it lacks. False where both changed meanwhile: it is to be done again. */
  async settle(write: () => Promise<void>): Promise<boolean> {
    const taken = this.#taken;
    await write();
    if (!this.#watermark || !this.#complete) return true;
    if (this.#taken !== taken || this.#taking > 0 || this.#changing > 0) return false;
    await this.#watermark.write([...this.#changed, ...this.#growing]);
    return true;
  }
}
