import { ZoeyError } from '../kernel/errors.ts';
import type { MemoryPosition } from './queries/memories.ts';
import type { RoomPosition } from './queries/rooms.ts';

const ROOM = /^([01])\.(\d{1,16})\.([0-9a-f-]{36})$/;
const MEMORY = /^(\d{1,16})\.([0-9a-f-]{36})$/;

/** Where the next page of rooms starts, as text for a client to give back. */
export function roomCursor({ pinned, updatedAt, id }: RoomPosition): string {
  return `${pinned}.${updatedAt}.${id}`;
}

/** @throws ZoeyError `invalid_input` where the text is none of ours. */
export function parseRoomCursor(cursor: string | undefined): RoomPosition | undefined {
  if (cursor === undefined) return undefined;
  const [, pinned, updatedAt, id] = ROOM.exec(cursor) ?? [];
  if (id === undefined) throw unknownCursor();
  return { pinned: Number(pinned), updatedAt: Number(updatedAt), id };
}

/** Where the next page of memories starts, as text for a client to give back. */
export function memoryCursor({ createdAt, id }: MemoryPosition): string {
  return `${createdAt}.${id}`;
}

/** @throws ZoeyError `invalid_input` where the text is none of ours. */
export function parseMemoryCursor(cursor: string | undefined): MemoryPosition | undefined {
  if (cursor === undefined) return undefined;
  const [, createdAt, id] = MEMORY.exec(cursor) ?? [];
  if (id === undefined) throw unknownCursor();
  return { createdAt: Number(createdAt), id };
}

function unknownCursor(): ZoeyError {
  return new ZoeyError('invalid_input', 'The list cannot go on from there.', {
    hint: 'List from the start again.',
  });
}
