import type { ChunkKind } from '../../types/workspaceIndex.ts';
import { cutWindows, trimWindow } from '../windows.ts';

/** A line, counted from 0, at which something begins. What it says holds until the next mark. */
export interface Mark {
  line: number;
  kind: ChunkKind;
  symbol?: string;
  /** The line that says what this is a part of, counted from 0. */
  head?: number;
  page?: number;
  /** Never joined to what stands before it. */
  apart?: boolean;
}

/** A run of lines, counted from 0; `end` is the first line after it. */
export interface Cut extends Omit<Mark, 'line'> {
  start: number;
  end: number;
}

/** What a model of 256 tokens takes in, path and symbol in front left out. */
export const MOST_LINES = 40;
export const MOST_CHARACTERS = 1000;
/** What is smaller is joined to its neighbours: a line by itself is found by chance alone. */
const SMALL_LINES = 8;
/** What is joined of small parts has no more than this: a chunk should speak of one thing. */
const JOINED_LINES = 20;
/** Chunks of one file. What lies behind is data. */
const MOST_CHUNKS = 2000;

/**
 * Cuts lines at marks: what is too large is cut into windows, and small neighbours are joined. All lines that
 * are not blank belong to one chunk, and to one alone, but where windows overlap.
 */
export function cutAtMarks(lines: readonly string[], marks: readonly Mark[]): Cut[] {
  const cuts: Cut[] = [];
  for (const segment of segments(lines, marks)) {
    for (const piece of splitLarge(lines, segment)) {
      const last = cuts.at(-1);
      if (last && mayJoin(lines, last, piece)) cuts[cuts.length - 1] = join(last, piece);
      else cuts.push(piece);
      if (cuts.length > MOST_CHUNKS) return cuts.slice(0, MOST_CHUNKS);
    }
  }
  return cuts;
}

/** From each mark to the next, without blank lines at the ends. */
function segments(lines: readonly string[], marks: readonly Mark[]): Cut[] {
  const byLine = new Map<number, Mark>();
  for (const mark of marks) if (!byLine.has(mark.line)) byLine.set(mark.line, mark);
  if (!byLine.has(0)) byLine.set(0, { line: 0, kind: 'block' });
  const sorted = [...byLine.values()].sort((a, b) => a.line - b.line);
  return sorted.flatMap(({ line, ...mark }, i): Cut[] => {
    const { start, end } = trimWindow(lines, { start: line, end: sorted[i + 1]?.line ?? lines.length });
    return start < end ? [{ ...mark, start, end }] : [];
  });
}

function splitLarge(lines: readonly string[], cut: Cut): Cut[] {
  if (fits(lines, cut)) return [cut];
  const own = lines.slice(cut.start, cut.end);
  return cutWindows(own).flatMap((window): Cut[] => {
    const { start, end } = trimWindow(own, window);
    if (start === end) return [];
    return [{ ...cut, start: cut.start + start, end: cut.start + end, apart: true }];
  });
}

function mayJoin(lines: readonly string[], last: Cut, next: Cut): boolean {
  if (next.start < last.end || last.page !== next.page) return false;
  if (!fits(lines, { start: last.start, end: next.end })) return false;
  if (!hasWords(lines, last)) return true;
  if (next.apart === true) return false;
  // The rest of what the last one began, or one of two that say little alone.
  if (next.symbol === last.symbol && next.head === last.head) return true;
  if (next.end - last.start > JOINED_LINES) return false;
  return last.end - last.start < SMALL_LINES || next.end - next.start < SMALL_LINES / 2;
}

function join(last: Cut, next: Cut): Cut {
  const named = telling(next) > telling(last) ? next : last;
  return { ...last, kind: named.kind, ...pick(named), start: last.start, end: next.end };
}

/** How much a name says about what is around it. */
function telling({ kind, symbol }: Cut): number {
  if (symbol === undefined) return 0;
  return kind === 'value' || kind === 'block' ? 1 : 2;
}

function pick({ symbol, head }: Cut): Pick<Cut, 'symbol' | 'head'> {
  return { ...(symbol !== undefined && { symbol }), ...(head !== undefined && { head }) };
}

/** A brace by itself is no chunk. */
function hasWords(lines: readonly string[], { start, end }: Cut): boolean {
  return lines.slice(start, end).some((line) => /[\p{L}\p{N}]/u.test(line));
}

function fits(lines: readonly string[], { start, end }: { start: number; end: number }): boolean {
  if (end - start > MOST_LINES) return false;
  let characters = 0;
  for (let at = start; at < end; at++) {
    const length = lines[at]?.trim().length ?? 0;
    characters += length === 0 ? 0 : length + 1;
    if (characters > MOST_CHARACTERS) return end - start === 1;
  }
  return true;
}
