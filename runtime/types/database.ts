import type { Room } from './environment.ts';
import type { Content, Memory, MemoryKind } from './memory.ts';
import type { JsonValue, Timestamp, Uuid } from './primitives.ts';

/** A list cut at `limit`; `next` continues it and is absent at the end. */
export interface Page<T> {
  items: T[];
  next?: string;
}

export interface RoomQuery {
  agentId: Uuid;
  limit: number;
  /** `next` of the page before. */
  cursor?: string;
  /** Only rooms that hold every one of these words, case aside, in the title or in one message or another. */
  words?: readonly string[];
}

/** `snippet` is set for a search: up to 120 characters around the first hit in the newest message that has one. */
export type FoundRoom = Room & { snippet?: string };

export interface MemoryQuery {
  agentId: Uuid;
  kinds?: readonly MemoryKind[];
  roomId?: Uuid;
  limit: number;
  /** `next` of the page before: goes on towards older memories. */
  cursor?: string;
}

export interface MemoryPatch {
  content?: Content;
  importance?: number;
  updatedAt: Timestamp;
}

/** One request that left the process, without its content. */
export interface LedgerEntry {
  id: Uuid;
  at: Timestamp;
  method: string;
  /** Origin and path; never a query, a user name or a password. */
  url: string;
  /** Why it was made, in a word: "chat", "list models". */
  purpose: string;
  /** HTTP status, or 0 where no answer came. */
  status: number;
  ms: number;
  bytesOut: number;
  bytesIn: number;
}

/**
 * All that the runtime asks of a database. Every promise that resolves for a write means: durable.
 * Errors are ZoeyError with a `storage_*` code.
 */
export interface IDatabaseAdapter {
  /** Opens, migrates and checks. Safe to call again. */
  init(): Promise<void>;
  isReady(): boolean;
  close(): Promise<void>;

  /** An id that exists already is left as it is. */
  createRoom(room: Room): Promise<void>;
  /** Absent, deleted and purged rooms are undefined. */
  getRoom(id: Uuid): Promise<Room | undefined>;
  /** Pinned first, then the latest; deleted ones are left out. */
  getRooms(query: RoomQuery): Promise<Page<FoundRoom>>;
  /** Returns false where there is no such room. */
  updateRoom(id: Uuid, patch: Partial<Pick<Room, 'title' | 'pinned' | 'updatedAt'>>): Promise<boolean>;
  /** Hides the room; `restoreRoom` brings it back until `purgeRooms` removes it with all its memories. */
  deleteRoom(id: Uuid, at: Timestamp): Promise<boolean>;
  restoreRoom(id: Uuid): Promise<boolean>;
  /** Removes rooms that were deleted before `before`; returns how many. */
  purgeRooms(before: Timestamp): Promise<number>;

  /** One transaction; ids that exist already are left as they are. */
  createMemories(memories: readonly Memory[]): Promise<void>;
  getMemoryById(id: Uuid): Promise<Memory | undefined>;
  /** Newest first; memories of deleted rooms are left out. */
  getMemories(query: MemoryQuery): Promise<Page<Memory>>;
  updateMemory(id: Uuid, patch: MemoryPatch): Promise<boolean>;
  /** One transaction; returns how many were there. */
  deleteMemories(ids: readonly Uuid[]): Promise<number>;
  /** Removes `id` and all later messages of its room; returns how many. For "edit and resend". */
  deleteMessagesFrom(roomId: Uuid, id: Uuid): Promise<number>;
  countMemories(query: Omit<MemoryQuery, 'limit' | 'cursor'>): Promise<number>;
  /** Marks messages that a dead process left in `streaming` as `interrupted`; returns how many. */
  interruptStreaming(at: Timestamp): Promise<number>;

  getSetting(key: string): Promise<JsonValue | undefined>;
  /** `null` removes it. */
  setSetting(key: string, value: JsonValue): Promise<void>;

  /** Keeps the newest `keep` entries. */
  writeLedger(entries: readonly LedgerEntry[], keep: number): Promise<void>;
  /** Newest first. */
  getLedger(limit: number): Promise<LedgerEntry[]>;

  /** Bytes on disk (0 in memory) and counts, for `status`. */
  stats(): Promise<{ bytes: number; rooms: number; memories: number; schemaVersion: number; file?: string }>;
}
