import { redact } from '../guard/secrets.ts';
import type { Clock } from '../kernel/clock.ts';
import { within } from '../kernel/deadline.ts';
import { throwIfAborted } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Memory, MemoryKind } from '../types/memory.ts';
import type { MemoryFilter } from '../types/memoryFilter.ts';
import type { Timestamp, Uuid } from '../types/primitives.ts';
import type { IEmbedder } from '../types/recall.ts';
import { type Fused, fuseMemories } from './fusion.ts';
import { type Asked, byDatabase, byIndex, type NearestInMeaning } from './meaning.ts';
import { MemoryIndex } from './memoryIndex.ts';
import { exactWords } from './text/exactWords.ts';
import { queryTokens } from './text/tokens.ts';
import { findUpdates, type Updates } from './updates.ts';
import type { Stored } from './watchMemories.ts';

/** What was told or learnt; the messages of conversations are searched where they are asked for. */
export const TOLD: readonly MemoryKind[] = ['note', 'fact', 'document'];

/** What is kept in one index, and what in the other, which is opened by those alone who ask for messages. */
const TOLD_AND_PARTS: readonly MemoryKind[] = [...TOLD, 'fragment'];
const SAID: readonly MemoryKind[] = ['message'];

/** Found by both sides for each one that is given. */
const CANDIDATES = 5;
const LEAST_CANDIDATES = 50;
/** Of so many, the nearest, it is seen which tells of a change in another. */
const COMPARED = 50;
/** Times as many, where they were parts of few. */
const MORE = 20;
/** Among more memories than this, a search in one conversation looks at the newest of it alone. */
const MAX_SCOPE = 20_000;
/** A memory with no word in common is given where it is at least so near: below that, nothing is alike. */
const LEAST_MEANING = 0.2;
const PATIENCE_MS = 3_000;
const MAX_QUESTION = 2_000;

export interface RecallQuery {
  query: string;
  limit: number;
  /** Told or learnt, where none are named. */
  kinds?: readonly MemoryKind[] | undefined;
  roomId?: Uuid | undefined;
  entityId?: Uuid | undefined;
  /** Made at that time or later. */
  start?: Timestamp | undefined;
  /** Made before that time. */
  before?: Timestamp | undefined;
  /** How long the question may take to be embedded, in ms; 3 s otherwise. Search is by words then. */
  patienceMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface Recalled {
  memory: Memory;
  /** Of a long memory, the part that speaks most of what was asked. */
  snippet?: string;
  /** From 0 to 1. */
  score: number;
  /** The parts of the score. */
  why: Fused['why'];
}

export interface MemoryRecallOptions {
  database: IDatabaseAdapter;
  agentId: Uuid;
  embedder: IEmbedder;
  /** Other processes write the same database: what is indexed is kept in memory alone and looked up anew. */
  shared: boolean;
  clock: Clock;
  log: Log;
}

/** Finds memories by meaning and by words. What was stored a moment ago is found. */
export class MemoryRecall {
  readonly #options: MemoryRecallOptions;
  readonly #told: MemoryIndex;
  readonly #said: MemoryIndex;
  readonly #nearest: NearestInMeaning;

  constructor(options: MemoryRecallOptions) {
    this.#options = options;
    const index = (kinds: readonly MemoryKind[], prefix: string) =>
      new MemoryIndex({ ...options, kinds, ...(!options.shared && { prefix }) });
    this.#told = index(TOLD_AND_PARTS, 'told/');
    this.#said = index(SAID, 'said/');
    this.#nearest = options.shared ? byDatabase(options.database) : byIndex;
  }

  /** Every change of memories is made through it. */
  during<T>(change: () => Promise<T>): Promise<T> {
    return this.#told.during(() => this.#said.during(change));
  }

