import type { Kysely } from 'kysely';

/**
 * The tables, as they are after the newest migration. Ids are UUIDs as text of 36 characters: any tool can
 * read them, they need no conversion, and they sort as their bytes do, so that a cursor means the same in
 * every database. Times are in milliseconds.
 */
export interface Schema {
  rooms: RoomRow;
  memories: MemoryRow;
  settings: SettingRow;
  ledger: LedgerRow;
}

export interface RoomRow {
  id: string;
  agent_id: string;
  title: string;
  /** The title as `fold` makes it, for search. */
  title_folded: string;
  /** 0 or 1. */
  pinned: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface MemoryRow {
  id: string;
  kind: string;
  agent_id: string;
  entity_id: string;
  room_id: string | null;
  status: string | null;
  importance: number;
  source: string;
  created_at: number;
  updated_at: number;
  text: string;
  /** The text as `fold` makes it, for search. It stands before `detail`, which a search need not read. */
  text_folded: string;
  /** JSON of the rest of the content; null where there is none. */
  detail: string | null;
}

export interface SettingRow {
  key: string;
  /** JSON. */
  value: string;
}

export interface LedgerRow {
  id: string;
  at: number;
  method: string;
  url: string;
  purpose: string;
  status: number;
  ms: number;
  bytes_out: number;
  bytes_in: number;
}

/** Builds the text and the parameters of queries in one dialect; it never runs them. */
export type QueryBuilder = Kysely<Schema>;
