import path from 'node:path';
import type { EmbeddingJob, EmbeddingSource } from '../../types/recall.ts';
import type { StoredChunk } from '../../types/workspaceIndex.ts';
import { chunkText } from '../chunk/chunkText.ts';
import type { Source } from '../chunk/readSource.ts';
import type { Catalog } from './catalog.ts';

/** As much as a model of 256 tokens reads, in characters; it would pass over the rest. */
const MAX_TEXT = 1_200;
/** Ids that are read ahead, and those that someone looks at. */
const AHEAD = 512;
const MAX_WANTED = 1_000;
/** When a chunk whose file was changed is asked for again, in ms: by then the file was looked at. */
const STALE_MS = 15_000;

export interface SourceParts {
  /** Undefined until someone needed the index. */
  catalog(): Promise<Catalog> | undefined;
  /** What a file says now; undefined where it is gone. */
  read(root: string, path: string): Promise<Source | undefined>;
  /** A file that is not as the index has it. */
  onStale(root: string, path: string): void;
  clock(): number;
}

/** The chunks of a workspace as what is to be embedded: what was found, opened or saved of late first. */
export class WorkspaceEmbeddings implements EmbeddingSource {
  readonly name = 'workspace';
  readonly #parts: SourceParts;
  /** The last is the most urgent. */
  readonly #wanted = new Set<number>();
  #ahead: number[] = [];

  constructor(parts: SourceParts) {
    this.#parts = parts;
  }

  /** Somebody looks at these: they come first. */
  want(ids: readonly number[]): void {
    for (const id of ids) {
      this.#wanted.delete(id);
      this.#wanted.add(id);
    }
    for (const id of this.#wanted) {
      if (this.#wanted.size <= MAX_WANTED) break;
      this.#wanted.delete(id);
    }
  }

  /** Chunks came or went: what was read ahead may not be the best any more. */
  forget(): void {
    this.#ahead = [];
  }

  async waiting(...[stamp, limit, now]: Parameters<EmbeddingSource['waiting']>): Promise<EmbeddingJob[]> {
    const catalog = await this.#parts.catalog();
    if (!catalog) return [];
    await catalog.vectors.open(stamp);
    for (;;) {
      const chunks = await this.#next(catalog, limit, now);
      if (chunks.length === 0) return [];
      const jobs = await this.#toJobs(catalog, chunks);
      if (jobs.length > 0) return jobs;
    }
  }

  async store(...[stamp, vectors]: Parameters<EmbeddingSource['store']>): Promise<void> {
    const catalog = await this.#parts.catalog();
    if (!catalog) return;
    const { vectors: kept, store } = catalog;
    const index = await kept.open(stamp);
    const there = new Map((await store.chunks(vectors.map(({ id }) => Number(id)))).map((it) => [it.id, it]));
    const rows = vectors.flatMap(({ id, vector }) => {
      const chunk = there.get(Number(id));
      return chunk ? [{ id: chunk.id, hash: chunk.hash, vector }] : [];
    });
    for (const { id } of vectors) this.#settle(Number(id));
    await kept.add(index, rows);
  }

  async failed(ids: readonly string[], retryAt: number | undefined): Promise<void> {
    for (const id of ids) this.#settle(Number(id));
    await (await this.#parts.catalog())?.store.setFailed(ids.map(Number), retryAt);
  }

  async counts(): Promise<{ waiting: number; failed: number; embedded: number }> {
    const catalog = await this.#parts.catalog();
    if (!catalog) return { waiting: 0, failed: 0, embedded: 0 };
    const { store, vectors } = catalog;
    const { waiting, failed, embedded } = await store.counts();
    return { waiting: Math.max(0, waiting - vectors.unsaved), failed, embedded: embedded + vectors.unsaved };
  }

  #settle(id: number): void {
    this.#wanted.delete(id);
  }

  async #next(catalog: Catalog, limit: number, now: number): Promise<StoredChunk[]> {
    const { store, vectors } = catalog;
    const fresh = (ids: readonly number[]) => ids.filter((id) => !vectors.isUnsaved(id));
    const wanted = fresh([...this.#wanted].reverse()).slice(0, limit);
    const chunks = await store.stillWaiting(wanted, now);
    const have = new Set(chunks.map(({ id }) => id));
    for (const id of wanted) if (!have.has(id)) this.#wanted.delete(id);
    if (this.#ahead.length === 0) {
      this.#ahead = fresh(await store.waiting(AHEAD + vectors.unsaved, now));
    }
    while (chunks.length < limit && this.#ahead.length > 0) {
      const ids = fresh(this.#ahead.splice(0, limit - chunks.length)).filter((id) => !have.has(id));
      chunks.push(...(await store.stillWaiting(ids, now)));
    }
    return chunks;
  }

  /** Texts are read from the files as they are now; a chunk whose file was changed is left for later. */
  async #toJobs(catalog: Catalog, chunks: readonly StoredChunk[]): Promise<EmbeddingJob[]> {
    const sources = new Map<string, Promise<Source | undefined>>();
    const jobs: EmbeddingJob[] = [];
    const stale: number[] = [];
    for (const chunk of chunks) {
      const file = path.join(chunk.root, chunk.path);
      const reading = sources.get(file) ?? this.#parts.read(chunk.root, chunk.path);
      sources.set(file, reading);
      const source = await reading;
      if (source?.hash === chunk.fileHash) {
        const text = chunkText({ path: chunk.path, lines: source.lines, place: chunk }).slice(0, MAX_TEXT);
        jobs.push({ id: String(chunk.id), text, attempts: chunk.attempts });
      } else {
        stale.push(chunk.id);
        this.#parts.onStale(chunk.root, chunk.path);
      }
    }
    if (stale.length > 0) await catalog.store.postpone(stale, this.#parts.clock() + STALE_MS);
    return jobs;
  }
}
