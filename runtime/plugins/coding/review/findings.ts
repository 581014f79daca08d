import type { Finding } from '../../../types/coding.ts';
import type { DiffFile } from './diff.ts';

/** How far off a line may be that a model counted, to be taken for the nearest one that changed. */
const NEAR = 3;

interface Claimed {
  line: number;
  severity: string;
  message: string;
}

/** Findings whose line the change shows. One that names another line is moved to a changed one nearby, or left out. */
export function verified(claimed: readonly Claimed[], { path, hunks }: DiffFile): Finding[] {
  const lines = hunks.flat();
  const shown = new Set(lines.flatMap(({ line }) => line ?? []));
  const added = lines.flatMap(({ kind, line }) => (kind === 'added' && line !== undefined ? [line] : []));
  return claimed.flatMap(({ line, severity, message }): Finding[] => {
    const text = message.trim();
    if (text === '') return [];
    const at = shown.has(line)
      ? line
      : added.filter((one) => Math.abs(one - line) <= NEAR).sort(nearest(line))[0];
    return at === undefined ? [] : [{ path, line: at, severity: severityOf(severity), message: text }];
  });
}

function nearest(line: number): (a: number, b: number) => number {
  return (a, b) => Math.abs(a - line) - Math.abs(b - line);
}

function severityOf(word: string): Finding['severity'] {
  if (/err|bug|crit|high|blocker|fatal|major/i.test(word)) return 'error';
  return /info|note|hint|low|minor|nit|suggest/i.test(word) ? 'info' : 'warning';
}
