import { type Info, parse } from 'csv-parse/sync';
import type { Mark } from './cut.ts';

const MOST_SYMBOL = 200;
/** Rows of a table that stand together. */
const ROWS = 20;
/** How deep keys of JSON are told apart. */
const KEY_DEPTH = 3;

/** At each heading, with the headings above it. Those in fenced code are none. */
export function markMarkdown(lines: readonly string[]): Mark[] {
  const marks: Mark[] = [];
  const path: string[] = [];
  let fence: string | undefined;
  for (const [line, text] of lines.entries()) {
    const edge = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (edge !== undefined && (fence === undefined || (edge.startsWith(fence) && /^\W*$/.test(text)))) {
      fence = fence === undefined ? edge : undefined;
      continue;
    }
    const heading = fence === undefined ? headingAt(lines, line) : undefined;
    if (!heading) continue;
    path.length = Math.min(path.length, heading.level - 1);
    path[heading.level - 1] = heading.title;
    const symbol = path.filter(Boolean).join(' > ').slice(-MOST_SYMBOL);
    marks.push({ line, kind: 'section', symbol, head: line });
  }
  return marks;
}

function headingAt(lines: readonly string[], line: number): { level: number; title: string } | undefined {
  const text = lines[line] ?? '';
  const atx = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(text.slice(0, 500));
  if (atx) return { level: atx[1]?.length ?? 1, title: (atx[2] ?? '').slice(0, MOST_SYMBOL) };
  const under = /^ {0,3}(=+|-{2,})\s*$/.exec(lines[line + 1] ?? '');
  if (!under || !/^ {0,3}[^\s#>*+|-]/.test(text)) return undefined;
  return { level: under[1]?.startsWith('=') ? 1 : 2, title: text.trim().slice(0, MOST_SYMBOL) };
}

/** At each key that begins a line of its own, down to a small depth. Comments and damage are stepped over. */
export function markJson(text: string): Mark[] {
  const marks: Mark[] = [];
  const path: string[] = [];
  const token = /"((?:[^"\\\n]|\\.)*)"(\s*:)?|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}[\]]|\n/g;
  let line = 0;
  let depth = 0;
  let marked = -1;
  for (const { 0: found, 1: key, 2: colon, index } of text.matchAll(token)) {
    if (found === '{' || found === '[') depth++;
    else if (found === '}' || found === ']') depth--;
    else if (colon !== undefined && key !== undefined && depth <= KEY_DEPTH && depth > 0) {
      path.length = Math.min(path.length, depth - 1);
      path[depth - 1] = key.slice(0, 80);
      const symbol = path.filter(Boolean).join('.').slice(-MOST_SYMBOL);
      const end = text.indexOf('\n', index);
      const opens = /[{[]\s*$/.test(text.slice(index, end === -1 ? text.length : end));
      const apart = depth === 1 && opens;
      if (marked !== line) marks.push({ line, kind: 'section', symbol, head: line, ...(apart && { apart }) });
      marked = line;
    }
    line += found.split('\n').length - 1;
  }
  return marks;
}

interface TableRecord {
  record: string[];
  info: Info;
}

/**
 * Groups of rows under the header of their table, which may stand in the first row. A row may reach over
 * lines; a table that can't be read gives no marks.
 */
export function markTable(text: string, delimiter: ',' | '\t'): Mark[] {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const chosen = delimiter === ',' && count(first, ';') > count(first, ',') ? ';' : delimiter;
  try {
    const options = { info: true, delimiter: chosen, relax_quotes: true, relax_column_count: true } as const;
    const records = parse(text, { ...options, skip_empty_lines: true }) as unknown as TableRecord[];
    const marks: Mark[] = [];
    for (let row = 1; row < records.length; row += ROWS) {
      const line = records[row - 1]?.info.lines ?? 0;
      const last = Math.min(row + ROWS - 1, records.length - 1);
      marks.push({ line, kind: 'rows', symbol: `rows ${row}–${last}`, head: 0, apart: true });
    }
    return marks;
  } catch {
    return [];
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
