/** One step of the schema. The text serves SQLite and Postgres alike: both know these types and clauses. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/**
 * Every step from an empty database on, in order. A step that was released is never changed: what comes
 * later is a step of its own.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE rooms (
        id TEXT NOT NULL PRIMARY KEY,
        agent_id TEXT NOT NULL,
        title TEXT NOT NULL,
        title_folded TEXT NOT NULL,
        pinned SMALLINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        deleted_at BIGINT
      )`,
      `CREATE INDEX rooms_latest ON rooms (agent_id, pinned, updated_at, id) WHERE deleted_at IS NULL`,
      `CREATE INDEX rooms_deleted ON rooms (deleted_at) WHERE deleted_at IS NOT NULL`,
      `CREATE TABLE memories (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        agent_id TEXT NOT NULL,
        entity_id TEXT NOT NULL,
        room_id TEXT REFERENCES rooms (id) ON DELETE CASCADE,
        status TEXT,
        importance DOUBLE PRECISION NOT NULL,
        source TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        text TEXT NOT NULL,
        text_folded TEXT NOT NULL,
        detail TEXT
      )`,
      // The agent stands in it so that it always beats the index of the agent for the list of a room.
      `CREATE INDEX memories_of_room ON memories (room_id, agent_id, created_at, id)`,
      `CREATE INDEX memories_of_agent ON memories (agent_id, created_at, id)`,
      // Notes and facts are few among messages.
      `CREATE INDEX memories_kept ON memories (agent_id, created_at, id) WHERE kind <> 'message'`,
      `CREATE INDEX memories_streaming ON memories (id) WHERE status = 'streaming'`,
      `CREATE TABLE settings (
        key TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
      )`,
      `CREATE TABLE ledger (
        id TEXT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        method TEXT NOT NULL,
        url TEXT NOT NULL,
        purpose TEXT NOT NULL,
        status INTEGER NOT NULL,
        ms DOUBLE PRECISION NOT NULL,
        bytes_out BIGINT NOT NULL,
        bytes_in BIGINT NOT NULL
      )`,
      `CREATE INDEX ledger_latest ON ledger (at, id)`,
    ],
  },
];
