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
  audit: AuditRow;
  agents: AgentRow;
  worlds: WorldRow;
  entities: EntityRow;
  entity_names: EntityNameRow;
  components: ComponentRow;
  participants: ParticipantRow;
  relationships: RelationshipRow;
  relationship_tags: TagRow;
  tasks: TaskRow;
  task_tags: TagRow;
  logs: LogRow;
  cache: CacheRow;
  embedding_models: EmbeddingModelRow;
  embeddings: EmbeddingRow;
  embedding_failures: EmbeddingFailureRow;
  blobs: BlobRow;
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
  type: string | null;
  source: string | null;
  world_id: string | null;
  channel_id: string | null;
  server_id: string | null;
  /** JSON. */
  metadata: string | null;
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
  document_id: string | null;
  /** 0 or 1. */
  is_unique: number | null;
  /** JSON. */
  metadata: string | null;
  /** As `contentHash` makes it; null where the row is older than hashes. */
  content_hash: string | null;
  model: string | null;
  last_used_at: number | null;
  superseded_by: string | null;
  /** How urgent its vector is: a higher number comes first. Null where it needs none, or has one. */
  waiting: number | null;
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

export interface AgentRow {
  id: string;
  name: string;
  /** 0 or 1. */
  enabled: number;
  /** JSON of the rest. */
  character: string;
  created_at: number;
  updated_at: number;
}

export interface WorldRow {
  id: string;
  agent_id: string;
  name: string;
  server_id: string | null;
  /** JSON. */
  metadata: string;
}

export interface EntityRow {
  id: string;
  agent_id: string;
  /** JSON. */
  names: string;
  /** JSON. */
  metadata: string;
}

export interface EntityNameRow {
  agent_id: string;
  /** As `fold` makes it. */
  name: string;
  entity_id: string;
}

export interface ComponentRow {
  id: string;
  entity_id: string;
  agent_id: string;
  room_id: string | null;
  world_id: string | null;
  source_entity_id: string | null;
  type: string;
  /** JSON. */
  data: string;
  created_at: number;
}

export interface ParticipantRow {
  room_id: string;
  entity_id: string;
  state: string | null;
}

export interface RelationshipRow {
  id: string;
  agent_id: string;
  source_entity_id: string;
  target_entity_id: string;
  /** JSON. */
  tags: string;
  /** JSON. */
  metadata: string;
  created_at: number;
}

export interface TagRow {
  owner_id: string;
  tag: string;
}

export interface TaskRow {
  id: string;
  agent_id: string;
  name: string;
  description: string;
  room_id: string | null;
  world_id: string | null;
  entity_id: string | null;
  /** JSON. */
  tags: string;
  /** JSON. */
  metadata: string;
  due_at: number | null;
  /** Who has it now, and until when. */
  claim: string | null;
  claimed_until: number | null;
  attempts: number;
  created_at: number;
  updated_at: number;
}

export interface LogRow {
  id: string;
  agent_id: string;
  type: string;
  entity_id: string | null;
  room_id: string | null;
  /** JSON. */
  body: string;
  created_at: number;
}

export interface CacheRow {
  agent_id: string;
  key: string;
  /** JSON. */
  value: string;
  expires_at: number | null;
  updated_at: number;
}

export interface EmbeddingModelRow {
  id: string;
  model: string;
  dims: number;
  dtype: string;
  pooling: string;
  sha256: string;
}

export interface EmbeddingRow {
  memory_id: string;
  model_id: string;
  /** Of the text that it was made of. */
  content_hash: string;
  vector: Uint8Array;
}

export interface EmbeddingFailureRow {
  memory_id: string;
  model_id: string;
  content_hash: string;
  attempts: number;
  retry_at: number | null;
}

export interface BlobRow {
  name: string;
  bytes: Uint8Array;
}

export interface AuditRow {
  /** The place in the chain, from 1 on. */
  seq: number;
  id: string;
  at: number;
  agent_id: string;
  kind: string;
  subject: string;
  outcome: string;
  count: number;
  /** The hash of the one before; empty for the first of all. */
  previous: string;
  hash: string;
}

/** Builds the text and the parameters of queries in one dialect; it never runs them. */
export type QueryBuilder = Kysely<Schema>;
