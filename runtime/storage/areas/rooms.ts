import type { FoundRoom, IDatabaseAdapter, RoomPatch, RoomQuery } from '../../types/database.ts';
import type { Room } from '../../types/environment.ts';
import type { Page, PageQuery } from '../../types/page.ts';
import type { Timestamp, Uuid } from '../../types/primitives.ts';
import { chunks, inOrder } from '../check.ts';
import { idPage, pageById, parseRoomCursor, roomCursor } from '../cursor.ts';
import { foldWords, snippet } from '../fold.ts';
import { merge } from '../merge.ts';
import { roomQueries } from '../queries/rooms.ts';
import type { RoomRow } from '../queries/schema.ts';
import { parseMetadata, roomPatchToRow, roomToRow, rowToRoom } from '../rows.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type RoomArea = Pick<
  IDatabaseAdapter,
  | 'createRoom'
  | 'createRooms'
  | 'getRoom'
  | 'getRoomsByIds'
  | 'getRooms'
  | 'getRoomsByWorld'
  | 'updateRoom'
  | 'deleteRoom'
  | 'deleteRoomsByWorldId'
  | 'restoreRoom'
  | 'purgeRooms'
>;

export function roomArea({ store, queries }: AreaParts): RoomArea {
  const rooms = roomQueries(queries);

  async function createRooms(items: readonly Room[]): Promise<void> {
    if (items.length === 0) return;
    const rows = items.map(roomToRow);
    await store.write(rows.length, () =>
      orMissing('The world of this room is gone.', runAll(rows.map(rooms.insert))),
    );
  }

  async function getRooms({ agentId, limit, cursor, words }: RoomQuery): Promise<Page<FoundRoom>> {
    const folded = foldWords(words);
    const after = parseRoomCursor(cursor);
    const query = rooms.page({ agentId, words: folded, after, limit: limit + 1 });
    const rows = await store.read(() => all(query));
    const items = rows.slice(0, limit).map((row): FoundRoom => {
      const found = row.hit ? snippet(row.hit, folded) : undefined;
      return found === undefined ? rowToRoom(row) : { ...rowToRoom(row), snippet: found };
    });
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    if (last === undefined) return { items };
    return { items, next: roomCursor({ pinned: last.pinned, updatedAt: last.updated_at, id: last.id }) };
  }

  function* update(id: Uuid, patch: RoomPatch): Work<boolean> {
    const change = roomPatchToRow(patch);
    if (patch.metadata !== undefined || Object.keys(change).length === 0) {
      const row = yield* first(rooms.byId(id));
      if (row === undefined || patch.metadata === undefined) return row !== undefined;
      change.metadata = JSON.stringify(merge(parseMetadata(row.metadata), patch.metadata));
    }
    return (yield* orMissing('This world is gone.', run(rooms.update(id, change)))) > 0;
  }

  return {
    createRooms,
    createRoom: (room) => createRooms([room]),
    getRooms,
    async getRoom(id) {
      const row = await store.read(() => first(rooms.byId(id)));
      return row && rowToRoom(row);
    },
    async getRoomsByIds(ids) {
      const found = await store.read(function* (): Work<RoomRow[]> {
        const rows: RoomRow[] = [];
        for (const part of chunks(ids)) rows.push(...(yield* all(rooms.byIds(part))));
        return rows;
      });
      return inOrder(ids, found.map(rowToRoom));
    },
    async getRoomsByWorld({ worldId, ...page }: PageQuery & { worldId: Uuid }) {
      const query = rooms.ofWorld(worldId, idPage(page));
      const rows = await store.read(() => all(query));
      return pageById(rows, { limit: page.limit, toItem: rowToRoom, idOf: (row) => row.id });
    },
    updateRoom: (id, patch) => store.write(1, () => update(id, patch)),
    deleteRoom: async (id, at) => (await store.write(1, () => run(rooms.hide(id, at)))) > 0,
    deleteRoomsByWorldId: (worldId: Uuid, at: Timestamp) =>
      store.write(1, () => run(rooms.hideWorld(worldId, at))),
    restoreRoom: async (id) => (await store.write(1, () => run(rooms.restore(id)))) > 0,
    purgeRooms: (before) => store.write(1, () => run(rooms.purge(before))),
  };
}
