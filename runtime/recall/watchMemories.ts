import type { IDatabaseAdapter } from '../types/database.ts';
import type { Content, Memory } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';

/** What was stored; its kind, where it is known. */
export type Stored = Pick<Memory, 'id'> & Partial<Pick<Memory, 'kind'>>;

/** Who wants to know what becomes of memories. */
export interface MemoryWatcher {
  /** What is stored along with a memory that is long: its parts. */
  partsOf?: ((memory: Memory) => Promise<readonly Memory[]>) | undefined;
  /** Makes a change; what it did is told before it settles. */
  during<T>(change: () => Promise<T>): Promise<T>;
  /** They were stored or changed. */
  stored(memories: readonly Stored[]): void;
  /** An answer has grown, and goes on. */
  grown(id: Uuid): void;
  /** A conversation came back with its memories. */
  returned(): void;
  /** They were removed, or some that nobody can name. Whoever asked for it is told when this settles. */
  removed(ids?: readonly Uuid[]): Promise<void>;
}

function isSaid({ role, status }: Content): boolean {
  return role !== undefined && status !== undefined;
}

/** The same database; what is done to memories through it is told. */
export function watchMemories<D extends IDatabaseAdapter>(database: D, watcher: MemoryWatcher): D {
  const removing = async <T>(work: Promise<T>, some: (result: T) => boolean): Promise<T> => {
    const result = await work;
    if (some(result)) await watcher.removed();
    return result;
  };
  /** What is known under its id stays as it is, and keeps its own parts. */
  const newParts = async (memories: readonly Memory[]): Promise<Memory[]> => {
    const parts: Memory[] = [];
    for (const memory of memories) parts.push(...((await watcher.partsOf?.(memory)) ?? []));
    if (parts.length === 0) return [];
    const wholes = new Set(parts.flatMap(({ documentId }) => documentId ?? []));
    const known = new Set((await database.getMemoriesByIds([...wholes])).map(({ id }) => id));
    return parts.filter(({ documentId }) => !known.has(documentId ?? ''));
  };
  /** A memory says something else: its old parts go, and new ones come. */
  const partAnew = async (id: Uuid): Promise<void> => {
    const [memory] = watcher.partsOf ? await database.getMemoriesByIds([id]) : [];
    if (!memory) return;
    const filter = { agentId: memory.agentId, kinds: ['fragment' as const], documentId: id };
    const gone = await database.deleteAllMemories(filter);
    if (gone.length > 0) await watcher.removed(gone);
    const parts = (await watcher.partsOf?.(memory)) ?? [];
    if (parts.length > 0) await database.createMemories(parts);
    watcher.stored(parts);
  };
  const watched: Partial<IDatabaseAdapter> = {
    async createMemories(memories) {
      const all = [...memories, ...(await newParts(memories))];
      await database.createMemories(all);
      watcher.stored(all);
    },
    async updateMemory(id, patch) {
      const found = await database.updateMemory(id, patch);
      // What is said has a status, and no parts.
      if (found && patch.content && patch.content.status === undefined) await partAnew(id);
      if (found && patch.content?.status === 'streaming') watcher.grown(id);
      // An answer is of interest once it is written.
      if (found && patch.content && patch.content.status !== 'streaming') {
        watcher.stored([isSaid(patch.content) ? { id, kind: 'message' } : { id }]);
      }
      return found;
    },
    async supersedeMemories(memory, superseded) {
      await database.supersedeMemories(memory, superseded);
      watcher.stored([memory]);
    },
    async restoreRoom(id) {
      const found = await database.restoreRoom(id);
      if (found) watcher.returned();
      return found;
    },
    deleteMemories: (ids) => removing(database.deleteMemories(ids), (count) => count > 0),
    async deleteAllMemories(filter) {
      const ids = await database.deleteAllMemories(filter);
      if (ids.length > 0) await watcher.removed(ids);
      return ids;
    },
    deleteMessagesFrom: (roomId, id) =>
      removing(database.deleteMessagesFrom(roomId, id), (count) => count > 0),
    async beginTurn(start) {
      const count = await removing(database.beginTurn(start), (removed) => removed > 0);
      watcher.stored(start.memories);
      return count;
    },
    async endTurn(end) {
      const found = await database.endTurn(end);
      if (found) watcher.stored([{ id: end.id, kind: 'message' }]);
      return found;
    },
    purgeRooms: (before) => removing(database.purgeRooms(before), (count) => count > 0),
    deleteAgent: (id) => removing(database.deleteAgent(id), (found) => found),
  };
  return { ...database, ...throughout(watched, watcher) };
}

function throughout(
  methods: Partial<IDatabaseAdapter>,
  watcher: Pick<MemoryWatcher, 'during'>,
): Partial<IDatabaseAdapter> {
  type Method = (...args: unknown[]) => Promise<unknown>;
  const wrapped = Object.entries(methods as Record<string, Method>).map(([name, method]) => [
    name,
    (...args: unknown[]) => watcher.during(() => method(...args)),
  ]);
  return Object.fromEntries(wrapped) as Partial<IDatabaseAdapter>;
}
