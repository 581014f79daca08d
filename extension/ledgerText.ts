import type { Output } from '../runtime/protocol/contract.ts';

type Entry = Output<'privacy.ledger'>['items'][number];

// The longest comes last: what runs under the minimap, or out of sight, is the end of an address.
const COLUMNS = ['Time', 'Answer', 'Took', 'Sent', 'Received', 'Why', 'Request'];
const HEADING = 'Every request that Zoey sent, newest first. What was in it is not kept here.';

/**
 * The ledger as a plain table, newest first. Widths follow the content.
 * @param timeZone in which times are told, by its IANA name
 */
export function ledgerText(entries: readonly Entry[], timeZone: string): string {
  if (entries.length === 0) return `${HEADING}\n\nNothing was sent yet.\n`;
  const timeOf = timesIn(timeZone);
  const rows = [COLUMNS, ...entries.map((entry) => row(entry, timeOf))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${HEADING}\nTimes are those of ${timeZone}.\n\n${lines.join('\n')}\n`;
}

function row(entry: Entry, timeOf: (at: number) => string): string[] {
  return [
    timeOf(entry.at),
    entry.status === 0 ? 'none' : String(entry.status),
    `${Math.round(entry.ms)} ms`,
    `${entry.bytesOut} B`,
    `${entry.bytesIn} B`,
    entry.purpose,
    `${entry.method} ${entry.url}`,
  ];
}

/** "2026-01-02 03:04:05": Swedish is written as ISO 8601 is. */
function timesIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => format.format(at);
}
