// Messages a second through the runtime of @elizaos/core over @elizaos/plugin-sql (PGlite on files, its default
// without a server): `node eliza.mjs FOLDER COUNT TEXT`. Prints one JSON line.
import { randomUUID } from 'node:crypto';
import { AgentRuntime } from '@elizaos/core';
import sql, { createDatabaseAdapter, DatabaseMigrationService } from '@elizaos/plugin-sql';

const [dataDir, count, text] = process.argv.slice(2);
const agentId = randomUUID();
const adapter = createDatabaseAdapter({ dataDir }, agentId);
await adapter.init();
const migrations = new DatabaseMigrationService();
await migrations.initializeWithDatabase(adapter.getDatabase());
migrations.discoverAndRegisterPluginSchemas([sql]);
await migrations.runAllPluginMigrations();
const character = { name: 'Bench', bio: ['x'], plugins: [] };
const runtime = new AgentRuntime({ agentId, character, plugins: [], adapter });
await runtime.initialize({ skipMigrations: true });
const [entityId, roomId, worldId] = [randomUUID(), randomUUID(), randomUUID()];
await runtime.ensureConnection({
  entityId,
  roomId,
  worldId,
  worldName: 'World',
  name: 'User',
  userName: 'user',
  source: 'bench',
  type: 'DM',
  channelId: roomId,
  messageServerId: randomUUID(),
});
const create = () =>
  runtime.createMemory(
    { id: randomUUID(), entityId, agentId, roomId, content: { text }, createdAt: Date.now() },
    'messages',
  );
const n = Number(count);
await Promise.all(Array.from({ length: 100 }, create));
let start = performance.now();
await Promise.all(Array.from({ length: n }, create));
const together = (n * 1000) / (performance.now() - start);
start = performance.now();
for (let i = 0; i < n / 4; i++) await create();
const singly = ((n / 4) * 1000) / (performance.now() - start);
console.log(JSON.stringify({ together, singly }));
process.exit(0);
