import type { Output } from '../runtime/protocol/contract.ts';

type Entry = Output<'privacy.ledger'>['items'][number];

const COLUMNS = ['Time (UTC)', 'Method', 'Address', 'Why', 'Status', 'Took', 'Sent', 'Received'];

/** The ledger as a plain table, newest first. Widths follow the content. */
export function ledgerText(entries: readonly Entry[]): string {
  const heading = 'Every request that Zoey sent, newest first. What was in it is not kept here.\n';
  if (entries.length === 0) return `${heading}\nNothing was sent yet.\n`;
  const rows = [COLUMNS, ...entries.map(row)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${heading}\n${lines.join('\n')}\n`;
}

function row(entry: Entry): string[] {
  return [
    new Date(entry.at).toISOString().replace('T', ' ').slice(0, 19),
    entry.method,
    entry.url,
    entry.purpose,
    entry.status === 0 ? 'no answer' : String(entry.status),
    `${Math.round(entry.ms)} ms`,
    `${entry.bytesOut} B`,
    `${entry.bytesIn} B`,
  ];
}
