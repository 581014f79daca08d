import { contentHash } from '../../kernel/contentHash.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { EmbeddingJob, EmbeddingStamp } from '../../types/recall.ts';
import type { IRecallStore } from '../../types/recallStore.ts';
import { chunks, whole } from '../check.ts';
import { failureQueries, waitingQueries } from '../queries/embeddingQueue.ts';
import { embeddingQueries } from '../queries/embeddings.ts';
import { modelIdOf, toBytes } from '../vectors.ts';
import { all, first, run, type Work } from '../work.ts';
import type { AreaParts } from './area.ts';

type Waiting = Pick<IRecallStore, 'getEmbeddingJobs' | 'countEmbeddings'>;
type Settling = Pick<IRecallStore, 'storeEmbeddings' | 'failEmbeddings'>;

/** A job is the memory and the text that it had: "UUID.HASH". */
const JOB = /^([0-9a-f-]{36})\.([0-9a-f]{32})$/;

/** What waits for its vector, and what becomes of it. */
export function embeddingQueueArea(parts: AreaParts): Waiting & Settling {
  return { ...waitingJobs(parts), ...settledJobs(parts) };
}

function waitingJobs({ store, queries }: AreaParts): Waiting {
  const embeddings = embeddingQueries(queries);
  const waiting = waitingQueries(queries);
  const failures = failureQueries(queries);

  function* otherModels(modelId: string): Work<string[]> {
    const models = yield* all(embeddings.models());
    return models.flatMap(({ id }) => (id === modelId ? [] : [id]));
  }

  function* jobs(modelId: string, limit: number, now: number): Work<EmbeddingJob[]> {
    const rows = yield* all(waiting.next({ modelId, limit, now }));
    const others = rows.length < limit ? yield* otherModels(modelId) : [];
    if (others.length > 0) {
      const rest = { modelId, limit: limit - rows.length, now };
      rows.push(...(yield* all(waiting.outdated(rest, others))));
    }
    return rows.map(({ id, text, content_hash, attempts }) => ({
      id: `${id}.${content_hash ?? contentHash(text)}`,
      text,
      attempts: attempts ?? 0,
    }));
  }

  function* count(modelId: string): Work<{ waiting: number; failed: number; embedded: number }> {
    const others = yield* otherModels(modelId);
    const fresh = yield* first(waiting.count());
    const outdated = others.length > 0 ? yield* first(waiting.countOutdated(others)) : undefined;
    const failed = (yield* first(failures.countGivenUp(modelId)))?.count ?? 0;
    const embedded = yield* first(embeddings.countEmbedded(modelId));
    const unfinished = (fresh?.count ?? 0) + (outdated?.count ?? 0);
    return { waiting: Math.max(0, unfinished - failed), failed, embedded: embedded?.count ?? 0 };
  }

  return {
    getEmbeddingJobs: ({ stamp, limit, now }) =>
      store.read(() => jobs(modelIdOf(stamp), whole('limit', limit), now)),
    countEmbeddings: (stamp) => store.read(() => count(modelIdOf(stamp))),
  };
}

function settledJobs({ store, queries }: AreaParts): Settling {
  const embeddings = embeddingQueries(queries);
  const waiting = waitingQueries(queries);
  const failures = failureQueries(queries);

  /** Of the jobs, those whose text is still what it was; rows that are older than hashes get theirs. */
  function* present(jobIds: readonly string[]): Work<Map<string, { memoryId: Uuid; hash: string }>> {
    const given = new Map(jobIds.map((id) => [id, parseJob(id)]));
    const known = new Map<string, string | null>();
    for (const part of chunks([...given.values()].map(({ memoryId }) => memoryId))) {
      for (const row of yield* all(waiting.versions(part))) known.set(row.id, row.content_hash);
    }
    for (const [id, { memoryId, hash }] of given) {
      const now = known.get(memoryId);
      if (now === null) yield* run(waiting.setHash(memoryId, hash));
      else if (now !== hash) given.delete(id);
    }
    return given;
  }

  function* put(stamp: EmbeddingStamp, vectors: readonly { id: string; vector: Float32Array }[]): Work<void> {
    const modelId = modelIdOf(stamp);
    yield* run(embeddings.addModel({ id: modelId, ...stamp }));
    const jobs = yield* present(vectors.map(({ id }) => id));
    for (const { id, vector } of vectors) {
      const job = jobs.get(id);
      if (job === undefined) continue;
      const bytes = toBytes(vector, stamp.dims);
      yield* run(
        embeddings.put({ memory_id: job.memoryId, model_id: modelId, content_hash: job.hash, vector: bytes }),
      );
    }
    for (const part of chunks([...jobs.values()].map(({ memoryId }) => memoryId))) {
      yield* run(waiting.settle(part));
      yield* run(failures.remove(part));
    }
  }

  function* fail(modelId: string, ids: readonly string[], retryAt: number | undefined): Work<void> {
    for (const { memoryId, hash } of (yield* present(ids)).values()) {
      yield* run(
        failures.add({
          memory_id: memoryId,
          model_id: modelId,
          content_hash: hash,
          attempts: 1,
          retry_at: retryAt ?? null,
        }),
      );
    }
  }

  return {
    async storeEmbeddings(stamp, vectors) {
      if (vectors.length > 0) await store.write(vectors.length * 2, () => put(stamp, vectors));
    },
    async failEmbeddings(stamp, ids, retryAt) {
      if (ids.length > 0) await store.write(ids.length, () => fail(modelIdOf(stamp), ids, retryAt));
    },
  };
}

function parseJob(id: string): { memoryId: Uuid; hash: string } {
  const [, memoryId, hash] = JOB.exec(id) ?? [];
  if (memoryId !== undefined && hash !== undefined) return { memoryId, hash };
  throw new ZoeyError('invalid_input', 'There is no such text to be embedded.');
}
