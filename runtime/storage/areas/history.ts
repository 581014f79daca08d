import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Memory } from '../../types/memory.ts';
import type { Timestamp, Uuid } from '../../types/primitives.ts';
import { chunks } from '../check.ts';
import { historyQueries } from '../queries/history.ts';
import { memoryQueries } from '../queries/memories.ts';
import type { MemoryRow } from '../queries/schema.ts';
import { memoryToRow, rowToMemory } from '../rows.ts';
import { all, first, run, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

type HistoryArea = Pick<IDatabaseAdapter, 'supersedeMemories' | 'getMemoryHistory' | 'touchMemories'>;

/** How long a history is followed, either way. */
const MAX_STEPS = 50;

/** What became of a memory: what superseded it, and when it was used. */
export function historyArea({ store, queries }: AreaParts): HistoryArea {
  const memories = memoryQueries(queries);
  const history = historyQueries(queries);

  function* supersede(memory: Memory, superseded: readonly Uuid[]): Work<void> {
    yield* run(memories.insert(memoryToRow(memory)));
    for (const part of chunks(superseded)) {
      yield* run(history.supersede(part, memory.id, memory.createdAt));
    }
  }

  function* newest(id: Uuid): Work<Uuid> {
    let at = id;
    for (let step = 0; step < MAX_STEPS; step++) {
      const next = (yield* first(history.successor(at)))?.superseded_by;
      if (next == null) return at;
      at = next;
    }
    return at;
  }

  function* historyOf(id: Uuid): Work<MemoryRow[]> {
    const found = new Set<Uuid>();
    let level = [yield* newest(id)];
    for (let step = 0; step < MAX_STEPS && level.length > 0; step++) {
      for (const known of level) found.add(known);
      const next = yield* all(history.supersededBy(level.slice(0, MAX_STEPS)));
      level = next.flatMap((row) => (found.has(row.id) ? [] : [row.id]));
    }
    const rows: MemoryRow[] = [];
    for (const part of chunks([...found])) rows.push(...(yield* all(memories.byIds(part))));
    return rows.sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1));
  }

  function* touch(ids: readonly Uuid[], at: Timestamp): Work<void> {
    for (const part of chunks(ids)) yield* run(history.touch(part, at));
  }

  return {
    supersedeMemories: (memory, superseded) =>
      store.write(1 + superseded.length, () => supersede(memory, superseded)),
    async getMemoryHistory(id) {
      return (await store.read(() => historyOf(id))).map(rowToMemory);
    },
    async touchMemories(ids, at) {
      if (ids.length > 0) await store.write(ids.length, () => touch(ids, at));
    },
  };
}
