import type { Timestamp, Uuid } from '../types/primitives.ts';
import type { EmbeddingStamp } from '../types/recall.ts';
import type { IRecallStore } from '../types/recallStore.ts';
import { dot } from './vectors/dot.ts';

/** How people say that something is no longer as it was. English alone, as the model that comes with Zoey. */
const CHANGE =
  /\b(?:now|nowadays|these days|from now on|no longer|any ?more|since|instead of|(?:switch|mov|migrat)(?:ed|es|ing)? (?:to|from|over|away)|changed (?:to|from|over)|replac(?:ed|es|ing)|(?:took|takes|taken) over|renamed|abandoned|gave up|given up|stopped using)\b/i;
/** Two memories whose vectors have such a cosine are taken to be about the same thing. */
const SAME_THING = 0.5;

export interface Dated {
  id: Uuid;
  text: string;
  createdAt: Timestamp;
}

/** What tells of a change, with the older memories that it may have made untrue and how alike they are. */
export type Updates = ReadonlyMap<Uuid, readonly { id: Uuid; similarity: number }[]>;

/** The updates among some memories, by the vectors that the database has of them. */
export async function findUpdates(
  memories: readonly Dated[],
  { database, stamp }: { database: Pick<IRecallStore, 'getEmbeddingsByIds'>; stamp: EmbeddingStamp },
): Promise<Updates> {
  const changes = memories.filter(({ text }) => CHANGE.test(text));
  if (changes.length === 0) return new Map();
  const rows = await database.getEmbeddingsByIds(
    stamp,
    memories.map(({ id }) => id),
  );
  const vectors = new Map(rows.map(({ id, vector }) => [id, vector]));
  const similarity = (a: Uuid, b: Uuid) => {
    const [one, other] = [vectors.get(a), vectors.get(b)];
    return one && other ? dot(one, other) : 0;
  };
  return new Map(
    changes.map(({ id: newer, createdAt }) => [
      newer,
      memories
        .filter((memory) => memory.createdAt < createdAt)
        .map(({ id }) => ({ id, similarity: similarity(newer, id) }))
        .filter((older) => older.similarity >= SAME_THING),
    ]),
  );
}
