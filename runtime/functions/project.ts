import { ZoeyError } from '../kernel/errors.ts';
import type { ChatChunk, MemoryItem, Message, RoomSummary } from '../protocol/schemas.ts';
import type { FoundRoom } from '../types/database.ts';
import type { TurnEvent } from '../types/events.ts';
import type { Memory } from '../types/memory.ts';

/** A stored message as the panel sees it. */
export function toMessage({ id, roomId, createdAt, content }: Memory): Message {
  const { role, status } = content;
  if (roomId === undefined || role === undefined || status === undefined) {
    throw new ZoeyError('internal', `Memory ${id} is no message.`);
  }
  return { ...content, role, status, id, roomId, createdAt };
}

/** A stored room as a list shows it. */
export function toRoomSummary({ id, title, pinned, createdAt, updatedAt, snippet }: FoundRoom): RoomSummary {
  return { id, title, pinned, createdAt, updatedAt, ...(snippet !== undefined && { snippet }) };
}

/** A memory as a list shows it; with what a search says of it. */
export function toMemoryItem(
  memory: Memory,
  found: Pick<MemoryItem, 'score' | 'why' | 'snippet'> = {},
): MemoryItem {
  const { id, kind, source, createdAt, importance, content } = memory;
  const { roomId, model, lastUsedAt, supersededBy } = memory;
  return {
    id,
    kind,
    source,
    createdAt,
    importance,
    ...(roomId !== undefined && { roomId }),
    ...(model !== undefined && { model }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(supersededBy !== undefined && { supersededBy }),
    text: content.text,
    ...found,
  };
}

/** A turn's event as it is streamed. */
export function toChunk(event: TurnEvent): ChatChunk {
  switch (event.type) {
    case 'start':
      return {
        type: 'start',
        room: toRoomSummary(event.room),
        ...(event.message && { message: toMessage(event.message) }),
        reply: toMessage(event.reply),
      };
    case 'end':
      return { type: 'end', message: toMessage(event.message), room: toRoomSummary(event.room) };
    default:
      return event;
  }
}
