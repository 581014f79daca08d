import * as z from 'zod';

/** The longest file that is taken along or changed, in UTF-16 code units. */
export const MAX_SOURCE = 1_000_000;

/** A file's text as it is: never rewritten. Form feeds and byte order marks stand in some sources. */
export const SourceText = z.string().max(MAX_SOURCE);

/** Some whole lines of a file and what is to stand there instead. */
export const Hunk = z.object({
  id: z.string().min(1).max(20),
  /** Counts from 1. */
  startLine: z.int().min(1),
  /** The last line that goes; `startLine - 1` where lines are only put in, before `startLine`. */
  endLine: z.int().min(0),
  /** Both with the line ends that they have, and will have, in the file. */
  oldText: SourceText,
  newText: SourceText,
});
export type Hunk = z.infer<typeof Hunk>;

/** A proposed change of one file. Nothing is written: whoever shows it applies what is accepted. */
export const FileEdit = z.object({
  /** Relative to the workspace folder, with forward slashes; a name of the editor's for what has no file. */
  path: z.string().min(1).max(4096),
  /** Of the text that the hunks fit: see `contentHash`. */
  baseHash: z.string(),
  /** There is no such file yet; its text is the one hunk. */
  newFile: z.boolean(),
  /** In the order of their lines; they never touch. */
  hunks: z.array(Hunk).min(1).max(5000),
  /** What the person should know before accepting, as sentences. */
  notes: z.array(z.string()).max(20),
});
export type FileEdit = z.infer<typeof FileEdit>;

/** Tells two texts apart: made to notice a change, not to withstand an attacker. */
export function contentHash(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return `${text.length.toString(16)}-${hex(high)}${hex(low)}`;
}

/** The lines of a text with their ends, as editors count them: `\r\n`, `\n` and a lone `\r` end one. */
export function sourceLines(text: string): string[] {
  if (text === '') return [];
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/**
 * The text with the hunks that are accepted, all of them by default. Undefined where the text is not the one
 * that the edit was made for: it changed meanwhile, and nothing of the edit may be applied.
 */
export function applyHunks(text: string, edit: FileEdit, accepted?: Iterable<string>): string | undefined {
  if (contentHash(text) !== edit.baseHash) return undefined;
  const wanted = accepted && new Set(accepted);
  const lines = sourceLines(text);
  const out: string[] = [];
  let next = 0;
  for (const hunk of edit.hunks) {
    if (wanted && !wanted.has(hunk.id)) continue;
    const start = hunk.startLine - 1;
    if (start < next || hunk.endLine < start || hunk.endLine > lines.length) return undefined;
    if (lines.slice(start, hunk.endLine).join('') !== hunk.oldText) return undefined;
    out.push(...lines.slice(next, start), hunk.newText);
    next = hunk.endLine;
  }
  out.push(...lines.slice(next));
  return out.join('');
}
