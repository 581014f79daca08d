/** What is ranked: its words, under a key that also decides between equals. */
export interface RankedDocument {
  key: string;
  tokens: readonly string[];
}

export interface Rank {
  key: string;
  /** Above 0 and below `highestScore` of the same weights. Comparable within one ranking only. */
  score: number;
}

/** How much a word of the question tells: high where few documents have it. */
export type Weights = ReadonlyMap<string, number>;

/** How soon a repeated word stops adding. */
const K1 = 1.2;
/** How much a long document is held back. */
const B = 0.75;

/** The usual inverse document frequency; never 0, so that a word that all have still counts a little. */
export function inverseFrequency(documents: number, having: number): number {
  return Math.log(1 + (documents - having + 0.5) / (having + 0.5));
}

/** No document scores higher than this. */
export function highestScore(weights: Weights): number {
  let sum = 0;
  for (const weight of weights.values()) sum += weight;
  return sum * (K1 + 1);
}

/** What one document gets for the words it has. `relativeLength` is 1 for a document of average length. */
export function scoreOf(weights: Weights, countOf: (word: string) => number, relativeLength: number): number {
  let score = 0;
  for (const [word, weight] of weights) {
    const count = countOf(word);
    if (count > 0) score += (weight * count * (K1 + 1)) / (count + K1 * (1 - B + B * relativeLength));
  }
  return score;
}

/** The weight of each distinct word of the question over these documents. */
export function weigh(query: readonly string[], documents: readonly RankedDocument[]): Weights {
  const having = new Map(query.map((word) => [word, 0]));
  for (const document of documents) {
    for (const word of new Set(document.tokens)) {
      const count = having.get(word);
      if (count !== undefined) having.set(word, count + 1);
    }
  }
  const weights = new Map<string, number>();
  for (const [word, count] of having) {
    if (count > 0) weights.set(word, inverseFrequency(documents.length, count));
  }
  return weights;
}

/**
 * BM25: the documents that have a word of the question, best first, equals by key. The order in which
 * documents are given changes nothing.
 */
export function rank(weights: Weights, documents: readonly RankedDocument[]): Rank[] {
  const total = documents.reduce((sum, document) => sum + document.tokens.length, 0);
  const average = total / documents.length || 1;
  const ranks: Rank[] = [];
  for (const { key, tokens } of documents) {
    const counts = countWords(tokens, weights);
    const score = scoreOf(weights, (word) => counts.get(word) ?? 0, tokens.length / average);
    if (score > 0) ranks.push({ key, score });
  }
  return ranks.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}

function countWords(tokens: readonly string[], wanted: Weights): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokens) {
    if (wanted.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}
