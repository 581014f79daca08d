/** What a way of searching gave for one question: the rank of the first right answer from 1, or undefined. */
export interface Outcome {
  style: string;
  rank: number | undefined;
}

/** What each way gave for each question, and what else is to be said. */
export interface Evaluation {
  outcomes: ReadonlyMap<string, readonly Outcome[]>;
  note?: string | undefined;
}

/** R@1, R@5: the share of questions with a right answer among the first 1 or 5. MRR over the first 10. */
export interface Scores {
  questions: number;
  r1: number;
  r5: number;
  mrr: number;
}

export const DEPTH = 10;

export function score(outcomes: readonly Outcome[]): Scores {
  const share = (count: number) => (outcomes.length === 0 ? 0 : count / outcomes.length);
  const within = (most: number) => outcomes.filter(({ rank }) => rank !== undefined && rank <= most).length;
  const reciprocal = outcomes.reduce(
    (sum, { rank }) => sum + (rank !== undefined && rank <= DEPTH ? 1 / rank : 0),
    0,
  );
  return { questions: outcomes.length, r1: share(within(1)), r5: share(within(5)), mrr: share(reciprocal) };
}

/** Scores of all, and of each style by itself, in the order in which styles first occur. */
export function scoreByStyle(outcomes: readonly Outcome[]): Map<string, Scores> {
  const styles = new Set(outcomes.map(({ style }) => style));
  const table = new Map([['all', score(outcomes)]]);
  for (const style of styles) table.set(style, score(outcomes.filter((outcome) => outcome.style === style)));
  return table;
}
