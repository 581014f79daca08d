import { redact } from '../guard/secrets.ts';
import type { Uuid } from '../types/primitives.ts';
import type { EmbeddingSource } from '../types/recall.ts';
import type { IRecallStore } from '../types/recallStore.ts';

/** About as much as a model of 256 tokens reads, in characters; it would pass over the rest. */
const MAX_TEXT = 1_200;

/** A job begins with the id of its memory. */
const UUID_LENGTH = 36;

/** The memories as what is to be embedded. No secret reaches a model, whatever was stored. */
export function memorySource(
  store: Pick<IRecallStore, 'getEmbeddingJobs' | 'storeEmbeddings' | 'failEmbeddings' | 'countEmbeddings'>,
  onEmbedded: (memoryIds: readonly Uuid[]) => void = () => {},
): EmbeddingSource {
  let last: Parameters<IRecallStore['failEmbeddings']>[0] | undefined;
  return {
    name: 'memory',
    async waiting(stamp, limit, now) {
      last = stamp;
      const jobs = await store.getEmbeddingJobs({ stamp, limit, now });
      return jobs.map((job) => ({ ...job, text: redact(job.text).text.slice(0, MAX_TEXT) }));
    },
    async store(stamp, vectors) {
      await store.storeEmbeddings(stamp, vectors);
      onEmbedded(vectors.map(({ id }) => id.slice(0, UUID_LENGTH)));
    },
    async failed(ids, retryAt) {
      if (last) await store.failEmbeddings(last, ids, retryAt);
    },
    counts: (stamp) => store.countEmbeddings(stamp),
  };
}
