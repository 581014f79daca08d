import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import type { Log } from '../../kernel/log.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { IRecallStore } from '../../types/recallStore.ts';
import { embeddingQueueArea } from '../areas/embeddingQueue.ts';
import { chunks, whole } from '../check.ts';
import { foldWords } from '../fold.ts';
import { live } from '../queries/memories.ts';
import { matching } from '../queries/memoryConditions.ts';
import { modelIdOf, toVector } from '../vectors.ts';
import { all, run, type Store, type Work } from '../work.ts';
import { postgresQueries } from './dialect.ts';

/** Vectors that are taken over at a time. */
const BATCH = 250;

/** A vector as it is stored, of a memory that the index does not hold so. */
interface Missing {
  memory_id: string;
  model_id: string;
  content_hash: string;
  vector: Uint8Array;
}

/**
 * Makes pgvector ready where the server has it: a table beside the vectors as they are stored, in the extension's
 * own form. It can be made anew from those at any time.
 * @returns The version of the extension; undefined where there is none, or it may not be used.
 */
export async function prepareVectorIndex(client: PoolClient, log: Log): Promise<string | undefined> {
  const ready = await readyVersion(client);
  if (ready !== undefined) return ready;
  const offered = await client.query(`SELECT 1 FROM pg_available_extensions WHERE name = 'vector'`);
  if (offered.rowCount === 0) return undefined;
  const lock = ['zoey/vector_index'];
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', lock);
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS vector SCHEMA public');
    await client.query(`CREATE TABLE IF NOT EXISTS vector_index (
      memory_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES embeddings (memory_id) ON DELETE CASCADE,
      model_id TEXT COLLATE "C" NOT NULL,
      content_hash TEXT COLLATE "C" NOT NULL,
      vector vector NOT NULL
    )`);
    return await readyVersion(client);
  } catch (error) {
    log.info(`storage: pgvector is not used: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', lock);
  }
}

/** The version of the extension where all is made; undefined otherwise. */
async function readyVersion(client: PoolClient): Promise<string | undefined> {
  const { rows } = await client.query<{ version: string }>(
    `SELECT extversion AS version FROM pg_extension
     WHERE extname = 'vector' AND to_regclass('vector_index') IS NOT NULL`,
  );
  return rows[0]?.version;
}

/** What of recall pgvector does better: the vectors stay in the database, and only what is near comes back. */
export function vectorIndexArea(store: Store): Pick<IRecallStore, 'storeEmbeddings' | 'searchEmbeddings'> {
  // What was stored by a process without pgvector, or copied here, is taken over once.
  let caughtUp: Promise<void> | undefined;

  async function catchUp(): Promise<void> {
    let taken: number;
    do {
      taken = await store.write(BATCH, () => takeOver());
    } while (taken === BATCH);
  }

  return {
    async storeEmbeddings(stamp, vectors) {
      const ids = vectors.map(({ id }) => id.slice(0, 36));
      // In the same transaction, so that no vector is there and not found.
      const indexed: Store = {
        read: (work) => store.read(work),
        write: (rows, work) =>
          store.write(rows, function* () {
            const value = yield* work();
            for (const part of chunks(ids)) yield* takeOver(part);
            return value;
          }),
      };
      await embeddingQueueArea({ store: indexed, queries: postgresQueries }).storeEmbeddings(stamp, vectors);
    },
    async searchEmbeddings({ stamp, vector, filter, limit, threshold = -1 }) {
      caughtUp ??= catchUp().catch((error: unknown) => {
        caughtUp = undefined;
        throw error;
      });
      await caughtUp;
      const { words, ...rest } = filter;
      const query = nearest(modelIdOf(stamp), vector, whole('limit', limit))
        .where(matching({ ...rest, words: foldWords(words) }))
        .compile();
      const rows = await store.read(() => all(query));
      return rows.filter(({ similarity }) => similarity >= threshold);
    },
  };
}

/** The vectors have a length of 1, so their inner product is the cosine. Not the index's word alone: a text may have changed. */
function nearest(modelId: string, vector: Float32Array, limit: number) {
  const distance = sql<number>`near.vector <#> ${toText(vector)}::vector`;
  return live(postgresQueries)
    .innerJoin(sql<Missing>`vector_index`.as('near'), (join) =>
      join
        .onRef('near.memory_id', '=', 'memories.id')
        .onRef('near.content_hash', '=', 'memories.content_hash'),
    )
    .where('near.model_id', '=', modelId)
    .select(['memories.id', sql<number>`-(${distance})`.as('similarity')])
    .orderBy(distance)
    .orderBy('memories.id')
    .limit(limit);
}

/** Puts vectors into the index that it does not hold; of these memories, or of any. Returns how many. */
function* takeOver(ids?: readonly Uuid[]): Work<number> {
  const missing = yield* all(missingVectors(ids));
  for (const row of missing) yield* run(put(row));
  return missing.length;
}

const missingVectors = (ids: readonly Uuid[] | undefined) =>
  sql<Missing>`
    select e.memory_id, e.model_id, e.content_hash, e.vector from embeddings e
    left join vector_index v
      on v.memory_id = e.memory_id and v.content_hash = e.content_hash and v.model_id = e.model_id
    where v.memory_id is null ${ids === undefined ? sql`` : sql`and e.memory_id in (${sql.join(ids)})`}
    order by e.memory_id limit ${ids === undefined ? BATCH : ids.length}`.compile(postgresQueries);

const put = ({ memory_id, model_id, content_hash, vector }: Missing) =>
  sql`
    insert into vector_index (memory_id, model_id, content_hash, vector)
    values (${memory_id}, ${model_id}, ${content_hash}, ${toText(toVector(vector))}::vector)
    on conflict (memory_id) do update set model_id = excluded.model_id,
      content_hash = excluded.content_hash, vector = excluded.vector`.compile(postgresQueries);

function toText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
