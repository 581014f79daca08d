import { redact } from '../../../guard/secrets.ts';
import { indentOf } from './indent.ts';
import { quoted, unusable } from './refusal.ts';

const MARK = '[redacted:';

/**
 * The model saw marks in place of secrets. Lines that it gives back with a mark get what stands there; one that
 * can't be told is refused, or the secret would be overwritten.
 */
export function restoreHidden(code: readonly string[], file: readonly string[]): string[] {
  if (!code.some((line) => line.includes(MARK))) return [...code];
  const shown = redact(file.join('\n')).text.split('\n');
  const real = new Map<string, string>();
  for (const [i, line] of shown.entries()) if (line !== file[i]) real.set(line.trim(), file[i] ?? '');
  const own = new Set(file);
  return code.map((line) => {
    if (!line.includes(MARK) || own.has(line)) return line;
    const hidden = real.get(line.trim());
    if (hidden === undefined) {
      throw unusable(`would put a mark in place of a secret: ${quoted(line)}.`, 'Change that line by hand.');
    }
    return indentOf(line) + hidden.trimStart();
  });
}
