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
  {
    version: 2,
    statements: [
      `CREATE TABLE agents (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        enabled SMALLINT NOT NULL,
        character TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
      )`,
      `CREATE TABLE worlds (
        id TEXT NOT NULL PRIMARY KEY,
        agent_id TEXT NOT NULL,
        name TEXT NOT NULL,
        server_id TEXT,
        metadata TEXT NOT NULL
      )`,
      `CREATE INDEX worlds_of_agent ON worlds (agent_id, id)`,

      `ALTER TABLE rooms ADD COLUMN type TEXT`,
      `ALTER TABLE rooms ADD COLUMN source TEXT`,
      `ALTER TABLE rooms ADD COLUMN world_id TEXT REFERENCES worlds (id) ON DELETE SET NULL`,
      `ALTER TABLE rooms ADD COLUMN channel_id TEXT`,
      `ALTER TABLE rooms ADD COLUMN server_id TEXT`,
      `ALTER TABLE rooms ADD COLUMN metadata TEXT`,
      `CREATE INDEX rooms_of_world ON rooms (world_id, id) WHERE world_id IS NOT NULL`,

      `ALTER TABLE memories ADD COLUMN document_id TEXT REFERENCES memories (id) ON DELETE CASCADE`,
      `ALTER TABLE memories ADD COLUMN is_unique SMALLINT`,
      `ALTER TABLE memories ADD COLUMN metadata TEXT`,
      `CREATE INDEX memories_of_entity ON memories (entity_id, agent_id, created_at, id)`,
      `CREATE INDEX memories_of_document ON memories (document_id, agent_id, created_at, id)
        WHERE document_id IS NOT NULL`,

      `CREATE TABLE entities (
        id TEXT NOT NULL PRIMARY KEY,
        agent_id TEXT NOT NULL,
        names TEXT NOT NULL,
        metadata TEXT NOT NULL
      )`,
      `CREATE INDEX entities_of_agent ON entities (agent_id)`,
      // The names again, folded, to find entities by.
      `CREATE TABLE entity_names (
        agent_id TEXT NOT NULL,
        name TEXT NOT NULL,
        entity_id TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
        PRIMARY KEY (agent_id, name, entity_id)
      )`,
      `CREATE INDEX names_of_entity ON entity_names (entity_id)`,
      `CREATE TABLE components (
        id TEXT NOT NULL PRIMARY KEY,
        entity_id TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
        agent_id TEXT NOT NULL,
        room_id TEXT REFERENCES rooms (id) ON DELETE CASCADE,
        world_id TEXT REFERENCES worlds (id) ON DELETE CASCADE,
        source_entity_id TEXT REFERENCES entities (id) ON DELETE CASCADE,
        type TEXT NOT NULL,
        data TEXT NOT NULL,
        created_at BIGINT NOT NULL
      )`,
      `CREATE INDEX components_of_entity ON components (entity_id, created_at, id)`,
      `CREATE INDEX components_of_type ON components (entity_id, type, created_at, id)`,
      `CREATE INDEX components_of_agent ON components (agent_id)`,
      `CREATE INDEX components_of_room ON components (room_id) WHERE room_id IS NOT NULL`,
      `CREATE INDEX components_of_world ON components (world_id) WHERE world_id IS NOT NULL`,
      `CREATE INDEX components_of_source ON components (source_entity_id) WHERE source_entity_id IS NOT NULL`,
      `CREATE TABLE participants (
        room_id TEXT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
        entity_id TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
        state TEXT,
        PRIMARY KEY (room_id, entity_id)
      )`,
      `CREATE INDEX participants_of_entity ON participants (entity_id, room_id)`,
      `CREATE TABLE relationships (
        id TEXT NOT NULL PRIMARY KEY,
        agent_id TEXT NOT NULL,
        source_entity_id TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
        target_entity_id TEXT NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
        tags TEXT NOT NULL,
        metadata TEXT NOT NULL,
        created_at BIGINT NOT NULL
      )`,
      `CREATE UNIQUE INDEX relationships_once
        ON relationships (agent_id, source_entity_id, target_entity_id)`,
      `CREATE INDEX relationships_from ON relationships (source_entity_id, agent_id, id)`,
      `CREATE INDEX relationships_to ON relationships (target_entity_id, agent_id, id)`,
      // The tags again, one a row, to find by.
      `CREATE TABLE relationship_tags (
        owner_id TEXT NOT NULL REFERENCES relationships (id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (owner_id, tag)
      )`,

      `CREATE TABLE tasks (
        id TEXT NOT NULL PRIMARY KEY,
        agent_id TEXT NOT NULL,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        room_id TEXT REFERENCES rooms (id) ON DELETE CASCADE,
        world_id TEXT REFERENCES worlds (id) ON DELETE CASCADE,
        entity_id TEXT REFERENCES entities (id) ON DELETE CASCADE,
        tags TEXT NOT NULL,
        metadata TEXT NOT NULL,
        due_at BIGINT,
        claim TEXT,
        claimed_until BIGINT,
        attempts INTEGER NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
      )`,
      `CREATE INDEX tasks_of_agent ON tasks (agent_id, created_at, id)`,
      `CREATE INDEX tasks_of_name ON tasks (agent_id, name, created_at, id)`,
      `CREATE INDEX tasks_of_room ON tasks (room_id, agent_id, created_at, id) WHERE room_id IS NOT NULL`,
      `CREATE INDEX tasks_of_world ON tasks (world_id) WHERE world_id IS NOT NULL`,
      `CREATE INDEX tasks_of_entity ON tasks (entity_id, agent_id, created_at, id)
        WHERE entity_id IS NOT NULL`,
      `CREATE INDEX tasks_due ON tasks (agent_id, due_at, id) WHERE due_at IS NOT NULL`,
      `CREATE TABLE task_tags (
        owner_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (owner_id, tag)
      )`,

      `CREATE TABLE logs (
        id TEXT NOT NULL PRIMARY KEY,
        agent_id TEXT NOT NULL,
        type TEXT NOT NULL,
        entity_id TEXT REFERENCES entities (id) ON DELETE CASCADE,
        room_id TEXT REFERENCES rooms (id) ON DELETE CASCADE,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL
      )`,
      `CREATE INDEX logs_of_agent ON logs (agent_id, created_at, id)`,
      `CREATE INDEX logs_of_type ON logs (agent_id, type, created_at, id)`,
      `CREATE INDEX logs_of_entity ON logs (entity_id, agent_id, created_at, id) WHERE entity_id IS NOT NULL`,
      `CREATE INDEX logs_of_room ON logs (room_id, agent_id, created_at, id) WHERE room_id IS NOT NULL`,

      `CREATE TABLE cache (
        agent_id TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        expires_at BIGINT,
        updated_at BIGINT NOT NULL,
        PRIMARY KEY (agent_id, key)
      )`,
      `CREATE INDEX cache_latest ON cache (agent_id, updated_at, key)`,
      `CREATE INDEX cache_expiring ON cache (expires_at) WHERE expires_at IS NOT NULL`,
    ],
  },
  {
    version: 3,
    statements: [
      `ALTER TABLE memories ADD COLUMN content_hash TEXT`,
      `ALTER TABLE memories ADD COLUMN model TEXT`,
      `ALTER TABLE memories ADD COLUMN last_used_at BIGINT`,
      // Whoever forgets the newer one with intent takes this one along; where it goes with its room, this holds again.
      `ALTER TABLE memories ADD COLUMN superseded_by TEXT REFERENCES memories (id) ON DELETE SET NULL`,
      // How urgent its vector is, in the row itself: the row and its waiting can't part.
      `ALTER TABLE memories ADD COLUMN waiting SMALLINT`,
      `UPDATE memories SET waiting = CASE WHEN kind = 'message' THEN 1 ELSE 2 END
        WHERE text <> '' AND (status IS NULL OR status <> 'streaming')`,
      `CREATE INDEX memories_superseded ON memories (superseded_by) WHERE superseded_by IS NOT NULL`,
      `CREATE INDEX memories_waiting ON memories (waiting, created_at, id) WHERE waiting IS NOT NULL`,

      `CREATE TABLE embedding_models (
        id TEXT NOT NULL PRIMARY KEY,
        model TEXT NOT NULL,
        dims INTEGER NOT NULL,
        dtype TEXT NOT NULL,
        pooling TEXT NOT NULL,
        sha256 TEXT NOT NULL
      )`,
      // Bytes are called so in Postgres; SQLite takes any name. Each vector is of 32-bit floats, little-endian.
      `CREATE TABLE embeddings (
        memory_id TEXT NOT NULL PRIMARY KEY REFERENCES memories (id) ON DELETE CASCADE,
        model_id TEXT NOT NULL REFERENCES embedding_models (id),
        content_hash TEXT NOT NULL,
        vector BYTEA NOT NULL
      )`,
      `CREATE INDEX embeddings_of_model ON embeddings (model_id, memory_id)`,
      // Without a time to try again it is given up.
      `CREATE TABLE embedding_failures (
        memory_id TEXT NOT NULL PRIMARY KEY REFERENCES memories (id) ON DELETE CASCADE,
        model_id TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        retry_at BIGINT
      )`,
      `CREATE TABLE blobs (
        name TEXT NOT NULL PRIMARY KEY,
        bytes BYTEA NOT NULL
      )`,
      // It refers to nothing: what was done stays, whatever it was done to.
      `CREATE TABLE audit (
        seq BIGINT NOT NULL PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        at BIGINT NOT NULL,
        agent_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        outcome TEXT NOT NULL,
        count INTEGER NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
      )`,
    ],
  },
];
