import type { Clock } from '../kernel/clock.ts';
import { contentHash } from '../kernel/contentHash.ts';
import { Pace } from '../kernel/pace.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Memory, MemoryKind } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';
import type { BlobStore, EmbeddingStamp } from '../types/recall.ts';
import { Backlog } from './backlog.ts';
import { openTextIndex, type TextIndex } from './text/textIndex.ts';
import { tokenize } from './text/tokens.ts';
import { openVectorIndex, type VectorIndex } from './vectors/vectorIndex.ts';
import type { Stored } from './watchMemories.ts';

/** Rows that are read at once: about a millisecond of them. */
const PAGE = 200;
/** Of ids and versions alone, more. */
const VERSIONS = 1_000;
/** How long what changed stays in memory alone, in ms: a crash costs the next start the work, nothing else. */
const FLUSH_MS = 10_000;
/** How long what other processes did may go unseen, in ms. */
const LOOK_MS = 2_000;
/** More changes than this are found by comparing all. */
const MAX_CHANGED = 5_000;
/** Words of a text beyond this many are not indexed. */
const MAX_TOKENS = 20_000;
const TEXT = 'text/';
/** Changes when words are cut differently: the index is made anew then. */
const SCHEMA = 'words 1';

export interface MemoryIndexOptions {
  database: IDatabaseAdapter;
  agentId: Uuid;
  kinds: readonly MemoryKind[];
  /** Under which prefix of blobs it is kept; in memory alone without one. */
  prefix?: string;
  clock: Clock;
}

/**
 * The words and the vectors of an agent's memories of some kinds. What it finds are ids to be looked up: it may
 * be behind the database in what went, never in what came.
 */
export class MemoryIndex {
  readonly #options: MemoryIndexOptions;
  readonly #store: BlobStore;
  readonly #backlog: Backlog;
  readonly #embedded = new Set<Uuid>();
  /** One after the other: who searches waits for what another search began to take in. */
  #takingIn: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();
  #text: Promise<TextIndex> | undefined;
  #vectors: { of: string; index: Promise<VectorIndex> } | undefined;
  #lookedAt = 0;
  /** What went may still have words on disk: a crash came between, or a write failed. */
  #unclean = false;
  #flushing: NodeJS.Timeout | undefined;

  constructor(options: MemoryIndexOptions) {
    this.#options = options;
    this.#store = options.prefix === undefined ? volatile : options.database.blobs(options.prefix);
    this.#backlog = new Backlog(options.prefix === undefined ? undefined : this.#store);
  }

  /** Every change of memories is made through it: a crash in its middle makes the next start compare all. */
  during<T>(change: () => Promise<T>): Promise<T> {
    return this.#backlog.during(change);
  }

