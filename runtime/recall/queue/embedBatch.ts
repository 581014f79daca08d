import type { EmbeddingJob, EmbeddingStamp, IEmbedder } from '../../types/recall.ts';

/** What became of a batch: each job is in one of the two lists, or in none where the model was out of reach. */
export interface BatchOutcome {
  vectors: { id: string; vector: Float32Array }[];
  /** Texts that the model can't embed while it can embed others. */
  failed: EmbeddingJob[];
  /** Why the model embeds nothing at present. */
  outage?: unknown;
}

/** A text that any model embeds. Where it does not, the model is at fault, not the text before. */
const PROBE = 'hello';

/**
 * Embeds texts together; where that fails, each alone, to find those that can't be. No text is blamed for a
 * model that is out of reach. Rejects only where the signal is aborted.
 */
export async function embedBatch(
  jobs: readonly EmbeddingJob[],
  { embedder, stamp, signal }: { embedder: IEmbedder; stamp: EmbeddingStamp; signal: AbortSignal },
): Promise<BatchOutcome> {
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const vectors = await embedder.embed(texts, { purpose: 'passage', signal });
    if (vectors.length === texts.length && vectors.every((vector) => isVector(vector, stamp.dims))) {
      return vectors;
    }
    throw new Error('The model gave something that is no vector.');
  };
  const outcome: BatchOutcome = { vectors: [], failed: [] };
  const add = async (some: readonly EmbeddingJob[]): Promise<void> => {
    const vectors = await embed(some.map(({ text }) => text));
    for (const [at, vector] of vectors.entries()) {
      const job = some[at];
      if (job) outcome.vectors.push({ id: job.id, vector });
    }
  };
  let error = await failure(() => add(jobs));
  if (error === undefined) return outcome;
  for (const job of jobs) {
    signal.throwIfAborted();
    if (jobs.length > 1) error = await failure(() => add([job]));
    if (error === undefined) continue;
    // Where nothing was embedded yet, it is proved that it is the text, not the model.
    const outage = outcome.vectors.length === 0 ? await failure(() => embed([PROBE])) : undefined;
    signal.throwIfAborted();
    if (outage !== undefined) return { vectors: [], failed: [], outage };
    outcome.failed.push(job);
  }
  return outcome;
}

async function failure(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error ?? new Error('failed');
  }
}

/** Numbers, not all zero: a vector of zeros is near to nothing and would poison a search. */
function isVector(vector: Float32Array, dims: number): boolean {
  return vector.length === dims && vector.every(Number.isFinite) && vector.some((value) => value !== 0);
}
