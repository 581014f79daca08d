import { sourceLines } from '../../../types/edit.ts';

/** A file's lines: as they are, and without their ends (and byte order mark) for comparing. */
export interface Source {
  /** With their ends. */
  lines: readonly string[];
  bodies: readonly string[];
  /** The commonest line end; `\n` where there is none. */
  eol: string;
  /** The byte order mark, or nothing. */
  bom: string;
}

export function readSource(text: string): Source {
  const lines = sourceLines(text);
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const counts = new Map<string, number>();
  for (const line of lines) {
    const end = endOf(line);
    if (end !== '') counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  const [eol = '\n'] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  const bodies = lines.map((line, i) => {
    const body = line.slice(0, line.length - endOf(line).length);
    return i === 0 ? body.slice(bom.length) : body;
  });
  return { lines, bodies, eol, bom };
}

/** The end of a line: `\r\n`, `\n`, `\r`, or nothing. */
export function endOf(line: string): string {
  return /(?:\r\n|\r|\n)$/.exec(line)?.[0] ?? '';
}

/** The lines of what a model wrote, without their ends. */
export function bodiesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** Brackets, keywords that close, separators: lines that look alike everywhere. */
export function isTrivial(line: string): boolean {
  return /^[\s{}()[\];,<>/*]*$|^\s*(?:end|fi|done|esac|else|else:|try:|pass|return;?|break;?)\s*$/.test(line);
}

/** As it is compared where white space does not matter. */
export function squeezed(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

/** Without blank lines at both ends. */
export function trimBlank(lines: readonly string[]): string[] {
  let start = 0;
  let end = lines.length;
  while (start < end && isBlank(lines[start] ?? '')) start++;
  while (end > start && isBlank(lines[end - 1] ?? '')) end--;
  return lines.slice(start, end);
}
