import type { RoomSummary } from '../../runtime/protocol/schemas.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';
import { toWireError } from '../errors.ts';
import type { Rpc } from '../rpc.ts';
import type { Store } from '../store.ts';

/** How long a deletion is offered back; the agent itself keeps it for a minute. */
const UNDO_MS = 30_000;
const PAGE = 50;

/** What can be done with the list of conversations. */
export interface Rooms {
  /** Asks for those that hold all words of `query`; all where it is empty. */
  ask(query: string): Promise<void>;
  more(): Promise<void>;
  change(room: RoomSummary, change: { title?: string; pinned?: boolean }): Promise<void>;
  remove(room: RoomSummary): Promise<void>;
  restore(): Promise<void>;
}

export function createRooms(rpc: Rpc, store: Store, open: (roomId: Uuid, room: RoomSummary) => void): Rooms {
  const say = (text: string) => store.dispatch({ type: 'status', text, at: Date.now() });

  const load = async (query: string, cursor?: string) => {
    try {
      const input = { limit: PAGE, ...(query && { query }), ...(cursor !== undefined && { cursor }) };
      const page = await rpc.invoke('rooms.list', input);
      const next = page.next === undefined ? {} : { next: page.next };
      store.dispatch({
        type: 'roomsLoaded',
        query,
        items: page.items,
        append: cursor !== undefined,
        ...next,
      });
    } catch (error) {
      store.dispatch({ type: 'roomsFailed', query, error: toWireError(error) });
    }
  };

  return {
    ask(query) {
      store.dispatch({ type: 'roomsAsked', query });
      return load(query);
    },
    async more() {
      const { query, next, loading } = store.get().rooms;
      if (next === undefined || loading) return;
      store.dispatch({ type: 'roomsAsked', query });
      await load(query, next);
    },
    async change(room, change) {
      store.dispatch({ type: 'roomChanged', room: { ...room, ...change } });
      try {
        store.dispatch({
          type: 'roomChanged',
          room: await rpc.invoke('rooms.rename', { id: room.id, ...change }),
        });
      } catch (error) {
        store.dispatch({ type: 'roomChanged', room });
        say(toWireError(error).message);
      }
    },
    async remove(room) {
      const wasOpen = store.get().chat.roomId === room.id;
      store.dispatch({ type: 'roomDeleted', room });
      say(`Deleted ${room.title}. It can be restored.`);
      try {
        await rpc.invoke('rooms.delete', { id: room.id });
        setTimeout(() => store.dispatch({ type: 'undoExpired', id: room.id }), UNDO_MS);
      } catch (error) {
        store.dispatch({ type: 'roomRestored', room });
        if (wasOpen) open(room.id, room);
        say(toWireError(error).message);
      }
    },
    async restore() {
      const room = store.get().rooms.deleted;
      if (!room) return;
      try {
        await rpc.invoke('rooms.restore', { id: room.id });
        store.dispatch({ type: 'roomRestored', room });
        say(`Restored ${room.title}.`);
      } catch (error) {
        store.dispatch({ type: 'undoExpired', id: room.id });
        say(toWireError(error).message);
      }
    },
  };
}
