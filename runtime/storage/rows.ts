import { contentHash } from '../kernel/contentHash.ts';
import type { LedgerEntry, MemoryPatch, RoomPatch } from '../types/database.ts';
import { ChannelType, type Room } from '../types/environment.ts';
import { Content, type Memory, MemoryKind, MessageStatus } from '../types/memory.ts';
import { Metadata } from '../types/primitives.ts';
import { fold, wellFormed } from './fold.ts';
import type { MemoryChange } from './queries/memories.ts';
import type { RoomChange } from './queries/rooms.ts';
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
    type: room.type ?? null,
    source: room.source ?? null,
    world_id: room.worldId ?? null,
    channel_id: room.channelId ?? null,
    server_id: room.serverId ?? null,
    metadata: room.metadata === undefined ? null : JSON.stringify(room.metadata),
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
    ...(row.type === null ? {} : { type: ChannelType.parse(row.type) }),
    ...(row.source === null ? {} : { source: row.source }),
    ...(row.world_id === null ? {} : { worldId: row.world_id }),
    ...(row.channel_id === null ? {} : { channelId: row.channel_id }),
    ...(row.server_id === null ? {} : { serverId: row.server_id }),
    ...(row.metadata === null ? {} : { metadata: parseMetadata(row.metadata) }),
  };
}

/** All but the metadata, which are merged with what is there. */
export function roomPatchToRow(patch: RoomPatch): RoomChange {
  return {
    ...(patch.title === undefined ? {} : titleColumns(patch.title)),
    ...(patch.pinned === undefined ? {} : { pinned: patch.pinned ? 1 : 0 }),
    ...(patch.updatedAt === undefined ? {} : { updated_at: patch.updatedAt }),
    ...(patch.type === undefined ? {} : { type: patch.type }),
    ...(patch.source === undefined ? {} : { source: patch.source }),
    ...(patch.worldId === undefined ? {} : { world_id: patch.worldId }),
    ...(patch.channelId === undefined ? {} : { channel_id: patch.channelId }),
    ...(patch.serverId === undefined ? {} : { server_id: patch.serverId }),
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
    document_id: memory.documentId ?? null,
    is_unique: memory.unique === undefined ? null : Number(memory.unique),
    metadata: memory.metadata === undefined ? null : JSON.stringify(memory.metadata),
    model: memory.model ?? null,
    last_used_at: memory.lastUsedAt ?? null,
    superseded_by: memory.supersededBy ?? null,
    waiting: urgency(memory.content),
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
    ...(row.document_id === null ? {} : { documentId: row.document_id }),
    ...(row.is_unique === null ? {} : { unique: row.is_unique === 1 }),
    ...(row.metadata === null ? {} : { metadata: parseMetadata(row.metadata) }),
    ...(row.model === null ? {} : { model: row.model }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.superseded_by === null ? {} : { supersededBy: row.superseded_by }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** All but the metadata, which are merged with what is there. */
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

/** The columns that say what a memory says. */
export function contentColumns({ text, status, ...rest }: Content) {
  const stored = wellFormed(text);
  const detail = JSON.stringify(rest);
  return {
    text: stored,
    text_folded: fold(stored),
    status: status ?? null,
    detail: detail === '{}' ? null : detail,
    content_hash: contentHash(stored),
  };
}

/**
 * How urgent the vector of a content is: what the person said, what was told, what the agent said. Null where
 * there is nothing to be embedded, or not yet.
 */
export function urgency({ text, status, role }: Content): number | null {
  if (status === 'streaming' || text.trim() === '') return null;
  if (role === 'user') return 3;
  return role === 'assistant' ? 1 : 2;
}

/** What a plugin keeps beside a thing; where it cannot be read, none. */
export function parseMetadata(json: string | null): Metadata {
  if (json === null) return {};
  try {
    return Metadata.parse(JSON.parse(json));
  } catch {
    return {};
  }
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
