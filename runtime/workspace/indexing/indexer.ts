import path from 'node:path';
import { throwIfAborted, ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { Bell } from '../../recall/queue/bell.ts';
import type { IndexedFile } from '../../types/workspaceIndex.ts';
import type { Chunker } from '../chunk/chunker.ts';
import { languageOf } from '../chunk/languages.ts';
import type { ChunkResult } from '../chunk/work.ts';
import type { Catalog, WordedFile } from './catalog.ts';
import { type ChangedFile, planLook, SHOWN } from './plan.ts';
import { type RootRequest, Roots, type RootWork } from './roots.ts';

/** Files that the chunker cuts in one go. While it does, those before are stored. */
const BATCH = 16;
/** How often all folders are looked at, in ms: not every change is told of. */
const LOOK_MS = 5 * 60_000;
/** How long after the last change what is only in memory goes to disk, in ms. */
const FLUSH_MS = 1_000;
/** Chunks that a crash may cost: their words are made again. */
const UNSAVED = 4_000;

export interface IndexerOptions {
  catalog(): Promise<Catalog>;
  chunker: Chunker;
  /** What an open editor shows of a file, saved or not. */
  live(absolute: string): string | undefined;
  /** Settles when nobody waits for an answer. */
  idle(signal: AbortSignal): Promise<void>;
  /** New chunks, and whether they come from a file that was just saved. */
  onChunks(ids: readonly number[], saved: boolean): void;
  /** The index can't be used any more, and is to begin anew. */
  onDamage(): Promise<void>;
  now(): number;
  log: Log;
}

/** How far the work at hand is. */
export interface IndexProgress {
  state: 'idle' | 'indexing' | 'paused';
  /** Files of the work at hand, and those of them that are done. */
  done: number;
  total: number;
}

/** Keeps the catalog like the folders: in the background, a few files at a time, what was just saved first. */
export class Indexer {
  readonly roots: Roots;
  readonly #options: IndexerOptions;
  readonly #closing = new AbortController();
  readonly #changed = new Bell();
  readonly #looks: NodeJS.Timeout;
  #paused = false;
  #running: Promise<void> | undefined;
  #repaired: Catalog | undefined;
  #done = 0;
  #total = 0;
  #unsaved = 0;
  #flush: NodeJS.Timeout | undefined;

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.roots = new Roots(options.now);
    this.#looks = setInterval(() => {
      this.roots.askAll();
      this.start();
    }, LOOK_MS).unref();
  }

  get progress(): IndexProgress {
    const busy = this.#running !== undefined || this.roots.waits();
    const state = this.#paused ? 'paused' : busy ? 'indexing' : 'idle';
    return { state, done: this.#done, total: this.#total };
  }

  ask(request: RootRequest): void {
    this.roots.ask(request);
    this.start();
  }

  /** Does what waits, where it is not at it already. Returns at once. */
  start(): void {
    if (this.#running || this.#closing.signal.aborted || !this.roots.waits()) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#changed.ring();
      // Something was asked for as the last look ended.
      if (!this.#paused) this.start();
    });
    this.#changed.ring();
  }

  pause(): void {
    this.#paused = true;
    this.#changed.ring();
  }

  resume(): void {
    this.#paused = false;
    this.#changed.ring();
    this.start();
  }

  /** The state now and as it changes, until nothing waits, or it is paused. */
  async *watch(signal: AbortSignal): AsyncGenerator<IndexProgress, IndexProgress, void> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    for (;;) {
      const seen = this.#changed.rings;
      const now = this.progress;
      if (now.state !== 'indexing' || either.aborted) return now;
      yield now;
      await this.#changed.after(seen, { signal: either });
      throwIfAborted(signal);
    }
  }

  /** Stops between two batches. */
  async close(): Promise<void> {
    clearInterval(this.#looks);
    clearTimeout(this.#flush);
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    this.#done = 0;
    this.#total = 0;
    try {
      const catalog = await this.#options.catalog();
      if (this.#repaired !== catalog) await catalog.repair(signal);
      this.#repaired = catalog;
      while (this.roots.waits()) {
        await this.#resumed();
        const work = this.roots.takePaths() ?? this.roots.takeWhole();
        if (work) await this.#look(catalog, work);
      }
    } catch (error) {
      if (!signal.aborted) await this.#failed(ZoeyError.from(error));
    }
  }

  async #failed(error: ZoeyError): Promise<void> {
    this.#options.log.warn(`workspace index: ${error.message}`);
    if (error.code === 'storage_corrupt') await this.#options.onDamage();
  }

  async #look(catalog: Catalog, work: RootWork): Promise<void> {
    const { signal } = this.#closing;
    const { root, exclude, within } = work;
    const isShown = (absolute: string) => this.#options.live(absolute) !== undefined;
    const plan = await planLook(catalog.store, root, { exclude, signal, isShown, ...(within && { within }) });
    this.#total += plan.changed.length;
    await catalog.remove(root, plan.removed, signal);
    if (plan.removed.length > 0) this.#changes(catalog, plan.removed.length);
    await this.#index(catalog, work, plan.changed);
    if (!within) await catalog.store.setComplete(root, true);
  }

  /** The chunker cuts the next batch while this one is stored. */
  async #index(catalog: Catalog, work: RootWork, files: readonly ChangedFile[]): Promise<void> {
    let next = this.#cut(files.slice(0, BATCH));
    for (let at = 0; at < files.length; at += BATCH) {
      const results = await next;
      await this.#resumed();
      // A few files that were saved cost less than asking.
      if (!work.within) await this.#options.idle(this.#closing.signal);
      next = this.#cut(files.slice(at + BATCH, at + 2 * BATCH));
      await this.#store(catalog, work, { files: files.slice(at, at + BATCH), results });
      // What was saved meanwhile does not wait for the rest of a whole folder.
      const saved = work.within ? undefined : this.roots.takePaths();
      if (saved) await this.#look(catalog, saved);
    }
  }

  async #cut(files: readonly ChangedFile[]): Promise<ChunkResult[]> {
    if (files.length === 0) return [];
    const tasks = files.map(({ path, absolute, bytes, known }) => {
      const text = bytes === SHOWN ? this.#options.live(absolute) : undefined;
      const what = text === undefined ? { type: 'file' as const, absolute } : { type: 'text' as const, text };
      return { ...what, path, ...(known && { known }) };
    });
    try {
      return await this.#options.chunker.run(tasks);
    } catch (error) {
      if (this.#closing.signal.aborted) return [];
      if (files.length === 1) {
        this.#options.log.warn(`workspace index: ${files[0]?.path}: ${ZoeyError.from(error).message}`);
        return [{ type: 'nothing' }];
      }
      const results: ChunkResult[] = [];
      for (const file of files) results.push(...(await this.#cut([file])));
      return results;
    }
  }

  async #store(
    catalog: Catalog,
    work: RootWork,
    { files, results }: { files: readonly ChangedFile[]; results: readonly ChunkResult[] },
  ): Promise<void> {
    const { signal } = this.#closing;
    throwIfAborted(signal);
    const same: IndexedFile[] = [];
    const changed: WordedFile[] = [];
    for (const [i, { path, bytes, mtimeMs }] of files.entries()) {
      const result = results[i];
      if (result?.type === 'same') same.push({ path, bytes, mtimeMs, hash: result.hash });
      else changed.push({ path, bytes, mtimeMs, ...contentOf(path, result) });
    }
    if (same.length > 0) await catalog.store.touch(work.root, same);
    const added = changed.length > 0 ? await catalog.put(work.root, changed, signal) : [];
    this.#options.onChunks(added, work.within !== undefined);
    this.#done += files.length;
    this.#changes(catalog, added.length);
    this.#changed.ring();
  }

  /** What is found already goes to disk after a while, or after very much of it. */
  #changes(catalog: Catalog, count: number): void {
    this.#unsaved += count;
    clearTimeout(this.#flush);
    const save = () => {
      this.#unsaved = 0;
      catalog.flush().catch((error: unknown) => void this.#failed(ZoeyError.from(error)));
    };
    if (this.#unsaved >= UNSAVED) save();
    else this.#flush = setTimeout(save, FLUSH_MS).unref();
  }

  /** Waits while it is paused. */
  async #resumed(): Promise<void> {
    const { signal } = this.#closing;
    for (let seen = this.#changed.rings; this.#paused && !signal.aborted; seen = this.#changed.rings) {
      await this.#changed.after(seen, { signal });
    }
    throwIfAborted(signal);
  }
}

/** A file without anything to read is remembered as such, so that it is not opened again and again. */
function contentOf(file: string, result: ChunkResult | undefined) {
  if (result?.type === 'chunks') {
    const { hash, language, chunks } = result;
    return { hash, language, chunks };
  }
  return { hash: 'nothing', language: languageOf(path.basename(file)).id, chunks: [] };
}
