import { bodiesOf } from './lines.ts';

/** Lines to be found, and what stands there instead. */
export interface Change {
  search: string[];
  replace: string[];
  /** Where a diff says that they are, counted from 1; models are often wrong. */
  line?: number;
}

const SEARCH = /^\s*<{5,9}\s*(?:SEARCH|ORIGINAL|OLD|HEAD|BEFORE|CURRENT)?\b.*$/i;
const DIVIDER = /^\s*={5,9}\s*$/;
const REPLACE = /^\s*>{5,9}\s*(?:REPLACE|UPDATED|NEW|AFTER)?\b.*$/i;

/** The search-and-replace blocks of an answer; undefined where it has none, null where they are broken. */
export function readSearchReplace(answer: string): Change[] | null | undefined {
  const lines = bodiesOf(answer);
  if (!lines.some((line) => SEARCH.test(line)) || !lines.some((line) => REPLACE.test(line))) return undefined;
  const changes: Change[] = [];
  let part: 'outside' | 'search' | 'replace' = 'outside';
  let change: Change = { search: [], replace: [] };
  for (const line of lines) {
    if (SEARCH.test(line)) {
      if (part !== 'outside') return null;
      part = 'search';
      change = { search: [], replace: [] };
    } else if (part === 'search' && DIVIDER.test(line)) part = 'replace';
    else if (REPLACE.test(line)) {
      if (part !== 'replace') return null;
      part = 'outside';
      changes.push(change);
    } else if (part !== 'outside') change[part].push(line);
  }
  return part === 'outside' ? changes : null;
}

const HUNK = /^@@(?:\s*-(\d+)(?:,\d+)?\s+\+\d+(?:,\d+)?\s*@@.*|.*@@.*|\s*)$/;
const HEADER =
  /^(?:diff --git|index [\da-f]+|--- |\+\+\+ |new file|deleted file|similarity|rename |old mode|new mode)/;

/** Whether lines are a diff: hunk heads, or a file's head and lines with marks. */
export function looksLikeDiff(lines: readonly string[]): boolean {
  const marked = lines.filter((line) => /^[+-](?![+-]{2} )/.test(line)).length;
  if (marked === 0) return false;
  return (
    lines.some((line) => HUNK.test(line)) ||
    (lines.some((line) => /^--- /.test(line)) && lines.some((line) => /^\+\+\+ /.test(line)))
  );
}

/** The changes of a unified diff, by what its lines say. What a model counts in its heads is not relied on. */
export function readDiff(lines: readonly string[]): Change[] {
  const changes: Change[] = [];
  let change: Change | undefined;
  for (const line of lines) {
    const head = HUNK.exec(line);
    if (head) {
      change = { search: [], replace: [], ...(head[1] !== undefined && { line: Number(head[1]) }) };
      changes.push(change);
      continue;
    }
    if (HEADER.test(line) || /^\\ No newline/.test(line)) continue;
    if (!change) {
      if (line.trim() === '') continue;
      change = { search: [], replace: [] };
      changes.push(change);
    }
    if (line.startsWith('-')) change.search.push(line.slice(1));
    else if (line.startsWith('+')) change.replace.push(line.slice(1));
    else {
      // The space in front of context is often forgotten, before blank lines above all.
      const context = line.startsWith(' ') ? line.slice(1) : line;
      change.search.push(context);
      change.replace.push(context);
    }
  }
  return changes.filter(({ search, replace }) => search.join('\n') !== replace.join('\n'));
}
