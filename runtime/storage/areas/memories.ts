import type { IDatabaseAdapter, MemoryPatch, MemoryQuery } from '../../types/database.ts';
import type { Memory } from '../../types/memory.ts';
import type { Page } from '../../types/page.ts';
import type { Uuid } from '../../types/primitives.ts';
import { chunks, inOrder, whole } from '../check.ts';
import { pageByTime, timePage } from '../cursor.ts';
import { foldWords } from '../fold.ts';
import { merge } from '../merge.ts';
import { memoryQueries } from '../queries/memories.ts';
import type { MemoryRow } from '../queries/schema.ts';
import { memoryPatchToRow, memoryToRow, parseMetadata, rowToMemory } from '../rows.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type MemoryArea = Pick<
  IDatabaseAdapter,
  | 'createMemories'
  | 'getMemoryById'
  | 'getMemoriesByIds'
  | 'getMemories'
  | 'getMemoriesByRoomIds'
  | 'updateMemory'
  | 'countMemories'
  | 'interruptStreaming'
>;

export function memoryArea({ store, queries }: AreaParts): MemoryArea {
  const memories = memoryQueries(queries);

  async function getMemories({ limit, offset = 0, ...query }: MemoryQuery): Promise<Page<Memory>> {
    const { cursor, words, ...filter } = query;
    const page = timePage({ limit, ...(cursor !== undefined && { cursor }) });
    const sql = memories.page({
      ...filter,
      words: foldWords(words),
      ...page,
      offset: whole('offset', offset),
    });
    const rows = await store.read(() => all(sql));
    return pageByTime(rows, { limit, toItem: rowToMemory });
  }

  function* update(id: Uuid, patch: MemoryPatch): Work<boolean> {
    const change = memoryPatchToRow(patch);
    if (patch.metadata !== undefined) {
      const row = yield* first(memories.metadata(id));
      if (row === undefined) return false;
      change.metadata = JSON.stringify(merge(parseMetadata(row.metadata), patch.metadata));
    }
    return (yield* run(memories.update(id, change))) > 0;
  }

  return {
    async createMemories(items) {
      if (items.length === 0) return;
      const rows = items.map(memoryToRow);
      const insert = () => runAll(rows.map(memories.insert));
      const ofDocument = rows.some((row) => row.document_id !== null);
      await store.write(rows.length, () =>
        ofDocument
          ? orMissing('The document of this fragment is gone, or its conversation.', insert())
          : insert(),
      );
    },
    async getMemoryById(id) {
      const row = await store.read(() => first(memories.byId(id)));
      return row && rowToMemory(row);
    },
    async getMemoriesByIds(ids) {
      const found = await store.read(function* (): Work<MemoryRow[]> {
        const rows: MemoryRow[] = [];
        for (const part of chunks(ids)) rows.push(...(yield* all(memories.byIds(part))));
        return rows;
      });
      return inOrder(ids, found.map(rowToMemory));
    },
    getMemories,
    async getMemoriesByRoomIds({ roomIds, limit, ...filter }) {
      // The newest of all rooms are among the newest of each: an index gives those without reading the rest.
      const pages = [...new Set(roomIds)].map((roomId) =>
        memories.page({ ...filter, roomId, after: undefined, limit: whole('limit', limit), offset: 0 }),
      );
      const rows = await store.read(function* (): Work<MemoryRow[]> {
        let newest: MemoryRow[] = [];
        for (const page of pages)
          newest = [...newest, ...(yield* all(page))].sort(newestFirst).slice(0, limit);
        return newest;
      });
      return rows.map(rowToMemory);
    },
    updateMemory: (id, patch) => store.write(1, () => update(id, patch)),
    async countMemories({ words, ...filter }) {
      const row = await store.read(() => first(memories.count({ ...filter, words: foldWords(words) })));
      return row?.count ?? 0;
    },
    interruptStreaming: (at) => store.write(1, () => run(memories.interrupt(at))),
  };
}

function newestFirst(a: MemoryRow, b: MemoryRow): number {
  return b.created_at - a.created_at || (a.id < b.id ? 1 : -1);
}
