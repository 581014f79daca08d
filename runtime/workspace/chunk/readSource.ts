import { redact } from '../../guard/secrets.ts';
import { contentHash } from '../../kernel/contentHash.ts';
import { nodeFileSystem, readText } from '../fileSystem.ts';
import { splitLines } from '../windows.ts';

/** What a file says, by lines, secrets redacted: what chunks are made of, and what is shown of them. */
export interface Source {
  /** Of the content, before anything was redacted. */
  hash: string;
  lines: string[];
  /** Of a PDF: the line, counted from 0, at which each page begins. */
  pages?: number[];
}

/** Undefined where there is nothing to read: the file is gone, no text or too large. */
export async function readSource(absolute: string): Promise<Source | undefined> {
  const read = await readText(absolute, nodeFileSystem);
  return 'text' in read ? sourceOf(read.text) : undefined;
}

/** The same of a text that is not on disk. */
export function sourceOf(text: string): Source {
  return { hash: contentHash(text), lines: splitLines(redact(text).text) };
}
