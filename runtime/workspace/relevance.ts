import { queryTokens } from '../recall/text/tokens.ts';

/**
 * The least score of a place that is worth a model's time: of what answers questions about code all but nothing has
 * less, of what questions about other things find most has.
 */
const LEAST = 0.28;
/** And beside the best of all: a share of its score. */
const BESIDE_BEST = 0.7;
/** A longer question shares less of itself with any place. */
const FEW_WORDS = 12;

/**
 * Of places that were found, those that speak of the question rather than merely share a word with it. A model that
 * reads slowly should not read what will not help.
 * @param places Best first. Scores are cosines or shares of the question's words, or both added.
 */
export function worthGiving<P extends { score: number }>(places: readonly P[], question: string): P[] {
  const words = queryTokens(question).length;
  const least = LEAST * Math.min(1, FEW_WORDS / Math.max(1, words));
  const best = places[0]?.score ?? 0;
  return places.filter(({ score }) => score >= least && score >= best * BESIDE_BEST);
}
