import type { IAuditStore } from './audit.ts';
import type { Room } from './environment.ts';
import type { IEnvironmentStore } from './environmentStore.ts';
import type { Content, Memory } from './memory.ts';
import type { MemoryFilter } from './memoryFilter.ts';
import type { Page } from './page.ts';
import type { JsonValue, Metadata, Timestamp, Uuid } from './primitives.ts';
import type { IRecallStore } from './recallStore.ts';
import type { LogEntry } from './task.ts';
import type { ITaskStore } from './taskStore.ts';

export type { MemoryFilter };

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

export interface MemoryQuery extends MemoryFilter {
  limit: number;
  /** How many to skip; a negative one is refused, one past the end gives an empty page. */
  offset?: number;
  /** `next` of the page before: goes on towards older memories. */
  cursor?: string;
}

export interface MemoryPatch {
  content?: Content;
  importance?: number;
  /** Merged into what is there, at every depth: null removes a key. */
  metadata?: Metadata;
  updatedAt: Timestamp;
}

/** How a turn went, and how many such entries are kept of its agent. */
export interface TurnLog {
  entry: LogEntry;
  keep: number;
}

/** What a turn begins with. */
export interface TurnStart {
  room: Pick<Room, 'id' | 'updatedAt'>;
  /** A message and its reply: they are no part of anything, and have no parts. */
  memories: readonly Memory[];
  /** This message and all later ones of the room are taken out. */
  replaces?: Uuid;
}

/** What a turn ends with: the whole reply. */
export interface TurnEnd {
  id: Uuid;
  content: Content;
  updatedAt: Timestamp;
  log: TurnLog;
}

/** What is to be forgotten: the ids, or what the filter finds; both where both are given. */
export type ForgetFilter = MemoryFilter & { ids?: readonly Uuid[] };

/** What it names is changed; `metadata` is merged as that of a memory. */
export type RoomPatch = Partial<
  Pick<
    Room,
    'title' | 'pinned' | 'updatedAt' | 'type' | 'source' | 'worldId' | 'channelId' | 'serverId' | 'metadata'
  >
>;

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

/** How much is kept, and where. */
export interface StorageStats {
  /** On disk; 0 in memory. */
  bytes: number;
  rooms: number;
  memories: number;
  schemaVersion: number;
  /** Absolute path, where the memory is a file. */
  file?: string;
  /** Where the memory is on a database server. */
  database?: DatabaseServer;
}

/** A database server, without what a stranger could use to reach it. */
export interface DatabaseServer {
  kind: 'postgres';
  version: string;
  /** Host, port and name of the database; never a user or a password. */
  place: string;
  schema: string;
  /** How vectors are compared: inside the database by its extension, or all of them one by one here. */
  vectors: 'pgvector' | 'exact';
  /** The version of pgvector. */
  extension?: string;
}

/**
 * All that the runtime asks of a database. Every promise that resolves for a write means: durable.
 * Errors are ZoeyError with a `storage_*` code.
 */
export interface IDatabaseAdapter extends IEnvironmentStore, ITaskStore, IRecallStore, IAuditStore {
  /** Opens, migrates and checks. Safe to call again. */
  init(): Promise<void>;
  isReady(): boolean;
  close(): Promise<void>;

  /** An id that exists already is left as it is. */
  createRoom(room: Room): Promise<void>;
  /** As `createRoom`, in one transaction. */
  createRooms(rooms: readonly Room[]): Promise<void>;
  /** Absent, deleted and purged rooms are undefined. */
  getRoom(id: Uuid): Promise<Room | undefined>;
  /** Those that are there, in the order of the ids. */
  getRoomsByIds(ids: readonly Uuid[]): Promise<Room[]>;
  /** Pinned first, then the latest; deleted ones are left out. */
  getRooms(query: RoomQuery): Promise<Page<FoundRoom>>;
  /** Returns false where there is no such room. */
  updateRoom(id: Uuid, patch: RoomPatch): Promise<boolean>;
  /** Hides the room; `restoreRoom` brings it back until `purgeRooms` removes it with all its memories. */
  deleteRoom(id: Uuid, at: Timestamp): Promise<boolean>;
  restoreRoom(id: Uuid): Promise<boolean>;
  /** Removes rooms that were deleted before `before`; returns how many. */
  purgeRooms(before: Timestamp): Promise<number>;

  /** One transaction; ids that exist already are left as they are. */
  createMemories(memories: readonly Memory[]): Promise<void>;
  getMemoryById(id: Uuid): Promise<Memory | undefined>;
  /** Those that are there, in the order of the ids. */
  getMemoriesByIds(ids: readonly Uuid[]): Promise<Memory[]>;
  /** Newest first; memories of deleted rooms are left out. */
  getMemories(query: MemoryQuery): Promise<Page<Memory>>;
  /** The newest of several rooms together. */
  getMemoriesByRoomIds(
    query: Pick<MemoryQuery, 'agentId' | 'kinds' | 'limit'> & { roomIds: readonly Uuid[] },
  ): Promise<Memory[]>;
  updateMemory(id: Uuid, patch: MemoryPatch): Promise<boolean>;
  /** Stores a memory and makes those history that it supersedes, in one transaction. */
  supersedeMemories(memory: Memory, superseded: readonly Uuid[]): Promise<void>;
  /** The memory, what it superseded and what superseded it, at every remove, newest first; bounded. */
  getMemoryHistory(id: Uuid): Promise<Memory[]>;
  /** Notes that they were used. */
  touchMemories(ids: readonly Uuid[], at: Timestamp): Promise<void>;
  /**
   * One transaction; returns how many were there. A document takes its fragments along, and a memory what it
   * superseded.
   */
  deleteMemories(ids: readonly Uuid[]): Promise<number>;
  /**
   * Removes all that the filter finds, of deleted rooms too, with the fragments of documents and with what was
   * superseded. One transaction; returns the ids. A filter that names nothing but the agent is refused.
   */
  deleteAllMemories(filter: ForgetFilter): Promise<Uuid[]>;
  /** Removes `id` and all later messages of its room; returns how many are gone. */
  deleteMessagesFrom(roomId: Uuid, id: Uuid): Promise<number>;
  /** Stores what a turn begins with, as one transaction; returns how many messages were taken out. */
  beginTurn(start: TurnStart): Promise<number>;
  /** Stores the reply and how the turn went, as one transaction; nothing, and false, where the reply is gone. */
  endTurn(end: TurnEnd): Promise<boolean>;
  countMemories(filter: MemoryFilter): Promise<number>;
  /** Marks messages that a dead process left in `streaming` as `interrupted`; returns how many. */
  interruptStreaming(at: Timestamp): Promise<number>;

  getSetting(key: string): Promise<JsonValue | undefined>;
  /** `null` removes it. */
  setSetting(key: string, value: JsonValue): Promise<void>;

  /** Keeps the newest `keep` entries. One with the id of an earlier one takes its place. */
  writeLedger(entries: readonly LedgerEntry[], keep: number): Promise<void>;
  /** Newest first. */
  getLedger(limit: number): Promise<LedgerEntry[]>;

  /** For `status`. */
  stats(): Promise<StorageStats>;
}
