import type { Change } from './changes.ts';
import { type Indentation, indentOf, reindent } from './indent.ts';
import { isBlank, isTrivial, squeezed, trimBlank } from './lines.ts';
import { quoted, unusable } from './refusal.ts';

/** Lines of a file, by index; `end` is not among them. */
export interface Span {
  start: number;
  end: number;
}

/** How lines are compared, the strictest first. */
const LEVELS: readonly ((line: string) => string)[] = [(line) => line, (line) => line.trimEnd(), squeezed];

/**
 * Where these lines stand: exactly, else but for white space at the ends. More than one place is decided by
 * `near` (an index) alone. Undefined where there is none.
 */
export function findLines(
  file: readonly string[],
  search: readonly string[],
  near?: number,
): Span | 'several' | undefined {
  for (const level of LEVELS) {
    const found = placesOf(file.map(level), search.map(level));
    const [first] = found;
    if (first === undefined) continue;
    const start = found.length === 1 ? first : found.find((at) => at === near);
    return start === undefined ? 'several' : { start, end: start + search.length };
  }
  return undefined;
}

function placesOf(file: readonly string[], search: readonly string[]): number[] {
  const places: number[] = [];
  for (let at = 0; at + search.length <= file.length && places.length < 50; at++) {
    if (search.every((line, i) => file[at + i] === line)) places.push(at);
  }
  return places;
}

/** The file with all changes made, each where its lines are found. Throws where one is not, or is twice. */
export function applyChanges(
  file: readonly string[],
  changes: readonly Change[],
  indentation: Indentation,
): string[] {
  const spans = changes.map((change) => {
    const { search, replace } = located(file, change);
    return {
      ...search,
      lines: fitted(file.slice(search.start, search.end), replace, { change, indentation }),
    };
  });
  spans.sort((a, b) => a.start - b.start);
  const out: string[] = [];
  let next = 0;
  for (const { start, end, lines } of spans) {
    if (start < next) throw unusable('changes the same lines twice.');
    out.push(...file.slice(next, start), ...lines);
    next = end;
  }
  return [...out, ...file.slice(next)];
}

function located(file: readonly string[], change: Change): { search: Span; replace: string[] } {
  const near = change.line === undefined ? undefined : change.line - 1;
  if (trimBlank(change.search).length === 0) {
    if (file.every(isBlank)) return { search: { start: 0, end: file.length }, replace: change.replace };
    throw unusable('does not say where its lines belong.');
  }
  const whole = findLines(file, change.search, near);
  if (whole !== undefined && whole !== 'several') return { search: whole, replace: change.replace };
  const search = trimBlank(change.search);
  const found = whole ?? findLines(file, search, near);
  if (found === 'several') {
    throw unusable(`changes ${quoted(search[0] ?? '')}, which stands in several places.`);
  }
  if (found === undefined || search.every(isTrivial)) {
    throw unusable(
      `changes lines that are not in the file: ${quoted(search.find((line) => !isTrivial(line)) ?? '')}.`,
    );
  }
  return { search: found, replace: trimBlank(change.replace) };
}

/** Context keeps the bytes that it has; what is new takes over the depth of what it replaces. */
function fitted(
  original: readonly string[],
  replace: readonly string[],
  { change, indentation }: { change: Change; indentation: Indentation },
): string[] {
  const exact = trimBlank(change.search).every((line) => original.includes(line));
  if (exact) return [...replace];
  const first = trimBlank(change.search)[0] ?? '';
  const there = original.find((line) => !isBlank(line)) ?? '';
  if (indentOf(first) === indentOf(there)) return [...replace];
  // The depth that the model gave the lines it searched for tells how far the new ones are off.
  const marked = reindent([first, ...replace], { original, file: indentation });
  return marked.slice(1);
}
