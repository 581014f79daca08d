import { ZoeyError } from '../../kernel/errors.ts';
import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Uuid } from '../../types/primitives.ts';
import { chunks } from '../check.ts';
import { foldWords } from '../fold.ts';
import { memoryQueries } from '../queries/memories.ts';
import type { MemoryConditions } from '../queries/memoryConditions.ts';
import { all, run, runAll, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

type ForgettingArea = Pick<IDatabaseAdapter, 'deleteMemories' | 'deleteAllMemories' | 'deleteMessagesFrom'>;

export function forgettingArea({ store, queries }: AreaParts): ForgettingArea {
  const memories = memoryQueries(queries);

  /** The ids of what matches, and of all fragments of it: those go along by their foreign key. */
  function* withFragments(filter: MemoryConditions): Work<Set<Uuid>> {
    const found = new Set<Uuid>();
    let level = yield* all(memories.ids(filter));
    while (level.length > 0) {
      for (const { id } of level) found.add(id);
      const fragments: { id: Uuid }[] = [];
      for (const part of chunks(level.map((row) => row.id))) {
        for (const row of yield* all(memories.fragmentsOf(part))) if (!found.has(row.id)) fragments.push(row);
      }
      level = fragments;
    }
    return found;
  }

  function* forget({ ids, ...filter }: MemoryConditions): Work<Uuid[]> {
    const forgotten: Uuid[] = [];
    for (const part of ids === undefined ? [undefined] : chunks(ids)) {
      const conditions = { ...filter, ids: part };
      for (const id of yield* withFragments(conditions)) forgotten.push(id);
      yield* run(memories.removeMatching(conditions));
    }
    return forgotten;
  }

  return {
    deleteMemories: (ids) => store.write(ids.length, () => runAll(ids.map(memories.remove))),
    async deleteAllMemories(filter) {
      const { agentId: _, unique: __, words: given, ...named } = filter;
      const words = given && foldWords(given);
      // A query that came down to no words must not forget what the rest of the filter finds.
      const names =
        words === undefined ? Object.values(named).some((value) => value !== undefined) : words[0];
      if (!names) throw new ZoeyError('invalid_input', 'Say which memories are to be forgotten.');
      return store.write(1, () => forget({ ...filter, words }));
    },
    deleteMessagesFrom: (roomId, id) => store.write(1, () => run(memories.removeFrom(roomId, id))),
  };
}
