import type { Message } from '../../protocol/schemas.ts';
import type { Reference } from '../../types/memory.ts';

/** C0 and C1 controls but tab and newline: a model must not be able to steer the terminal. */
const CONTROLS = /[^\P{Cc}\n\t]/gu;

/** Text that is safe to print, in pieces of any size. */
export function printable(text: string): string {
  return text.replace(CONTROLS, '');
}

/** What an answer used, one a line; empty without any. */
export function sources(message: Message): string {
  const references = message.references ?? [];
  if (references.length === 0) return '';
  return `\nSources:\n${references.map((reference) => `  [${reference.number}] ${place(reference)}\n`).join('')}`;
}

function place({ kind, path, startLine, endLine, text }: Reference): string {
  if (path === undefined) {
    const words = printable(text).replace(/\s+/g, ' ').trim();
    return `${kind}: ${words.length > 70 ? `${words.slice(0, 70)}…` : words}`;
  }
  if (startLine === undefined) return printable(path);
  const lines = endLine === undefined || endLine === startLine ? `${startLine}` : `${startLine}-${endLine}`;
  return `${printable(path)}:${lines}`;
}
