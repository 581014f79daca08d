import type { Memory } from '../types/memory.ts';
import { highestScore, rank, weigh } from './bm25.ts';
import { queryTokens, tokenize } from './tokens.ts';

/** Of a memory, what recall by words looks at. */
export type Recallable = Pick<Memory, 'id' | 'content' | 'createdAt'>;

export interface Recalled<M extends Recallable> {
  memory: M;
  /** Above 0, at most 1: how much of what the question could match was matched. */
  score: number;
}

/**
 * The memories that share words with the question, best first; of equals the newest, then by id. Rarity
 * of a word is judged within the memories given.
 */
export function rankMemories<M extends Recallable>(query: string, memories: readonly M[]): Recalled<M>[] {
  const documents = memories.map((memory) => ({ key: memory.id, tokens: tokenize(memory.content.text) }));
  const weights = weigh(queryTokens(query), documents);
  const highest = highestScore(weights);
  const byId = new Map(memories.map((memory) => [memory.id, memory]));
  const recalled: Recalled<M>[] = [];
  for (const { key, score } of rank(weights, documents)) {
    const memory = byId.get(key);
    if (memory) recalled.push({ memory, score: score / highest });
  }
  // Sorting is stable, so those of one time stay in the order of their ids.
  return recalled.sort((a, b) => b.score - a.score || b.memory.createdAt - a.memory.createdAt);
}
