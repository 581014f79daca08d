import { inverseFrequency, scoreOf, type Weights } from '../../runtime/recall/text/bm25.ts';

/** What is ranked: its words, under a key that also decides between equals. */
export interface RankedDocument {
  key: string;
  tokens: readonly string[];
}

export interface Rank {
  key: string;
  score: number;
}

/** The weight of each distinct word of the question that any of these documents has. */
export function weigh(query: readonly string[], documents: readonly RankedDocument[]): Weights {
  const weights = new Map<string, number>();
  for (const word of query) {
    const having = documents.filter(({ tokens }) => tokens.includes(word)).length;
    if (having > 0) weights.set(word, inverseFrequency(documents.length, having));
  }
  return weights;
}

/** BM25 by definition: the documents that have a word of the question, best first, equals by key. */
export function rank(weights: Weights, documents: readonly RankedDocument[]): Rank[] {
  const total = documents.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const average = total / documents.length || 1;
  return documents
    .map(({ key, tokens }) => {
      const countOf = (word: string) => tokens.filter((token) => token === word).length;
      return { key, score: scoreOf(weights, countOf, tokens.length / average) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}
