import type { CodeDiagnostic } from './coding.ts';

/** What an editor reports, with the file that it stands in. */
export type Problem = CodeDiagnostic & { path: string };

const MAX_MESSAGE = 300;
/** A longer line was not written here: matching it would take more than linear time. */
const MAX_LINE = 2_000;
const LINE =
  /^(?<path>\S.*?):(?<line>\d{1,8}) (?<severity>error|warning|info|hint)(?<who>(?: \S.*?)??): (?<message>.*)$/;
const RELATED = /^ {2}(?<path>\S.*?):(?<line>\d{1,8}): (?<message>.*)$/;

/**
 * A problem as an attachment says it, what is related below it:
 * "src/a.ts:3 error ts 2304: Cannot find name 'x'."
 */
export function problemText({
  path,
  startLine,
  severity,
  source,
  code,
  message,
  related = [],
}: Problem): string {
  const who = [severity, source, code].filter((part) => part !== undefined && part !== '');
  return [
    `${path}:${startLine} ${who.map((part) => inLine(part ?? '')).join(' ')}: ${inLine(message)}`,
    ...related.map((one) => `  ${one.path}:${one.line}: ${inLine(one.message)}`),
  ].join('\n');
}

/** The problems that an attachment says; lines that say none are passed over. */
export function readProblems(text: string): Problem[] {
  const found: Problem[] = [];
  for (const line of text.split('\n')) {
    if (line.length > MAX_LINE) continue;
    const problem = LINE.exec(line)?.groups;
    const related = RELATED.exec(line)?.groups;
    const last = found.at(-1);
    if (problem) found.push(toProblem(problem));
    else if (related && last) {
      const { path = '', message = '' } = related;
      last.related = [...(last.related ?? []), { path, line: lineOf(related), message }].slice(0, 10);
    }
  }
  return found;
}

function toProblem(groups: Record<string, string | undefined>): Problem {
  const { path = '', severity, who = '', message = '' } = groups;
  const line = lineOf(groups);
  return {
    path,
    message,
    // The two can't be told apart any more, and are always said together.
    ...(who !== '' && { source: who.trim() }),
    severity: SEVERITIES.find((one) => one === severity) ?? 'error',
    startLine: line,
    endLine: line,
  };
}

const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;

function lineOf({ line = '1' }: Record<string, string | undefined>): number {
  return Math.max(1, Number(line));
}

function inLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_MESSAGE);
}