  /** Memories were stored or changed. */
  note(memories: readonly Stored[]): void {
    const { kinds } = this.#options;
    const ours = memories.filter(({ kind }) => kind === undefined || kinds.includes(kind));
    if (ours.length === 0) return;
    this.#backlog.add(ours.map(({ id }) => id));
    if (this.#backlog.complete) this.#flushSoon();
  }

  /** An answer has grown: it is taken in once it is whole. */
  noteGrown(id: Uuid): void {
    this.#backlog.addGrowing(id);
  }

  /** Something changed that nobody can name. */
  compare(): void {
    this.#backlog.lose();
    this.#vectors = undefined;
  }

  /** Memories were given a vector. */
  noteEmbedded(ids: readonly Uuid[]): void {
    if (!this.#vectors) return;
    for (const id of ids) this.#embedded.add(id);
    if (this.#embedded.size <= MAX_CHANGED) return;
    this.#embedded.clear();
    this.#vectors = undefined;
  }

  /** The words, with all that was stored until now. */
  async text(): Promise<TextIndex> {
    this.#text ??= this.#openText().catch((error: unknown) => {
      this.#text = undefined;
      throw error;
    });
    const index = await this.#text;
    await this.#inTurn(() => this.#takeIn(index));
    return index;
  }

  /** The vectors of a stamp, with all that were stored until now. Those of another are let go. */
  async vectors(stamp: EmbeddingStamp): Promise<VectorIndex> {
    const of = JSON.stringify(stamp);
    const text = await this.text();
    if (this.#vectors?.of !== of) this.#vectors = { of, index: this.#openVectors(stamp, of, text) };
    const vectors = await this.#vectors.index.catch((error: unknown) => {
      this.#vectors = undefined;
      throw error;
    });
    await this.#inTurn(async () => {
      const ids = [...this.#embedded];
      if (ids.length === 0) return;
      for (const row of await this.#options.database.getEmbeddingsByIds(stamp, ids)) {
        vectors.add({ key: row.id, version: row.version, vector: row.vector });
      }
      for (const id of ids) this.#embedded.delete(id);
    });
    return vectors;
  }

  /** These went, or some that nobody can name. Nothing of them is left when it settles, on disk either. */
  async forget(ids?: readonly Uuid[]): Promise<void> {
    if (!this.#text && (await this.#store.list()).length === 0) return;
    const index = await this.text();
    await this.#inTurn(() =>
      ids ? this.#backlog.take(ids, () => this.#remove(index, ids)) : this.#sync(index),
    );
    if (this.#unclean) await this.#purge(index);
  }

  /** Another process may have changed what is stored. */
  async look(): Promise<void> {
    const now = this.#options.clock();
    if (!this.#text || now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const index = await this.#text;
    await this.#inTurn(() => this.#sync(index));
  }

  async close(): Promise<void> {
    clearTimeout(this.#flushing);
    await this.#flush().catch(() => undefined); // the next start does it again
    this.#closing.abort();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#takingIn.then(work);
    this.#takingIn = done.catch(() => undefined);
    return done;
  }

  async #openText(): Promise<TextIndex> {
    const index = await openTextIndex({
      store: this.#store,
      prefix: TEXT,
      schema: SCHEMA,
      signal: this.#closing.signal,
    });
    await this.#backlog.learn();
    if (index.opened === 'whole') await this.#takeIn(index);
    else await this.#sync(index);
    // What other hands did to the database shows in how many memories there are.
    if (index.size !== (await this.#count())) await this.#sync(index);
    return index;
  }

  #count(): Promise<number> {
    const { database, agentId, kinds } = this.#options;
    return database.countMemories({ agentId, kinds });
  }

  /** Makes the index say what the database says. */
  async #sync(index: TextIndex): Promise<void> {
    await this.#backlog.compare(() => this.#addMissing(index));
    this.#flushSoon();
  }

  async #addMissing(index: TextIndex): Promise<void> {
    const { database, agentId, kinds } = this.#options;
    const present = new Set<Uuid>();
    const pace = new Pace(this.#closing.signal);
    for (let cursor: string | undefined; ; ) {
      const page = await database.getMemoryVersions({
        agentId,
        kinds,
        limit: VERSIONS,
        ...(cursor !== undefined && { cursor }),
      });
      for (const { id } of page.items) present.add(id);
      const missing = page.items.filter(({ id, version }) => index.versionOf(id) !== version);
      for (let at = 0; at < missing.length; at += PAGE) {
        await this.#add(index, missing.slice(at, at + PAGE));
        await pace.rest();
      }
      await pace.rest();
      cursor = page.next;
      if (cursor === undefined) break;
    }
    const gone: Uuid[] = [];
    let seen = 0;
    for (const [id] of index.entries()) {
      if (!present.has(id)) gone.push(id);
      if (++seen % VERSIONS === 0) await pace.rest();
    }
    await this.#remove(index, gone);
  }

  async #remove(index: TextIndex, ids: readonly Uuid[]): Promise<void> {
    const vectors = await this.#vectors?.index.catch(() => undefined);
    for (const id of ids) {
      if (index.remove(id)) this.#unclean = true;
      vectors?.remove(id);
    }
  }

  async #takeIn(index: TextIndex): Promise<void> {
    if (!this.#backlog.complete) await this.#sync(index);
    const ids = this.#backlog.names;
    if (ids.length === 0) return;
    const pace = new Pace(this.#closing.signal);
    for (let at = 0; at < ids.length; at += PAGE) {
      const part = ids.slice(at, at + PAGE);
      await this.#backlog.take(part, () =>
        this.#add(
          index,
          part.map((id) => ({ id })),
        ),
      );
      await pace.rest();
    }
    this.#flushSoon();
  }

  async #add(index: TextIndex, rows: readonly { id: Uuid; version?: string }[]): Promise<void> {
    if (rows.length === 0) return;
    const { database, agentId, kinds } = this.#options;
    const memories = await database.getMemoriesByIds(rows.map(({ id }) => id));
    const byId = new Map(memories.map((memory) => [memory.id, memory]));
    const vectors = await this.#vectors?.index.catch(() => undefined);
    for (const { id, version } of rows) {
      const memory = byId.get(id);
      const isOurs = memory?.agentId === agentId && kinds.includes(memory.kind);
      const given = isOurs ? document(memory, version) : undefined;
      if (vectors && vectors.versionOf(id) !== given?.version) vectors.remove(id);
      if (given) index.add(given);
      else index.remove(id);
    }
  }

  #flushSoon(): void {
    if (this.#options.prefix === undefined) return;
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined;
      // A write that fails is made with the next one.
      this.#flush().catch(() => undefined);
    }, FLUSH_MS).unref();
  }

  /** Writes what changed, then what is still lacking. */
  async #flush(): Promise<void> {
    const index = await this.#text?.catch(() => undefined);
    const { signal } = this.#closing;
    const settled = await this.#backlog.settle(async () => {
      if (index) await (this.#unclean ? this.#purge(index) : index.flush(signal));
    });
    if (!settled && !signal.aborted) this.#flushSoon();
  }

  async #purge(index: TextIndex): Promise<void> {
    await index.purge(this.#closing.signal);
    this.#unclean = false;
  }

  async #openVectors(stamp: EmbeddingStamp, schema: string, text: TextIndex): Promise<VectorIndex> {
    // Kept in memory alone: the vectors themselves lie in the database, and are read faster than compared.
    const index = await openVectorIndex({ store: volatile, prefix: 'vectors/', dims: stamp.dims, schema });
    const pace = new Pace(this.#closing.signal);
    for (let after: Uuid | undefined; ; ) {
      const rows = await this.#options.database.getEmbeddings({
        stamp,
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      for (const { id, version, vector } of rows) {
        if (text.versionOf(id) !== undefined) index.add({ key: id, version, vector });
      }
      await pace.rest();
      after = rows.at(-1)?.id;
      if (rows.length < PAGE) return index;
    }
  }
}

function document({ id, content }: Memory, version: string | undefined) {
  const tokens = tokenize(content.text).slice(0, MAX_TOKENS);
  return { key: id, version: version ?? contentHash(content.text), tokens };
}

/** Keeps nothing. */
const volatile: BlobStore = {
  list: async () => [],
  read: async () => new Map(),
  write: async () => {},
};
