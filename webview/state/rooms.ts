import type { ChatChunk, RoomSummary } from '../../runtime/protocol/schemas.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';
import type { Action } from './actions.ts';
import type { RoomsState } from './types.ts';

/** The most conversations that the list holds; search finds the others. */
const MAX_ROOMS = 1000;

/** Folds what happens to the list of conversations. Answers to an earlier query are dropped. */
export function rooms(state: RoomsState, action: Action): RoomsState {
  switch (action.type) {
    case 'roomsAsked':
      return asked(state, action.query);
    case 'roomsLoaded':
      return action.query === state.query ? loaded(state, action) : state;
    case 'roomsFailed':
      return action.query === state.query ? { ...state, loading: false, error: action.error } : state;
    case 'roomChanged':
      return { ...state, items: ordered(replaced(state.items, action.room)) };
    case 'chunks':
      return state.query ? state : touched(state, action.chunks);
    case 'roomDeleted':
      return { ...state, items: without(state.items, action.room.id), deleted: action.room };
    case 'roomRestored':
      return { ...forget(state, action.room.id), items: ordered(upserted(state.items, action.room)) };
    case 'undoExpired':
      return forget(state, action.id);
    default:
      return state;
  }
}

/** A turn names its conversation, which thereby is the latest, and may be new or have a new title. */
function touched(state: RoomsState, chunks: readonly ChatChunk[]): RoomsState {
  const chunk = chunks.findLast(({ type }) => type === 'start' || type === 'end');
  const room = chunk && 'room' in chunk ? chunk.room : undefined;
  return room ? { ...state, items: ordered(upserted(state.items, room)) } : state;
}

function asked(state: RoomsState, query: string): RoomsState {
  const { error: _, ...rest } = state;
  return { ...rest, query, loading: true };
}

function loaded(state: RoomsState, action: Extract<Action, { type: 'roomsLoaded' }>): RoomsState {
  const { next: _, ...rest } = state;
  const known = new Set(action.append ? state.items.map((room) => room.id) : []);
  const before = action.append ? state.items : [];
  const items = [...before, ...action.items.filter((room) => !known.has(room.id))].slice(0, MAX_ROOMS);
  const more = action.next !== undefined && items.length < MAX_ROOMS;
  return { ...rest, items, loading: false, ...(more && { next: action.next }) };
}

function forget(state: RoomsState, id: Uuid): RoomsState {
  if (state.deleted?.id !== id) return state;
  const { deleted: _, ...rest } = state;
  return rest;
}

function without(items: RoomSummary[], id: Uuid): RoomSummary[] {
  return items.filter((room) => room.id !== id);
}

function replaced(items: RoomSummary[], room: RoomSummary): RoomSummary[] {
  return items.map((other) => (other.id === room.id ? { ...other, ...room } : other));
}

function upserted(items: RoomSummary[], room: RoomSummary): RoomSummary[] {
  return [room, ...without(items, room.id)];
}

/** As the agent lists them: pinned first, then the latest. */
function ordered(items: RoomSummary[]): RoomSummary[] {
  return items.toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt);
}
