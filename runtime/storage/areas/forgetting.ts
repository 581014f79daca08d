import { ZoeyError } from '../../kernel/errors.ts';
import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Uuid } from '../../types/primitives.ts';
import { chunks } from '../check.ts';
import { foldWords } from '../fold.ts';
import { historyQueries } from '../queries/history.ts';
import { memoryQueries } from '../queries/memories.ts';
import type { MemoryConditions } from '../queries/memoryConditions.ts';
import { all, run, runAll, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

type ForgettingArea = Pick<IDatabaseAdapter, 'deleteMemories' | 'deleteAllMemories' | 'deleteMessagesFrom'>;

export function forgettingArea({ store, queries }: AreaParts): ForgettingArea {
  const memories = memoryQueries(queries);
  const history = historyQueries(queries);

  /** These, all fragments of them, which go along by their foreign key, and all that they superseded. */
  function* alongWith(ids: readonly Uuid[]): Work<Set<Uuid>> {
    const found = new Set<Uuid>();
    let level = ids;
    while (level.length > 0) {
      for (const id of level) found.add(id);
      const next = new Set<Uuid>();
      for (const part of chunks(level)) {
        const rows = [
          ...(yield* all(memories.fragmentsOf(part))),
          ...(yield* all(history.supersededBy(part))),
        ];
        for (const { id } of rows) if (!found.has(id)) next.add(id);
      }
      level = [...next];
    }
    return found;
  }

  function* forget({ ids, ...filter }: MemoryConditions): Work<Uuid[]> {
    const forgotten: Uuid[] = [];
    for (const part of ids === undefined ? [undefined] : chunks(ids)) {
      const matching = yield* all(memories.ids({ ...filter, ids: part }));
      const along = yield* alongWith(matching.map(({ id }) => id));
      yield* removeAll(along);
      forgotten.push(...along);
    }
    return forgotten;
  }

  function* removeAll(ids: Iterable<Uuid>): Work<void> {
    for (const part of chunks([...ids])) yield* run(memories.removeByIds(part));
  }

  function* removeIds(ids: readonly Uuid[]): Work<number> {
    const along = yield* alongWith(ids);
    const removed = yield* runAll(ids.map(memories.remove));
    yield* removeAll(along);
    return removed;
  }

  return {
    deleteMemories: (ids) => store.write(ids.length, () => removeIds(ids)),
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
