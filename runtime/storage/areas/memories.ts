import type { IDatabaseAdapter, MemoryPatch } from '../../types/database.ts';
import type { Uuid } from '../../types/primitives.ts';
import { chunks, inOrder, whole } from '../check.ts';
import { pageByTime, timePage } from '../cursor.ts';
import { foldWords } from '../fold.ts';
import { merge } from '../merge.ts';
import { embeddingQueries } from '../queries/embeddings.ts';
import { memoryQueries } from '../queries/memories.ts';
import type { MemoryRow } from '../queries/schema.ts';
import { memoryPatchToRow, memoryToRow, parseMetadata, rowToMemory, urgency } from '../rows.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type MemoryReads = Pick<
  IDatabaseAdapter,
  | 'getMemoryById'
  | 'getMemoriesByIds'
  | 'getMemories'
  | 'getMemoriesByRoomIds'
  | 'getMemoryVersions'
  | 'countMemories'
>;
type MemoryWrites = Pick<IDatabaseAdapter, 'createMemories' | 'updateMemory' | 'interruptStreaming'>;

export function memoryArea(parts: AreaParts): MemoryReads & MemoryWrites {
  return { ...reads(parts), ...writes(parts) };
}

function reads({ store, queries }: AreaParts): MemoryReads {
  const memories = memoryQueries(queries);
  return {
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
    async getMemories({ limit, offset = 0, cursor, words, ...filter }) {
      const page = timePage({ limit, ...(cursor !== undefined && { cursor }) });
      const sql = memories.page({
        ...filter,
        words: foldWords(words),
        ...page,
        offset: whole('offset', offset),
      });
      const rows = await store.read(() => all(sql));
      return pageByTime(rows, { limit, toItem: rowToMemory });
    },
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
    async getMemoryVersions({ limit, cursor, words, ...filter }) {
      const page = timePage({ limit, ...(cursor !== undefined && { cursor }) });
      const sql = memories.versions({ ...filter, words: foldWords(words), ...page });
      const rows = await store.read(() => all(sql));
      // A row that is older than hashes was never changed since there are some.
      const toItem = (row: (typeof rows)[number]) => ({ id: row.id, version: row.content_hash ?? 'first' });
      return pageByTime(rows, { limit, toItem });
    },
    async countMemories({ words, ...filter }) {
      const row = await store.read(() => first(memories.count({ ...filter, words: foldWords(words) })));
      return row?.count ?? 0;
    },
  };
}

function writes({ store, queries }: AreaParts): MemoryWrites {
  const memories = memoryQueries(queries);
  const embeddings = embeddingQueries(queries);

  function* update(id: Uuid, patch: MemoryPatch): Work<boolean> {
    const change = memoryPatchToRow(patch);
    if (patch.metadata !== undefined) {
      const row = yield* first(memories.metadata(id));
      if (row === undefined) return false;
      change.metadata = JSON.stringify(merge(parseMetadata(row.metadata), patch.metadata));
    }
    const { content } = patch;
    const { content_hash } = change;
    if (content === undefined || content_hash == null) return (yield* run(memories.update(id, change))) > 0;
    const found = yield* run(memories.updateContent(id, { ...change, content_hash }, urgency(content)));
    if (content.status !== 'streaming') yield* run(embeddings.removeOther(id, content_hash));
    return found > 0;
  }

  return {
    async createMemories(items) {
      if (items.length === 0) return;
      const rows = items.map(memoryToRow);
      const insert = () => runAll(memories.insertAll(rows));
      const ofDocument = rows.some((row) => row.document_id !== null);
      await store.write(rows.length, () =>
        ofDocument
          ? orMissing('The document of this fragment is gone, or its conversation.', insert())
          : insert(),
      );
    },
    updateMemory: (id, patch) => store.write(1, () => update(id, patch)),
    interruptStreaming: (at) => store.write(1, () => run(memories.interrupt(at))),
  };
}

function newestFirst(a: MemoryRow, b: MemoryRow): number {
  return b.created_at - a.created_at || (a.id < b.id ? 1 : -1);
}
