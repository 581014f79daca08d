// Writes a database of each schema that there is no file of yet to test/fixtures/storage, from the migrations
// as they were released: `node --import tsx test/support/storage/makeSchemas.ts`. A file is never written anew.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { chained } from '../../../runtime/storage/auditChain.ts';
import { migrations } from '../../../runtime/storage/migrations.ts';
import { Connection } from '../../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../../runtime/storage/sqlite/engine.ts';
import { migrate } from '../../../runtime/storage/sqlite/migrate.ts';
import { modelIdOf } from '../../../runtime/storage/vectors.ts';
import { MemoryDisk } from './memoryDisk.ts';
import { agentId, auditEntry, id, personId } from './samples.ts';

const FILE = '/disk/memory.sqlite';
const FOLDER = path.join(__dirname, '..', '..', 'fixtures', 'storage');

/** The model of a vector, and something that was done. */
const STAMP = { model: 'mini', dims: 2, dtype: 'fp32', pooling: 'mean', sha256: 'abc' };
const DONE = chained(auditEntry(80), 1, '');

/** Some use of what each schema brought. */
const USE: Record<number, string> = {
  1: `
    INSERT INTO rooms (id, agent_id, title, title_folded, pinned, created_at, updated_at, deleted_at) VALUES
      ('${id(1)}', '${agentId}', 'Über Äpfel', 'über äpfel', 1, 1, 9, NULL),
      ('${id(2)}', '${agentId}', 'Deleted', 'deleted', 0, 2, 2, 50);
    INSERT INTO memories (id, kind, agent_id, entity_id, room_id, status, importance, source, created_at,
      updated_at, text, text_folded, detail) VALUES
      ('${id(10)}', 'message', '${agentId}', '${personId}', '${id(1)}', 'complete', 0.5, 'conversation', 10, 10,
       'Message 10', 'message 10', '{"role":"user"}'),
      ('${id(11)}', 'message', '${agentId}', '${agentId}', '${id(1)}', 'streaming', 0.5, 'conversation', 11, 11,
       'Half', 'half', '{"role":"assistant","model":"m"}'),
      ('${id(12)}', 'note', '${agentId}', '${personId}', NULL, NULL, 0.5, 'user', 12, 12, 'Note 12', 'note 12',
       NULL);
    INSERT INTO settings (key, value) VALUES ('model', '"m"');
    INSERT INTO ledger (id, at, method, url, purpose, status, ms, bytes_out, bytes_in) VALUES
      ('${id(20)}', 5, 'GET', 'http://127.0.0.1/', 'chat', 200, 1.5, 1, 2);`,
  2: `
    INSERT INTO worlds (id, agent_id, name, server_id, metadata) VALUES ('${id(30)}', '${agentId}', 'World 30', NULL, '{}');
    INSERT INTO entities (id, agent_id, names, metadata) VALUES ('${id(40)}', '${agentId}', '["Ann"]', '{}');
    INSERT INTO entity_names (agent_id, name, entity_id) VALUES ('${agentId}', 'ann', '${id(40)}');
    INSERT INTO participants (room_id, entity_id, state) VALUES ('${id(1)}', '${id(40)}', 'FOLLOWED');
    INSERT INTO tasks (id, agent_id, name, description, tags, metadata, due_at, attempts, created_at, updated_at)
      VALUES ('${id(50)}', '${agentId}', 'TASK_50', '', '[]', '{}', 5, 0, 50, 50);
    INSERT INTO cache (agent_id, key, value, updated_at) VALUES ('${agentId}', 'k', '1', 60);`,
  3: `
    INSERT INTO memories (id, kind, agent_id, entity_id, importance, source, created_at, updated_at, text,
      text_folded, content_hash, model, last_used_at, superseded_by, waiting) VALUES
      ('${id(61)}', 'fact', '${agentId}', '${personId}', 0.5, 'extraction', 61, 61, 'Now', 'now', 'h61', 'm', 99,
       NULL, NULL),
      ('${id(60)}', 'fact', '${agentId}', '${personId}', 0.5, 'extraction', 60, 61, 'Before', 'before', 'h60', 'm',
       NULL, '${id(61)}', 2);
    INSERT INTO embedding_models (id, model, dims, dtype, pooling, sha256) VALUES
      ('${modelIdOf(STAMP)}', 'mini', 2, 'fp32', 'mean', 'abc');
    INSERT INTO embeddings (memory_id, model_id, content_hash, vector) VALUES
      ('${id(61)}', '${modelIdOf(STAMP)}', 'h61', x'0000803f00000000');
    INSERT INTO embedding_failures (memory_id, model_id, content_hash, attempts, retry_at) VALUES
      ('${id(60)}', '${modelIdOf(STAMP)}', 'h60', 2, 70);
    INSERT INTO blobs (name, bytes) VALUES ('text/a', x'0102');
    INSERT INTO audit (seq, id, at, agent_id, kind, subject, outcome, count, previous, hash) VALUES
      (1, '${DONE.id}', ${DONE.at}, '${DONE.agent_id}', '${DONE.kind}', '${DONE.subject}', '${DONE.outcome}',
       ${DONE.count}, '', '${DONE.hash}');
    INSERT INTO settings (key, value) VALUES
      ('audit.chain', '{"anchor":{"seq":0,"hash":""},"head":{"seq":1,"hash":"${DONE.hash}"}}');`,
};

async function make(version: number): Promise<void> {
  const file = path.join(FOLDER, `schema-${version}.sqlite.gz`);
  if (existsSync(file)) return;
  const disk = new MemoryDisk();
  const connection = Connection.open(await createEngine(disk.fs), FILE);
  connection.configure(true);
  migrate(connection, migrations.slice(0, version));
  for (let brought = 1; brought <= version; brought++) connection.exec(USE[brought] ?? '');
  connection.close();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, gzipSync(disk.files()[FILE] ?? Buffer.alloc(0), { level: 9 }));
}

async function main(): Promise<void> {
  for (const { version } of migrations) await make(version);
}

void main();
