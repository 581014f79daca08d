import type { BlobStore } from '../../runtime/types/recall.ts';

/** Blobs in memory. Copies go in and out, as they do where blobs are on disk. */
export class MemoryBlobs implements BlobStore {
  readonly blobs = new Map<string, Uint8Array>();
  /** Bytes given to `write` so far. */
  written = 0;
  /** The next write fails: without effect, or after it took effect. */
  fault: 'before' | 'after' | undefined;

  async list(): Promise<{ name: string; bytes: number }[]> {
    return [...this.blobs].map(([name, { length }]) => ({ name, bytes: length }));
  }

  async read(names: readonly string[]): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const name of names) {
      const blob = this.blobs.get(name);
      if (blob) found.set(name, blob.slice());
    }
    return found;
  }

  async write(changes: ReadonlyMap<string, Uint8Array | undefined>): Promise<void> {
    const { fault } = this;
    this.fault = undefined;
    if (fault === 'before') throw new Error('The disk failed.');
    for (const [name, blob] of changes) {
      if (blob) this.blobs.set(name, blob.slice());
      else this.blobs.delete(name);
      this.written += blob?.length ?? 0;
    }
    if (fault === 'after') throw new Error('The disk failed after all was written.');
  }

  /** Whether any blob, or its name, has this text. */
  has(text: string): boolean {
    return [...this.blobs].some(([name, blob]) => name.includes(text) || Buffer.from(blob).includes(text));
  }
}
