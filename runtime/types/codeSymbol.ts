import * as z from 'zod';

/** Relative to the workspace folder, with forward slashes; a name of the editor's for what has no file. */
export const CodePath = z.string().min(1).max(4096);
/** A line of a text, counted from 1. */
export const CodeLine = z.int().min(1).max(10_000_000);

/**
 * What the editor's language services know about what is asked: the most useful first. `signature` is what the
 * editor shows of a name, and its lines are those in which the name stands.
 */
export const CodeSymbol = z.object({
  kind: z.enum(['definition', 'reference', 'signature', 'type']),
  name: z.string().max(500),
  path: CodePath,
  startLine: CodeLine,
  endLine: CodeLine,
  text: z.string().max(20_000),
});
export type CodeSymbol = z.infer<typeof CodeSymbol>;

/** Symbols that one request carries. */
export const MAX_SYMBOLS = 50;
