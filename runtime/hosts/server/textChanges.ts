import type { Position, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';

/** Where a position is in a text, in UTF-16 code units: at the end of its line where that is shorter. */
export function offsetAt(text: string, position: Position): number {
  return offsetIn(text, lineStarts(text), position);
}

/**
 * A text after changes, each made to what the ones before it left. Editors tell many changes of one moment from
 * the end of a text to its beginning: those cost one look at the whole text together, not one each.
 */
export function applyChanges(text: string, changes: readonly TextDocumentContentChangeEvent[]): string {
  let head = text;
  let starts = lineStarts(head);
  /** What follows the head, last part first. */
  let tail: string[] = [];
  /** Where it ends: what lies before can be told by its lines. */
  let ends: Position | undefined;
  for (const change of changes) {
    const ranged = 'range' in change;
    if (!ranged || (ends && !isBefore(change.range.end, ends))) {
      head = ranged ? head + tail.reverse().join('') : change.text;
      starts = lineStarts(head);
      tail = [];
      ends = undefined;
    }
    if (!ranged) continue;
    const { start, end } = change.range;
    const from = offsetIn(head, starts, start);
    tail.push(head.slice(Math.max(from, offsetIn(head, starts, end))), change.text);
    head = head.slice(0, from);
    const line = Math.min(start.line, starts.length - 1);
    ends = { line, character: from - (starts[line] ?? 0) };
  }
  return head + tail.reverse().join('');
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  return starts;
}

/** `starts` may know of lines that the text no longer has. */
function offsetIn(text: string, starts: readonly number[], { line, character }: Position): number {
  const start = Math.min(starts[line] ?? text.length, text.length);
  let end = Math.min(starts[line + 1] ?? text.length, text.length);
  while (end > start && /[\r\n]/.test(text[end - 1] ?? '')) end--;
  return Math.min(end, start + character);
}
