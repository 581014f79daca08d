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

/** What a document gets for a word that it has `count` times. `relativeLength` is 1 at average length. */
export function wordScore(weight: number, count: number, relativeLength: number): number {
  return (weight * count * (K1 + 1)) / (count + K1 * (1 - B + B * relativeLength));
}

/** What one document gets for the words it has. */
export function scoreOf(weights: Weights, countOf: (word: string) => number, relativeLength: number): number {
  let score = 0;
  for (const [word, weight] of weights) {
    const count = countOf(word);
    if (count > 0) score += wordScore(weight, count, relativeLength);
  }
  return score;
}
