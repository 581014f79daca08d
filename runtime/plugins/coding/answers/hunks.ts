import { diffArrays } from 'diff';
import { contentHash, type FileEdit, type Hunk } from '../../../types/edit.ts';
import { columns, indentOf } from './indent.ts';
import { endOf, isBlank, type Source } from './lines.ts';

/** How long two texts are compared line by line before they are taken for different, in ms. */
const DIFF_MS = 30;
/** More changed lines than this are one hunk. */
const MAX_EDITS = 4_000;
/** So many lines without meaning between two changes do not part them. */
const GAP = 2;

interface Comparison {
  /** Columns of a tab. */
  tab: number;
  /** White space at line ends means something, as in Markdown. */
  exact: boolean;
}

/** A run of lines: the same in both, or replaced. */
interface Run {
  same: boolean;
  before: number;
  after: number;
}

/** The new text, line by line: what only differs in white space that does not show keeps its bytes. */
export function compose(source: Source, after: readonly string[], comparison: Comparison): string[] {
  const runs = runsOf(source.bodies, after, comparison);
  const out: string[] = [];
  let old = 0;
  let next = 0;
  for (const run of runs) {
    for (let i = 0; i < run.after; i++) {
      const line = source.lines[old + i];
      if (run.same) out.push(line ?? '');
      else {
        const replaced = i < run.before ? endOf(line ?? '') : '';
        const previous = endOf(source.lines[old - 1] ?? '');
        out.push((after[next + i] ?? '') + (replaced || previous || source.eol));
      }
    }
    old += run.before;
    next += run.after;
  }
  return withEnds(out, source);
}

/** Only the last line may have no end, and has none where the original had none. The mark stays in front. */
function withEnds(lines: string[], { lines: before, bom, eol }: Source): string[] {
  const bare = before.length > 0 && endOf(before.at(-1) ?? '') === '';
  return lines.map((line, i) => {
    const body = line.slice(0, line.length - endOf(line).length);
    const end = i === lines.length - 1 && bare ? '' : endOf(line) || eol;
    const marked = i === 0 && bom !== '' && !body.startsWith(bom) ? bom + body : body;
    return marked + end;
  });
}

/** What of a file changes, in as few lines as can be; no hunks where nothing does. */
export function toEdit(
  path: string,
  before: readonly string[],
  after: readonly string[],
): Omit<FileEdit, 'notes'> {
  const runs = joined(runsOf(before, after), before);
  const hunks: Hunk[] = [];
  let old = 0;
  let next = 0;
  for (const run of runs) {
    if (!run.same) {
      hunks.push({
        id: String(hunks.length + 1),
        startLine: old + 1,
        endLine: old + run.before,
        oldText: before.slice(old, old + run.before).join(''),
        newText: after.slice(next, next + run.after).join(''),
      });
    }
    old += run.before;
    next += run.after;
  }
  return { path, baseHash: contentHash(before.join('')), newFile: false, hunks };
}

function runsOf(before: readonly string[], after: readonly string[], comparison?: Comparison): Run[] {
  const key = comparison ? (line: string) => visible(line, comparison) : (line: string) => line;
  const a = before.map(key);
  const b = after.map(key);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const middle = middleRuns(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const runs: Run[] = [
    { same: true, before: head, after: head },
    ...middle,
    { same: true, before: tail, after: tail },
  ];
  return runs.filter((run) => run.before + run.after > 0);
}

function middleRuns(a: string[], b: string[]): Run[] {
  const whole: Run[] = [{ same: false, before: a.length, after: b.length }];
  if (a.length === 0 || b.length === 0) return whole;
  const parts = diffArrays(a, b, { timeout: DIFF_MS, maxEditLength: MAX_EDITS });
  if (!parts) return whole;
  const runs: Run[] = [];
  for (const { added, removed, count } of parts) {
    const same = !added && !removed;
    const last = runs.at(-1);
    const run = { same, before: added ? 0 : count, after: removed ? 0 : count };
    if (last && last.same === same) {
      last.before += run.before;
      last.after += run.after;
    } else runs.push(run);
  }
  return runs;
}

/** Changes that only blank lines and brackets part are one: half of them alone would not be code. */
function joined(runs: readonly Run[], before: readonly string[]): Run[] {
  const out: Run[] = [];
  let at = 0;
  for (const [i, run] of runs.entries()) {
    const lines = before.slice(at, at + run.before);
    at += run.before;
    const last = out.at(-1);
    const between = run.same && i > 0 && i < runs.length - 1 && run.before <= GAP && lines.every(saysNothing);
    if (last && (between || !run.same) && !last.same) {
      last.before += run.before;
      last.after += run.after;
    } else out.push({ ...run });
  }
  return out;
}

function saysNothing(line: string): boolean {
  return isBlank(line) || /^[\s{}()[\];,]*(?:end)?\s*$/.test(line);
}

function visible(line: string, { tab, exact }: Comparison): string {
  if (exact) return line;
  const indent = indentOf(line);
  return isBlank(line) ? '' : `${columns(indent, tab)} ${line.slice(indent.length).trimEnd()}`;
}
