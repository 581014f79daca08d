import type { MemoryItem } from '../../runtime/protocol/schemas.ts';

/** Longest label and longest text of a tooltip, in characters: no row holds more of a memory. */
const MAX_LABEL = 200;
const MAX_TOOLTIP = 2_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Older than this, a date says more than a count of days. */
const DATED = 30 * DAY;
const UNITS = {
  minute: ['minute', MINUTE, 'min'],
  hour: ['hour', HOUR, 'h'],
  day: ['day', DAY, 'd'],
} as const;

const KINDS: Readonly<Record<MemoryItem['kind'], string>> = {
  note: 'Note',
  fact: 'Fact',
  document: 'Document',
  message: 'Message',
  fragment: 'Part of a document',
};

/** What a row says, in plain text. */
export interface RowText {
  label: string;
  /** Where in the label words of the search are: from, to. */
  highlights: [number, number][];
  description: string;
  tooltip: string;
  /** What a screen reader says. */
  spoken: string;
}

/** Words and times of one memory. `now` is in ms. */
export function rowText(memory: MemoryItem, { now, query = '' }: { now: number; query?: string }): RowText {
  const { kind, text, createdAt, lastUsedAt } = memory;
  const label = oneLine(text, MAX_LABEL);
  const source = sourceWords(memory);
  const shown = cut(text.trim(), MAX_TOOLTIP);
  const facts = [
    `Kind: ${KINDS[kind]}`,
    `Source: ${source}`,
    `Learned: ${dateAndTime(createdAt)}`,
    `Last used: ${lastUsedAt === undefined ? 'not yet' : dateAndTime(lastUsedAt)}`,
  ];
  return {
    label,
    highlights: highlights(label, query),
    description: `${source}, ${ageWords(createdAt, now, 'short')}`,
    tooltip: `${shown}\n\n${facts.join('\n')}`,
    spoken: `${KINDS[kind]}: ${label}, from ${source}, ${ageWords(createdAt, now, 'spoken')}`,
  };
}

function sourceWords({ source, model }: Pick<MemoryItem, 'source' | 'model'>): string {
  const words = source === 'user' ? 'you' : source === 'plugin' ? 'a plugin' : source;
  return model === undefined ? words : `${words} (${model})`;
}

/** A place in the workspace. Lines count from 1. */
export interface Place {
  path: string;
  line?: number;
  endLine?: number;
}

/** The place that a source such as "src/a.ts:3-9" names; undefined for "user", "conversation" and the like. */
export function placeOf(source: string): Place | undefined {
  const { path, line, endLine } =
    /^(?<path>.+?)(?::(?<line>\d+)(?:-(?<endLine>\d+))?)?$/.exec(source)?.groups ?? {};
  if (path === undefined || !/^[^\s:]+[./][^\s:]+$/.test(path)) return undefined;
  return {
    path,
    ...(line !== undefined && { line: Number(line) }),
    ...(endLine !== undefined && { endLine: Number(endLine) }),
  };
}

/** "3 h ago", and "3 hours ago" where it is spoken; a date where it is long ago. */
function ageWords(at: number, now: number, style: 'short' | 'spoken'): string {
  const ago = Math.max(0, now - at);
  if (ago > DATED) return new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(at);
  if (ago < MINUTE) return style === 'short' ? 'now' : 'just now';
  const [unit, ms, short] = ago < HOUR ? UNITS.minute : ago < DAY ? UNITS.hour : UNITS.day;
  const count = Math.floor(ago / ms);
  if (style === 'short') return `${count} ${short} ago`;
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-count, unit);
}

function dateAndTime(at: number): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** Where the longer words of a search begin words of the label, one after the other. */
function highlights(label: string, query: string): [number, number][] {
  const words = query.match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  if (words.length === 0) return [];
  const any = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})`, 'giu');
  return [...label.matchAll(any)].map(({ index, 0: found }) => [index, index + found.length]);
}

/** A text in one line, no longer than `most`. */
export function oneLine(text: string, most: number): string {
  return cut(text.replaceAll(/\s+/g, ' ').trim(), most);
}

/** No longer than `most`, and no half of a character at its end. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
