import { codeBlock } from '../../../guard/fence.ts';
import type { CodingResult } from '../../../types/coding.ts';
import type { FileEdit } from '../../../types/edit.ts';
import type { Reference } from '../../../types/memory.ts';
import { bodiesOf } from '../answers/lines.ts';

/** A result in words, as a conversation or a terminal shows it. */
export function said(result: CodingResult): string {
  switch (result.kind) {
    case 'text':
      return result.text;
    case 'places':
      return result.text === '' ? placesOf(result.references) : result.text;
    case 'edit':
      return [codeBlock(diffOf(result.edit), 'diff'), ...result.edit.notes, result.explanation]
        .filter(Boolean)
        .join('\n\n');
    case 'unchanged':
      return result.explanation || 'There is nothing to change.';
    case 'findings': {
      const lines = result.findings.map(
        ({ path, line, severity, message }, i) => `- ${path}:${line} ${severity}: ${message} [${i + 1}]`,
      );
      const skipped = result.skipped.length > 0 ? [`Left out: ${result.skipped.join(', ')}.`] : [];
      return [result.summary, lines.join('\n'), ...skipped].filter(Boolean).join('\n\n');
    }
    case 'message':
      return codeBlock(result.message);
    case 'names':
      return result.names.map((name) => `- ${name}`).join('\n');
  }
}

function placesOf(references: readonly Reference[]): string {
  if (references.length === 0) return 'Nothing was found in this workspace.';
  const lines = references.map(
    ({ number, path, startLine, endLine }) => `- ${path}:${startLine}-${endLine} [${number}]`,
  );
  return `These are the best matches:\n\n${lines.join('\n')}`;
}

/** The edit as a unified diff without context: what it takes out and puts in. */
function diffOf({ path, hunks, newFile }: FileEdit): string {
  const marked = (text: string, mark: string) =>
    text === '' ? [] : bodiesOf(text.replace(/(?:\r\n|\r|\n)$/, '')).map((line) => mark + line);
  const parts = hunks.flatMap(({ startLine, endLine, oldText, newText }) => [
    `@@ line ${startLine}${endLine > startLine ? ` to ${endLine}` : ''} @@`,
    ...marked(oldText, '-'),
    ...marked(newText, '+'),
  ]);
  return [`--- ${newFile ? '/dev/null' : path}`, `+++ ${path}`, ...parts].join('\n');
}
