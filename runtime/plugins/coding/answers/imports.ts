import { isBlank, squeezed } from './lines.ts';
import type { Span } from './match.ts';

/** Longer lines are none: matching takes more than linear time. */
const MAX_LINE = 500;
/** Imports of one line. Go's stand in a list of their own. */
const IMPORT =
  /^(?:import\s+(?:type\s+)?[\w*{}\s,$]+\s+from\s+['"][^'"]+['"];?|import\s+['"][^'"]+['"];?|(?:const|let|var)\s+[\w{}\s,:$]+=\s*require\(['"][^'"]+['"]\);?|from\s+[\w.]+\s+import\s+[\w*, ]+|import\s+[\w.]+(?:\s+as\s+\w+)?|import\s+(?:static\s+)?[\w.*]+;|using\s+[\w.= ]+;|use\s+[\w:\\{}, *]+;|#include\s*[<"][^>"]+[>"])$/;

const AHEAD =
  /^\s*(?:#!|\/\/|\/\*|\*|#(?!include)|"""|'''|'use strict'|"use strict"|package\s|namespace\s.*;|<\?php)/;

function isImport(line: string): boolean {
  return line.length <= MAX_LINE && IMPORT.test(line.trim());
}

/** Imports at the beginning of an answer that belong at the beginning of the file. */
export function splitImports(
  code: readonly string[],
  file: readonly string[],
  region: Span,
): { imports: string[]; code: string[] } {
  const own = file.slice(region.start, region.end).map(squeezed);
  let at = 0;
  while (at < code.length && (isBlank(code[at] ?? '') || isImport(code[at] ?? ''))) at++;
  const leading = code.slice(0, at).filter((line) => !isBlank(line));
  const topmost = file.slice(0, region.start).every((line) => isBlank(line) || AHEAD.test(line));
  if (
    topmost ||
    at === code.length ||
    leading.length === 0 ||
    leading.some((line) => own.includes(squeezed(line)))
  ) {
    return { imports: [], code: [...code] };
  }
  const there = new Set(file.map(squeezed));
  return {
    imports: leading.map((line) => line.trim()).filter((line) => !there.has(line)),
    code: code.slice(at),
  };
}

/** Index of the line before which new imports go. */
export function importsEnd(file: readonly string[], before: number): number {
  const last = file.slice(0, before).findLastIndex((line) => isImport(line) && !/^\s/.test(line));
  if (last !== -1) return last + 1;
  let at = 0;
  while (at < before && AHEAD.test(file[at] ?? '')) at++;
  return at;
}
