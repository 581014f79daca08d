import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { EmbeddingSource, IEmbedder } from '../../types/recall.ts';
import type { IWorkspaceIndexStore } from '../../types/workspaceIndex.ts';
import { Chunker } from '../chunk/chunker.ts';
import { Catalog } from './catalog.ts';
import { WorkspaceEmbeddings } from './embeddingSource.ts';
import { Indexer, type IndexProgress } from './indexer.ts';
import { type FoundChunk, presentChunks, readPresent } from './present.ts';
import type { RootRequest } from './roots.ts';
import { findCandidates, type IndexQuery } from './search.ts';

/** After this long, a question lets the folder be looked at again, in ms: not every host tells of changes. */
const RELOOK_MS = 60_000;
const PAUSED = 'paused';
const NOTHING = { ready: false, files: 0, chunks: 0, waiting: 0, failed: 0, bytes: 0 };

export interface WorkspaceIndexOptions {
  /** Whether there is a store to be opened: where there is none, a question makes none. */
  isMade(): boolean;
  /** Opens the store; `fresh` throws away what is there. */
  openStore(fresh: boolean): Promise<IWorkspaceIndexStore>;
  /** Without one, words alone decide. */
  embedder?: IEmbedder;
  /** What an open editor shows of a file, saved or not. */
  live?(absolute: string): string | undefined;
  /** Settles when nobody waits for an answer. */
  idle?(signal: AbortSignal): Promise<void>;
  /** There are chunks that want a vector. */
  onWaiting?(): void;
  clock: () => number;
  log: Log;
}

export interface IndexStatus extends IndexProgress {
  /** Whether all files were seen once, so that the index is what is searched. */
  ready: boolean;
  files: number;
  chunks: number;
  /** Chunks without a vector, and those of them that were given up. */
  waiting: number;
  failed: number;
  bytes: number;
}

/** The index over the folders of a workspace. */
export interface WorkspaceIndex {
  /** What of the index wants a vector. */
  readonly embeddings: EmbeddingSource;
  /** Looks at folders, or paths in them, in the background. */
  ask(requests: readonly RootRequest[]): void;
  /** Throws all away and begins anew. */
  rebuild(requests: readonly RootRequest[]): Promise<void>;
  /** How far it is, until it rests. */
  watch(signal: AbortSignal): AsyncGenerator<IndexProgress, IndexProgress, void>;
  /** Whether all files of a folder were seen once. */
  isReady(root: string): Promise<boolean>;
  search(query: IndexQuery): Promise<FoundChunk[]>;
  /** Lets a folder be looked at that was not for a while. */
  refresh(root: string, exclude: readonly string[]): void;
  status(roots: readonly string[]): Promise<IndexStatus>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** Opens nothing before it is needed. One for the whole process. */
export function createWorkspaceIndex(options: WorkspaceIndexOptions): WorkspaceIndex {
  return new Index(options);
}

class Index implements WorkspaceIndex {
  readonly embeddings: WorkspaceEmbeddings;
  readonly #options: WorkspaceIndexOptions;
  readonly #chunker = new Chunker();
  readonly #indexer: Indexer;
  #catalog: Promise<Catalog> | undefined;
  #closed = false;

  constructor(options: WorkspaceIndexOptions) {
    this.#options = options;
    this.embeddings = new WorkspaceEmbeddings({
      catalog: () => (this.#closed ? undefined : this.#catalog),
      read: (root, relative) => readPresent(this.#chunker, path.join(root, relative), relative),
      onStale: (root, relative) => {
        // What is typed gets its vector once it is saved.
        if (this.#live(path.join(root, relative)) === undefined) this.#stale(root, relative);
      },
      clock: options.clock,
    });
    this.#indexer = new Indexer({
      catalog: () => this.#open(),
      chunker: this.#chunker,
      live: (absolute) => this.#live(absolute),
      idle: options.idle ?? (async () => {}),
      onChunks: (ids, saved) => {
        if (saved) this.embeddings.want(ids);
        this.embeddings.forget();
        if (ids.length > 0) options.onWaiting?.();
      },
      onDamage: () => this.#begin(),
      now: () => performance.now(),
      log: options.log,
    });
  }

  ask(requests: readonly RootRequest[]): void {
    for (const request of requests) this.#indexer.ask(request);
  }

  async rebuild(requests: readonly RootRequest[]): Promise<void> {
    await this.#begin();
    this.ask(requests);
  }

  watch(signal: AbortSignal): AsyncGenerator<IndexProgress, IndexProgress, void> {
    return this.#indexer.watch(signal);
  }

  async isReady(root: string): Promise<boolean> {
    if (!this.#catalog && !this.#options.isMade()) return false;
    try {
      return await (await this.#open()).store.isComplete(root);
    } catch {
      return false;
    }
  }

  refresh(root: string, exclude: readonly string[]): void {
    this.#indexer.roots.askIfOlder(root, exclude, RELOOK_MS);
    this.#indexer.start();
  }

  async search(query: IndexQuery): Promise<FoundChunk[]> {
    const catalog = await this.#open();
    const candidates = await findCandidates(query, {
      catalog,
      embedder: this.#options.embedder,
      onFound: (ids) => this.embeddings.want([...ids].reverse()),
    });
    return presentChunks(candidates, query.limit, {
      chunker: this.#chunker,
      live: (absolute) => this.#live(absolute),
      onStale: (root, relative) => this.#stale(root, relative),
    });
  }

  async status(roots: readonly string[]): Promise<IndexStatus> {
    if (!this.#catalog && !this.#options.isMade()) return { ...this.#indexer.progress, ...NOTHING };
    const { store, vectors } = await this.#open();
    const { files, chunks, waiting, failed } = await store.counts(roots);
    const complete = await Promise.all(roots.map((root) => store.isComplete(root)));
    return {
      ...this.#indexer.progress,
      ready: complete.length > 0 && complete.every(Boolean),
      files,
      chunks,
      waiting: Math.max(0, waiting - vectors.unsaved),
      failed,
      bytes: store.bytes(),
    };
  }

  async pause(): Promise<void> {
    this.#indexer.pause();
    await (await this.#open()).store.setNote(PAUSED, 'yes');
  }

  async resume(): Promise<void> {
    await (await this.#open()).store.setNote(PAUSED, 'no');
    this.#indexer.resume();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const stopped = this.#indexer.close();
    await this.#chunker.close();
    await stopped;
    await (await this.#catalog?.catch(() => undefined))?.close();
  }

  #live(absolute: string): string | undefined {
    return this.#options.live?.(absolute);
  }

  #stale(root: string, relative: string): void {
    this.#indexer.ask({ root, exclude: this.#indexer.roots.excludeOf(root), paths: [relative] });
  }

  #open(): Promise<Catalog> {
    if (this.#closed) throw new ZoeyError('server_stopped', 'The index was closed.');
    this.#catalog ??= this.#load(false).catch((error: unknown) => {
      this.#catalog = undefined;
      throw error;
    });
    return this.#catalog;
  }

  async #load(fresh: boolean): Promise<Catalog> {
    const store = await this.#options.openStore(fresh);
    if ((await store.getNote(PAUSED)) === 'yes') this.#indexer.pause();
    return Catalog.open(store, this.#options.log);
  }

  /** From nothing. Work under way fails, and is asked for again. */
  async #begin(): Promise<void> {
    const before = this.#catalog;
    this.#catalog = (async () => {
      await (await before?.catch(() => undefined))?.close().catch(() => undefined);
      return this.#load(true);
    })();
    await this.#catalog;
    this.#indexer.roots.askAll();
    this.#indexer.start();
  }
}
