import type { IDatabaseAdapter } from '../types/database.ts';
import type { Memory, MemoryKind } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';
import type { FoundMemory, MemoryChange, MemoryDraft, MemoryRequest } from '../types/runtime.ts';
import type { Audit } from './audit.ts';
import type { Clock } from './clock.ts';
import { ZoeyError } from './errors.ts';
import { uuidv7 } from './ids.ts';

const COUNT = 20;
const MAX_COUNT = 1_000;

/** What other runtimes call a table, as a kind. */
const TABLES: Record<string, MemoryKind> = {
  messages: 'message',
  memories: 'note',
  notes: 'note',
  facts: 'fact',
  documents: 'document',
  fragments: 'fragment',
  knowledge: 'fragment',
};

/** Finds by meaning or by words, the best first. */
export type SearchMemories = (
  query: string,
  where: { agentId: Uuid; kinds?: readonly MemoryKind[]; roomId?: Uuid; limit: number },
) => Promise<FoundMemory[]>;

export interface MemoriesOptions {
  agentId: Uuid;
  database: IDatabaseAdapter;
  search: SearchMemories;
  clock: Clock;
  audit: Audit;
}

/** An agent's memories under the names and in the words of the plugin interface. */
export class Memories {
  readonly #options: MemoriesOptions;

  constructor(options: MemoriesOptions) {
    this.#options = options;
  }

  async create(draft: MemoryDraft, tableName?: string): Promise<Uuid> {
    const { agentId, database, clock } = this.#options;
    const now = clock();
    const id = draft.id ?? uuidv7(now);
    const memory: Memory = {
      kind: tableName === undefined ? 'note' : kindOf(tableName),
      agentId,
      importance: 0.5,
      source: 'plugin',
      createdAt: now,
      updatedAt: now,
      ...draft,
      id,
    };
    await database.createMemories([memory]);
    return id;
  }

  async list({ count, ...request }: MemoryRequest): Promise<Memory[]> {
    const { items } = await this.#options.database.getMemories({
      ...this.#where(request),
      limit: limitOf(count),
    });
    return items;
  }

  count(request: Omit<MemoryRequest, 'count'>): Promise<number> {
    return this.#options.database.countMemories(this.#where(request));
  }

  search({ query, count, ...request }: MemoryRequest & { query: string }): Promise<FoundMemory[]> {
    return this.#options.search(query, { ...this.#where(request), limit: limitOf(count) });
  }

  async get(id: Uuid): Promise<Memory | null> {
    return (await this.#options.database.getMemoryById(id)) ?? null;
  }

  async update(change: MemoryChange): Promise<boolean> {
    const { database, clock } = this.#options;
    const known = await database.getMemoryById(change.id);
    if (!known) return false;
    return database.updateMemory(change.id, {
      updatedAt: clock(),
      ...(change.content && { content: { ...known.content, ...change.content } }),
      ...(change.importance !== undefined && { importance: change.importance }),
    });
  }

  async delete(ids: readonly Uuid[]): Promise<void> {
    const { database, audit } = this.#options;
    const count = await database.deleteMemories(ids);
    if (count > 0) await audit({ kind: 'forget', subject: 'deleteManyMemories', count });
  }

  #where({ kinds, tableName, roomId }: Omit<MemoryRequest, 'count'>) {
    const wanted = kinds ?? (tableName === undefined ? undefined : [kindOf(tableName)]);
    return {
      agentId: this.#options.agentId,
      ...(wanted && { kinds: wanted }),
      ...(roomId !== undefined && { roomId }),
    };
  }
}

function kindOf(tableName: string): MemoryKind {
  const kind = Object.hasOwn(TABLES, tableName) ? TABLES[tableName] : undefined;
  if (kind) return kind;
  throw new ZoeyError('invalid_input', `There is no table "${tableName}" of memories.`, {
    hint: `Use one of ${Object.keys(TABLES).join(', ')}.`,
  });
}

function limitOf(count = COUNT): number {
  return Math.max(1, Math.min(MAX_COUNT, Math.floor(count)));
}
