import type { Attachment } from '../runtime/types/memory.ts';

const DAY_MS = 86_400_000;

/** "2.4 GB": decimal units, as download sizes are named. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 'B';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** "2.1k": thousands from 1000 on. */
export function thousands(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const value = count / 1000;
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)}k`;
}

/** "8k" of 8192: windows are powers of two, and named so. */
export function contextSize(tokens: number): string {
  return tokens % 1024 === 0 ? `${tokens / 1024}k` : thousands(tokens);
}

/** "12 s", "1 min 5 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "1 word", "2 words". */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}

export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** The model's tokens are not known here: four characters each is the usual rule of thumb. */
export function approximateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** About how many tokens a piece takes; undefined where it is read when the message is sent. */
export function tokensOf({ tokens, text }: Pick<Attachment, 'tokens' | 'text'>): number | undefined {
  return text === undefined ? tokens : approximateTokens(text);
}

/** "client.ts" of "src/net/client.ts". */
export function baseName(path: string): string {
  return path.split(/[\\/]/).pop() || path;
}

interface Lines {
  startLine?: number | undefined;
  endLine?: number | undefined;
}

/** "client.ts:40-62", "client.ts:40", "client.ts". */
export function placeLabel(place: Lines & { path: string }): string {
  return `${baseName(place.path)}${lineSuffix(place)}`;
}

/** ":40-62", ":40" or nothing. */
export function lineSuffix(place: Lines): string {
  const { startLine, endLine } = place;
  if (startLine === undefined) return '';
  return endLine === undefined || endLine === startLine ? `:${startLine}` : `:${startLine}-${endLine}`;
}

export type DayGroup = 'Today' | 'Yesterday' | 'Last 7 days' | 'Older';

/** The heading under which a time stands in the history; days are the reader's own calendar days. */
export function dayGroup(at: number, now: number): DayGroup {
  const today = new Date(now);
  today.setHours(0, 0, 0, 0);
  const start = today.getTime();
  if (at >= start) return 'Today';
  if (at >= start - DAY_MS) return 'Yesterday';
  return at >= start - 7 * DAY_MS ? 'Last 7 days' : 'Older';
}

/** "14:05" today, "22 Nov" in this year, "22 Nov 2025" before. */
export function shortTime(at: number, now: number): string {
  const date = new Date(at);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) {
    return date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
  }
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (date.getFullYear() !== today.getFullYear()) day.year = 'numeric';
  return date.toLocaleDateString(undefined, day);
}