  /** Memories were stored or changed. */
  note(memories: readonly Stored[]): void {
    for (const index of this.#all) index.note(memories);
  }

  /** An answer has grown, and goes on. */
  noteGrown(id: Uuid): void {
    this.#said.noteGrown(id);
  }

  /** Memories were given a vector. */
  noteEmbedded(ids: readonly Uuid[]): void {
    for (const index of this.#all) index.noteEmbedded(ids);
  }

  /** Something changed that nobody can name: the next search looks first. */
  compare(): void {
    for (const index of this.#all) index.compare();
  }

  /** These were removed, or some that nobody can name: settles when no index holds a word of theirs. */
  async forget(ids?: readonly Uuid[]): Promise<void> {
    for (const index of this.#all) await index.forget(ids);
  }

  /** The best first. Without an embedder, or where it fails, by words alone. */
  async search({
    query,
    limit,
    patienceMs = PATIENCE_MS,
    signal,
    ...scope
  }: RecallQuery): Promise<Recalled[]> {
    const kinds = scope.kinds ?? TOLD;
    const question = redact(query).text.slice(0, MAX_QUESTION);
    const embedding = this.#embed(question, patienceMs, signal);
    embedding.catch(() => {}); // it is awaited below
    // A model that has to be loaded takes longer than an index that has to be opened.
    await Promise.all(this.#holding(kinds).map((index) => index.text()));
    const asked = await embedding;
    if (signal) throwIfAborted(signal);
    const accept = await this.#accepted({ ...scope, kinds });
    const within = { ...scope, kinds, question, asked, accept };
    const most = Math.max(LEAST_CANDIDATES, limit * CANDIDATES);
    const first = await this.#find(within, most);
    // The parts of one long memory may have taken the places of all others.
    const crowded = first.items.length < limit && first.parts > 0 && first.candidates >= most;
    const { items } = crowded ? await this.#find(within, most * MORE) : first;
    return items.slice(0, limit);
  }

  /** What `most` candidates of either side come down to, best first. */
  async #find({ question, asked, accept, ...scope }: Search, most: number): Promise<Found> {
    const { clock } = this.#options;
    const { kinds } = scope;
    const found = { meaning: new Map<string, number>(), words: new Hits(), exact: new Hits() };
    for (const index of this.#holding(kinds)) {
      if (this.#options.shared) await index.look();
      const options = { limit: most, ...(accept && { accept }) };
      const text = await index.text();
      const words = text.search(queryTokens(question), options);
      const exact = text.search(exactWords(question), { ...options, typos: false });
      found.words.add(words);
      found.exact.add(exact);
      if (!asked) continue;
      const also = [...words, ...exact].map(({ key }) => key);
      const filter = this.#filter(scope);
      const near = await this.#nearest(index, { asked, limit: most, also, filter, accept });
      for (const [key, similarity] of near) found.meaning.set(key, similarity);
    }
    const keys = new Set([...found.meaning.keys(), ...found.words.keys, ...found.exact.keys]);
    const memories = await this.#load([...keys], scope);
    const isThere = (hit: { key: string }) => memories.has(hit.key);
    const meaning = new Map([...found.meaning].filter(([key]) => memories.has(key)));
    const nearest = [...meaning].sort(([, a], [, b]) => b - a).flatMap(([key]) => memories.get(key) ?? []);
    const fused = fuseMemories({
      meaning,
      words: found.words.sorted.filter(isThere),
      exact: found.exact.sorted.filter(isThere),
      about: (key) => memories.get(key)?.memory,
      updates: await this.#updates(asked, nearest),
      now: clock(),
      limit: keys.size,
    });
    const items = new Map<Uuid, Recalled>();
    for (const { key, score, why } of fused) {
      const it = memories.get(key);
      if (!it || !isAlike(why)) continue;
      const known = items.get(it.memory.id);
      if (!known) items.set(it.memory.id, { ...it, score: Math.min(1, Math.max(0, score)), why });
      else if (it.snippet !== undefined) known.snippet ??= it.snippet;
    }
    const parts = [...memories.values()].filter(({ snippet }) => snippet !== undefined).length;
    return { items: [...items.values()], parts, candidates: keys.size };
  }

  /** Only what was told or learnt takes the place of another: what was said once stays as it was said. */
  async #updates(asked: Asked | undefined, nearest: readonly Loaded[]): Promise<Updates | undefined> {
    if (!asked) return undefined;
    const told = nearest.filter(({ memory, snippet }) => snippet === undefined && TOLD.includes(memory.kind));
    const dated = told.slice(0, COMPARED).map(({ memory: { id, content, createdAt } }) => ({
      id,
      text: content.text,
      createdAt,
    }));
    return findUpdates(dated, { database: this.#options.database, stamp: asked.stamp });
  }

  async close(): Promise<void> {
    for (const index of this.#all) await index.close();
  }

  get #all(): readonly MemoryIndex[] {
    return [this.#told, this.#said];
  }

  #holding(kinds: readonly MemoryKind[]): MemoryIndex[] {
    return [
      ...(kinds.some((kind) => kind !== 'message') ? [this.#told] : []),
      ...(kinds.includes('message') ? [this.#said] : []),
    ];
  }

  async #embed(text: string, patienceMs: number, signal?: AbortSignal): Promise<Asked | undefined> {
    const { embedder, log } = this.#options;
    if (text.trim() === '') return undefined;
    try {
      return await within({ ms: patienceMs, signal, what: 'The question' }, async (own) => {
        const stamp = await embedder.stamp(own.signal);
        if (!stamp) return undefined;
        const [vector] = await embedder.embed([text], { purpose: 'question', signal: own.signal });
        return vector && { stamp, vector };
      });
    } catch (error) {
      if (signal) throwIfAborted(signal);
      log.debug(`a question was not embedded: ${error instanceof Error ? error.name : 'failure'}`);
      return undefined;
    }
  }

  /** Where only few memories are in question, which: the best of all may have none of them among them. */
  async #accepted(scope: Scope): Promise<((key: string) => boolean) | undefined> {
    const { roomId, entityId, start, before, kinds } = scope;
    const all = [roomId, entityId, start, before].every((value) => value === undefined);
    if (all && kinds.length > 1) return undefined;
    const query = { ...this.#filter(scope), limit: MAX_SCOPE };
    const { items } = await this.#options.database.getMemoryVersions(query);
    const ids = new Set(items.map(({ id }) => id));
    return (key) => ids.has(key);
  }

  #filter({ kinds, roomId, entityId, start, before }: Scope): MemoryFilter {
    return {
      agentId: this.#options.agentId,
      kinds: withParts(kinds),
      current: true,
      ...(roomId !== undefined && { roomId }),
      ...(entityId !== undefined && { entityId }),
      ...(start !== undefined && { start }),
      ...(before !== undefined && { before }),
    };
  }

  /** Those that are there, in scope, and not history. A part stands for what it is a part of. */
  async #load(ids: readonly Uuid[], scope: Scope): Promise<Map<Uuid, Loaded>> {
    const { database, agentId } = this.#options;
    const loaded = await database.getMemoriesByIds(ids);
    const parts = scope.kinds.includes('fragment') ? [] : loaded.filter(({ kind }) => kind === 'fragment');
    const wholeIds = new Set(parts.flatMap(({ documentId }) => documentId ?? []));
    const wholes = new Map(
      (await database.getMemoriesByIds([...wholeIds])).map((memory) => [memory.id, memory]),
    );
    const isWanted = (memory: Memory) =>
      memory.agentId === agentId && memory.supersededBy === undefined && isInScope(memory, scope);
    const found = new Map<Uuid, Loaded>();
    for (const memory of loaded) if (isWanted(memory)) found.set(memory.id, { memory });
    for (const { id, documentId, content } of parts) {
      const memory = wholes.get(documentId ?? '');
      if (memory && isWanted(memory)) found.set(id, { memory, snippet: content.text });
    }
    return found;
  }
}

type Scope = Omit<RecallQuery, 'query' | 'limit' | 'patienceMs' | 'signal' | 'kinds'> & {
  kinds: readonly MemoryKind[];
};

type Loaded = Pick<Recalled, 'memory' | 'snippet'>;

interface Search extends Scope {
  question: string;
  asked: Asked | undefined;
  accept: ((key: string) => boolean) | undefined;
}

interface Found {
  items: Recalled[];
  /** Of the candidates, those that are parts of others. */
  parts: number;
  candidates: number;
}

/** What was told may be long, and is found by its parts as well. */
function withParts(kinds: readonly MemoryKind[]): readonly MemoryKind[] {
  const whole = kinds.some((kind) => TOLD.includes(kind)) && !kinds.includes('fragment');
  return whole ? [...kinds, 'fragment'] : kinds;
}

function isInScope(memory: Memory, { kinds, roomId, entityId, start, before }: Scope): boolean {
  return (
    kinds.includes(memory.kind) &&
    (roomId === undefined || memory.roomId === roomId) &&
    (entityId === undefined || memory.entityId === entityId) &&
    (start === undefined || memory.createdAt >= start) &&
    (before === undefined || memory.createdAt < before)
  );
}

function isAlike({ meaning = 0, words = 0, exact = 0 }: Fused['why']): boolean {
  return words > 0 || exact > 0 || meaning >= LEAST_MEANING;
}

type Hit = { key: string; score: number; share: number };

/** What several indexes found by words, as if one had. */
class Hits {
  readonly #hits: Hit[] = [];

  add(hits: readonly Hit[]): void {
    this.#hits.push(...hits);
  }

  get keys(): string[] {
    return this.#hits.map(({ key }) => key);
  }

  get sorted(): Hit[] {
    return this.#hits.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
  }
}
