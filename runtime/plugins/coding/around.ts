import type { Piece } from '../../types/state.ts';
import type { Target } from './target.ts';

/** How many lines before and after are shown, and how many of a file's head. */
export const BEFORE = 40;
export const AFTER = 20;
const HEAD = 15;

/** The lines around those that were selected, and the head of the file. */
export function linesAround(target: Target): Piece[] {
  if (!target.selected) return [];
  const { startLine, endLine } = target.range;
  const from = Math.max(1, startLine - BEFORE);
  return [
    part(target, from, startLine - 1),
    part(target, endLine + 1, Math.min(target.lines.length, endLine + AFTER)),
    part(target, 1, Math.min(HEAD, from - 1)),
  ].flatMap((piece) => piece ?? []);
}

function part({ path, lines }: Target, startLine: number, endLine: number): Piece | undefined {
  const text = lines.slice(startLine - 1, endLine).join('\n');
  return text.trim() === '' ? undefined : { kind: 'attachment', path, startLine, endLine, text };
}
