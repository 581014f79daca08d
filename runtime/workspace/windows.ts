import { definedName } from './definitions.ts';

/** A run of lines, counted from 0; `end` is the first line after it. */
export interface Window {
  start: number;
  end: number;
}

/** Lines that a window has where nothing offers itself as an end. */
const LINES = 20;
const LEAST_LINES = 10;
const MOST_LINES = 28;
/** Lines that two windows share where the cut is not a natural one. */
const OVERLAP = 5;
/** Characters after which a window ends early: lines can be long. */
const MAX_CHARACTERS = 3000;

/** Lines as the editor counts them. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|[\n\r]/);
}

/**
 * Cuts a file into windows of about 20 lines that cover it all: before a definition that follows a blank
 * line, or else at a blank line, where there is one near; with some lines of overlap otherwise.
 */
export function cutWindows(lines: readonly string[]): Window[] {
  const windows: Window[] = [];
  for (let start = 0; start < lines.length; ) {
    const { end, natural } = endOfWindow(lines, start);
    windows.push({ start, end });
    if (end >= lines.length) break;
    const shared = natural ? end : Math.max(start + 1, end - OVERLAP);
    // Where the shared lines are long, a window from there may not reach beyond this one.
    start = endOfWindow(lines, shared).end > end ? shared : end;
  }
  return windows;
}

function endOfWindow(lines: readonly string[], start: number): { end: number; natural: boolean } {
  const most = lastLineWithin(lines, start);
  if (most >= lines.length) return { end: lines.length, natural: true };
  let end = Math.min(start + LINES, most);
  let best = 0;
  for (let at = start + LEAST_LINES; at <= most; at++) {
    const quality = cutQuality(lines, at);
    if (quality > best || (quality === best && quality > 0 && closer(at, end, start + LINES))) {
      best = quality;
      end = at;
    }
  }
  return { end, natural: best > 0 };
}

function closer(a: number, b: number, aim: number): boolean {
  return Math.abs(a - aim) < Math.abs(b - aim);
}

/** The most lines that a window from `start` may have, at least one. */
function lastLineWithin(lines: readonly string[], start: number): number {
  const most = Math.min(start + MOST_LINES, lines.length);
  let characters = 0;
  for (let at = start; at < most; at++) {
    characters += (lines[at]?.length ?? 0) + 1;
    if (characters > MAX_CHARACTERS) return Math.max(at, start + 1);
  }
  return most;
}

/** How good it is to cut before a line: 0 not at all, 3 before what begins at the margin after a blank line. */
function cutQuality(lines: readonly string[], at: number): number {
  const line = lines[at] ?? '';
  const blankBefore = (lines[at - 1] ?? '').trim() === '';
  if (!blankBefore || line.trim() === '') return 0;
  if (/^[^\s})\]]/.test(line)) return 3;
  return definedName(line) === undefined ? 1 : 2;
}

/** The window without blank lines at its ends. */
export function trimWindow(lines: readonly string[], { start, end }: Window): Window {
  let first = start;
  let last = end;
  while (first < last && (lines[first] ?? '').trim() === '') first++;
  while (last > first && (lines[last - 1] ?? '').trim() === '') last--;
  return { start: first, end: last };
}

/** Names that a window defines, from its first line on. */
export function namesDefined(lines: readonly string[], { start, end }: Window): string[] {
  const names: string[] = [];
  for (let at = start; at < end; at++) {
    const name = definedName(lines[at] ?? '');
    if (name !== undefined) names.push(name);
  }
  return names;
}

const IMPORT =
  /^\s*(?:import\b|from\b|use\b|using\b|#include\b|package\b|require|.*\brequire\(|export\b.*\bfrom\b|\} from\b)/;

/** Whether more than half of a window's lines bring other code in. */
export function mostlyImports(lines: readonly string[], { start, end }: Window): boolean {
  let imports = 0;
  for (let at = start; at < end; at++) {
    if (IMPORT.test((lines[at] ?? '').slice(0, 200))) imports++;
  }
  return imports * 2 > end - start;
}
