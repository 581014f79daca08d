import assert from 'node:assert/strict';
import { Client } from 'pg';
import { silentLog } from '../../../runtime/kernel/log.ts';
import { createPostgresDatabase } from '../../../runtime/storage/postgres/adapter.ts';
import type { EmbeddingStamp } from '../../../runtime/types/recall.ts';
import { startPglite } from '../../support/postgres/pglite.ts';
import { agentId, id, note } from '../../support/storage/samples.ts';

const stamp: EmbeddingStamp = { model: 'm', dims: 3, dtype: 'fp32', pooling: 'mean', sha256: 'x' };
const vectors = [
  [1, 0, 0],
  [0.8, 0.6, 0],
  [0, 1, 0],
  [0, 0, 1],
].map((values) => Float32Array.from(values));

describe('vectors in PostgreSQL', function () {
  this.timeout(30_000);
  let server: Awaited<ReturnType<typeof startPglite>>;
  let url: string;
  let schemas = 0;
  before(async () => {
    server = await startPglite();
  });
  after(() => server.stop());
  beforeEach(() => {
    url = `${server.url}?schema=vectors${++schemas}`;
  });

  const open = async () => {
    const db = createPostgresDatabase({ url, log: silentLog });
    await db.init();
    return db;
  };
  const query = { stamp, vector: Float32Array.from([1, 0, 0]), filter: { agentId }, limit: 3 };
  const fill = async (db: Awaited<ReturnType<typeof open>>) => {
    await db.createMemories(vectors.map((_, n) => note(n + 1)));
    const jobs = await db.getEmbeddingJobs({ stamp, limit: 9, now: 1 });
    await db.storeEmbeddings(
      stamp,
      jobs.map((job) => ({
        id: job.id,
        vector: vectors[Number.parseInt(job.id.slice(30, 36), 16) - 1] ?? new Float32Array(3),
      })),
    );
  };
  const execute = async (statement: string) => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    try {
      await client.query(`SET search_path TO vectors${schemas}, public`);
      return await client.query(statement);
    } finally {
      await client.end();
    }
  };

  it('are compared by pgvector where the server has it, and the status says so', async () => {
    const db = await open();
    await fill(db);
    const { database } = await db.stats();
    assert.equal(database?.vectors, 'pgvector');
    assert.match(database?.extension ?? '', /^\d+\.\d+/);
    const found = await db.searchEmbeddings(query);
    assert.deepEqual(
      found.map((near) => [near.id, Math.round(near.similarity * 10)]),
      [
        [id(1), 10],
        [id(2), 8],
        [id(3), 0],
      ],
    );
    assert.equal((await execute('SELECT * FROM vector_index')).rowCount, 4);
    await db.deleteMemories([id(1)]);
    assert.equal((await execute('SELECT * FROM vector_index')).rowCount, 3);
    await db.close();
  });

  it('are taken over where they were stored without it', async () => {
    const first = await open();
    await fill(first);
    await first.close();
    await execute('DELETE FROM vector_index');
    const second = await open();
    const found = await second.searchEmbeddings({ ...query, threshold: 0.5 });
    assert.deepEqual(
      found.map((near) => near.id),
      [id(1), id(2)],
    );
    await second.close();
  });
});
