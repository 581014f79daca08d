import { definedName } from '../../../workspace/definitions.ts';
import { columns, indentOf } from './indent.ts';
import { isBlank } from './lines.ts';
import type { Span } from './match.ts';

const TAB = 4;
const CLOSER = /^\s*(?:[)}\]]|end\b|<\/)/;
/** What belongs to the definition below it: decorators, attributes, comments. */
const ABOVE = /^\s*(?:@|#\[|\[[A-Z]|\/\/|\/\*|\*|#(?!include|define|if|endif|else)|--|"""|'''|<!--)/;

/** From the line that begins something to the line that ends it, by indentation. */
export function extentOf(lines: readonly string[], start: number): Span {
  const depth = depthOf(lines[start] ?? '');
  let end = start + 1;
  // Parameters over several lines end in a bracket at the same depth, behind which the body begins.
  let last = end;
  while (end < lines.length) {
    const line = lines[end] ?? '';
    if (isBlank(line)) {
      end++;
      continue;
    }
    const own = depthOf(line);
    if (own > depth) last = ++end;
    else if (own === depth && CLOSER.test(line)) {
      last = ++end;
      if (!/[{:([]\s*$/.test(line)) break;
    } else if (own === depth && /^\s*\{\s*$/.test(line) && last === start + 1) last = ++end;
    else break;
  }
  return { start, end: last };
}

function depthOf(line: string): number {
  return columns(indentOf(line), TAB);
}

/** A definition in a text, with its first line. */
interface Definition {
  name: string;
  at: number;
}

/** The outermost definitions of these lines: those that stand in no other one. */
export function definitionsIn(lines: readonly string[]): Definition[] {
  const found: Definition[] = [];
  let covered = 0;
  for (const [at, line] of lines.entries()) {
    if (at < covered) continue;
    const name = definedName(line);
    if (name === undefined) continue;
    found.push({ name, at });
    covered = extentOf(lines, at).end;
  }
  return found;
}

/** Where decorators and comments of the definition at this line begin. */
export function leadOf(lines: readonly string[], at: number): number {
  let start = at;
  while (start > 0 && ABOVE.test(lines[start - 1] ?? '')) start--;
  return start;
}

/** Where a name is defined, however deep; undefined where it is not, or more than once. */
export function definitionOf(lines: readonly string[], name: string, within: Span): number | undefined {
  const places: number[] = [];
  for (let at = within.start; at < within.end && places.length < 2; at++) {
    if (definedName(lines[at] ?? '') === name) places.push(at);
  }
  return places.length === 1 ? places[0] : undefined;
}
