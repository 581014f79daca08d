import type { IDatabaseAdapter } from '../types/database.ts';
import type { Memory, MemoryKind } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';
import { rankMemories } from './memories.ts';

/** Among how many of the newest memories is searched. */
const SEARCHED = 5_000;
const TOLD: readonly MemoryKind[] = ['note', 'fact', 'document'];

/** Finds memories by words, the best first: among what was told, where no kinds are named. */
export function searchByWords(database: Pick<IDatabaseAdapter, 'getMemories'>) {
  return async (
    query: string,
    where: { agentId: Uuid; kinds?: readonly MemoryKind[]; roomId?: Uuid; limit: number },
  ): Promise<(Memory & { similarity: number })[]> => {
    const { limit, ...filter } = where;
    const { items } = await database.getMemories({ kinds: TOLD, ...filter, limit: SEARCHED });
    return rankMemories(query, items)
      .slice(0, limit)
      .map(({ memory, score }) => ({ ...memory, similarity: score }));
  };
}
