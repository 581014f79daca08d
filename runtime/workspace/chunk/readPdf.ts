import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { redact } from '../../guard/secrets.ts';
import { MAX_PDF_BYTES } from '../fileSystem.ts';
import { splitLines } from '../windows.ts';
import type { Source } from './readSource.ts';

const MAX_PAGES = 1000;

/** What a PDF says, page by page; undefined where it can't be read, or is too large. */
export async function readPdf(absolute: string): Promise<Source | undefined> {
  try {
    const bytes = await readBytes(absolute);
    if (!bytes) return undefined;
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    // Two megabytes of code that few workspaces need.
    const { extractText, getDocumentProxy } = await import('unpdf');
    const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
    try {
      if (pdf.numPages > MAX_PAGES) return undefined;
      const { text } = await extractText(pdf, { mergePages: false });
      const lines: string[] = [];
      const pages: number[] = [];
      for (const page of text) {
        pages.push(lines.length);
        for (const line of splitLines(redact(page).text)) lines.push(line);
      }
      return { hash, lines, pages };
    } finally {
      await pdf.destroy();
    }
  } catch {
    return undefined;
  }
}

async function readBytes(absolute: string): Promise<Uint8Array | undefined> {
  const handle = await open(absolute, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > MAX_PDF_BYTES) return undefined;
    return new Uint8Array(await handle.readFile());
  } finally {
    await handle.close();
  }
}
