import type { Pace } from '../kernel/pace.ts';
import { scoreOf, type Weights } from '../recall/text/bm25.ts';
import { tokenize } from '../recall/text/tokens.ts';
import { cutWindows, mostlyImports, namesDefined, splitLines, trimWindow, type Window } from './windows.ts';

/** A window that shares words with the question. Lines count from 0, `end` is the first after it. */
export interface ScoredWindow extends Window {
  score: number;
  /** What it defines: the name that the question has, or else the first. */
  symbol?: string;
}

/** Words of a window of common code. Fixed, so that a score does not hang on what else was read. */
const AVERAGE_WORDS = 130;
/** For a window that defines what the question names: a word that may be chance, or a name of several words. */
const DEFINES_WORD = 1.2;
const DEFINES_NAME = 1.6;
/** For a window of imports: it names much and tells nothing. */
const IMPORTS = 0.5;
/** Places of one file that are given at most: an answer should know more than one file. */
const PER_FILE = 3;

/** The best windows of a file, none overlapping another, best first. */
export async function scoreFile(
  file: { path: string; text: string },
  weights: Weights,
  pace: Pace,
): Promise<ScoredWindow[]> {
  const lines = splitLines(file.text);
  const inPath = new Set(tokenize(file.path).filter((word) => weights.has(word)));
  const scored: ScoredWindow[] = [];
  for (const cut of cutWindows(lines)) {
    const window = trimWindow(lines, cut);
    const found = scoreWindow(lines, window, { weights, inPath });
    if (found) scored.push(found);
    await pace.rest();
  }
  scored.sort((a, b) => b.score - a.score || a.start - b.start);
  const best: ScoredWindow[] = [];
  for (const window of scored) {
    if (best.length === PER_FILE) break;
    if (best.every((other) => window.end <= other.start || window.start >= other.end)) best.push(window);
  }
  return best;
}

/** A file that matches by its path alone still gives windows: its beginning comes first. */
function scoreWindow(
  lines: readonly string[],
  window: Window,
  { weights, inPath }: { weights: Weights; inPath: ReadonlySet<string> },
): ScoredWindow | undefined {
  if (window.start === window.end) return undefined;
  const counts = new Map<string, number>();
  let words = 0;
  for (const token of tokenize(lines.slice(window.start, window.end).join('\n'))) {
    words++;
    if (weights.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  const countOf = (word: string) => (counts.get(word) ?? 0) + (inPath.has(word) ? 1 : 0);
  const score = scoreOf(weights, countOf, words / AVERAGE_WORDS);
  if (score === 0) return undefined;
  const names = namesDefined(lines, window);
  const asked = names.find((name) => weights.has(tokenize(name)[0] ?? ''));
  const symbol = asked ?? names[0];
  const factor = asked === undefined ? 1 : tokenize(asked).length > 1 ? DEFINES_NAME : DEFINES_WORD;
  return {
    ...window,
    score: score * factor * (mostlyImports(lines, window) ? IMPORTS : 1),
    ...(symbol === undefined ? {} : { symbol }),
  };
}
