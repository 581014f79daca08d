import type { LedgerEntry, MemoryPatch } from '../types/database.ts';
import type { Room } from '../types/environment.ts';
import { Content, type Memory, MemoryKind, MessageStatus } from '../types/memory.ts';
import { fold, wellFormed } from './fold.ts';
import type { MemoryChange } from './queries/memories.ts';
import type { RoomPatch } from './queries/rooms.ts';
import type { LedgerRow, MemoryRow, RoomRow } from './queries/schema.ts';

/** The part of a content that has no column of its own. */
const Detail = Content.omit({ text: true, status: true });

export function roomToRow(room: Room): RoomRow {
  return {
    id: room.id,
    agent_id: room.agentId,
    ...titleColumns(room.title),
    pinned: room.pinned ? 1 : 0,
    created_at: room.createdAt,
    updated_at: room.updatedAt,
    deleted_at: room.deletedAt ?? null,
  };
}

export function rowToRoom(row: RoomRow): Room {
  return {
    id: row.id,
    agentId: row.agent_id,
    title: row.title,
    pinned: row.pinned === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at }),
  };
}

export function roomPatchToRow(patch: Partial<Pick<Room, 'title' | 'pinned' | 'updatedAt'>>): RoomPatch {
  return {
    ...(patch.title === undefined ? {} : titleColumns(patch.title)),
    ...(patch.pinned === undefined ? {} : { pinned: patch.pinned ? 1 : 0 }),
    ...(patch.updatedAt === undefined ? {} : { updated_at: patch.updatedAt }),
  };
}

export function memoryToRow(memory: Memory): MemoryRow {
  return {
    id: memory.id,
    kind: memory.kind,
    agent_id: memory.agentId,
    entity_id: memory.entityId,
    room_id: memory.roomId ?? null,
    importance: memory.importance,
    source: memory.source,
    created_at: memory.createdAt,
    updated_at: memory.updatedAt,
    ...contentColumns(memory.content),
  };
}

export function rowToMemory(row: MemoryRow): Memory {
  return {
    id: row.id,
    kind: MemoryKind.parse(row.kind),
    agentId: row.agent_id,
    entityId: row.entity_id,
    ...(row.room_id === null ? {} : { roomId: row.room_id }),
    content: {
      text: row.text,
      ...(row.status === null ? {} : { status: MessageStatus.parse(row.status) }),
      ...parseDetail(row.detail),
    },
    importance: row.importance,
    source: row.source,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function memoryPatchToRow(patch: MemoryPatch): MemoryChange {
  return {
    updated_at: patch.updatedAt,
    ...(patch.importance === undefined ? {} : { importance: patch.importance }),
    ...(patch.content === undefined ? {} : contentColumns(patch.content)),
  };
}

export function entryToRow({ bytesIn, bytesOut, ...entry }: LedgerEntry): LedgerRow {
  return { ...entry, bytes_in: bytesIn, bytes_out: bytesOut };
}

export function rowToEntry({ bytes_in, bytes_out, ...row }: LedgerRow): LedgerEntry {
  return { ...row, bytesIn: bytes_in, bytesOut: bytes_out };
}

function titleColumns(title: string): Pick<RoomRow, 'title' | 'title_folded'> {
  return { title: wellFormed(title), title_folded: fold(wellFormed(title)) };
}

function contentColumns({ text, status, ...rest }: Content) {
  const stored = wellFormed(text);
  const detail = JSON.stringify(rest);
  return {
    text: stored,
    text_folded: fold(stored),
    status: status ?? null,
    detail: detail === '{}' ? null : detail,
  };
}

/** The text of a message matters more than what stands beside it: where that cannot be read, it is left out. */
function parseDetail(json: string | null): Partial<Content> {
  if (json === null) return {};
  try {
    return Detail.parse(JSON.parse(json));
  } catch {
    return {};
  }
}
