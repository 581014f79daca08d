import type { Chunk } from '../../types/workspaceIndex.ts';

/** How much of a head is put in front of a chunk. */
const HEAD_CHARACTERS = 200;

/** What a chunk is embedded as: path, symbol and head in front, without runs of blanks. */
export function chunkText({
  path,
  lines,
  place,
}: {
  path: string;
  lines: readonly string[];
  place: Pick<Chunk, 'startLine' | 'endLine' | 'symbol' | 'headLine'>;
}): string {
  const { startLine, endLine, symbol, headLine } = place;
  const parts = [
    path,
    ...(symbol === undefined ? [] : [symbol]),
    ...(headLine === undefined ? [] : [headOf(lines, headLine)]),
    ...lines.slice(startLine - 1, endLine),
  ];
  return parts
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '')
    .join('\n');
}

/** The line that says what a chunk is a part of. */
export function headOf(lines: readonly string[], headLine: number): string {
  return (lines[headLine - 1] ?? '').slice(0, HEAD_CHARACTERS);
}
