import type { Log } from '../../kernel/log.ts';
import { Pace } from '../../kernel/pace.ts';
import { openTextIndex, type TextIndex } from '../../recall/text/textIndex.ts';
import type { FileUpdate, IWorkspaceIndexStore } from '../../types/workspaceIndex.ts';
import type { WordedChunk } from '../chunk/chunkFile.ts';
import { Vectors } from './vectors.ts';

/** Changes with how files are cut or words are made: then all is read anew. */
const SCHEMA = 'chunks-1';
const KEYS_A_READ = 1000;
const PREFIX = 'text/';

/** A file as it is to be stored and found. */
export interface WordedFile extends FileUpdate {
  chunks: readonly WordedChunk[];
}

/** Files, chunks, words and vectors, kept in step. One for the whole process. */
export class Catalog {
  readonly store: IWorkspaceIndexStore;
  readonly text: TextIndex;
  readonly vectors: Vectors;

  private constructor(store: IWorkspaceIndexStore, text: TextIndex, log: Log) {
    this.store = store;
    this.text = text;
    this.vectors = new Vectors(store, log);
  }

  static async open(store: IWorkspaceIndexStore, log: Log): Promise<Catalog> {
    try {
      const text = await openTextIndex({ store: store.blobs, prefix: PREFIX, schema: SCHEMA });
      return new Catalog(store, text, log);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /**
   * Brings the words in step with the chunks, where a crash came between the two: files whose words are
   * missing will be read again, and words without a chunk go.
   */
  async repair(signal: AbortSignal): Promise<void> {
    const pace = new Pace(signal);
    let here = 0;
    for (let after = 0; ; ) {
      const keys = await this.store.keys(after, KEYS_A_READ);
      const last = keys.at(-1);
      if (!last) break;
      after = last.id;
      const missing = keys.filter(({ id, hash }) => this.text.versionOf(String(id)) !== hash);
      here += keys.length - missing.length;
      if (missing.length > 0) await this.store.forgetFiles(missing.map(({ id }) => id));
      await pace.rest();
    }
    if (this.text.size > here) await this.#dropStrays(pace);
  }

  async #dropStrays(pace: Pace): Promise<void> {
    const keys = [...this.text.entries()].map(([key]) => key);
    for (let at = 0; at < keys.length; at += KEYS_A_READ) {
      const some = keys.slice(at, at + KEYS_A_READ);
      const there = new Set((await this.store.chunks(some.map(Number))).map(({ id }) => String(id)));
      for (const key of some) if (!there.has(key)) this.text.remove(key);
      await pace.rest();
    }
  }

  /** Stores files and makes them found at once. Returns the chunks that are new. */
  async put(root: string, files: readonly WordedFile[], signal: AbortSignal): Promise<number[]> {
    const pace = new Pace(signal);
    const changes = await this.store.put(root, files);
    const added: number[] = [];
    for (const [i, { ids, removed }] of changes.entries()) {
      this.#remove(removed);
      for (const [n, chunk] of (files[i]?.chunks ?? []).entries()) {
        const key = String(ids[n]);
        if (this.text.versionOf(key) === chunk.hash) continue;
        this.text.add({ key, version: chunk.hash, tokens: chunk.tokens });
        added.push(Number(key));
        await pace.rest();
      }
    }
    return added;
  }

  async remove(root: string, paths: readonly string[], signal: AbortSignal): Promise<void> {
    const pace = new Pace(signal);
    for (let at = 0; at < paths.length; at += 50) {
      this.#remove(await this.store.remove(root, paths.slice(at, at + 50)));
      await pace.rest();
    }
  }

  async flush(): Promise<void> {
    await this.text.flush();
    await this.vectors.flush();
  }

  /** What is not on disk yet goes there first. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.store.close();
    }
  }

  #remove(ids: readonly number[]): void {
    for (const id of ids) {
      this.text.remove(String(id));
      this.vectors.remove(id);
    }
  }
}
