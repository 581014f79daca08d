import { splitLines } from '../windows.ts';
import { cutAtMarks, MOST_CHARACTERS } from './cut.ts';
import { markMarkdown } from './documents.ts';

/** Where a text may be cut, the best first: between paragraphs, lines, sentences, words. */
const SEAMS = [/\n[^\S\n]*\n/g, /\n/g, /[.!?…]["')\]]?\s|[。！？]/g, /\s/g];

/**
 * Cuts a text or Markdown into parts that a model reads as a whole, at its headings first, with the headings
 * above in front of a part that does not begin with them. All that is not blank is in one of them.
 */
export function cutDocument(text: string): string[] {
  const lines = splitLines(text);
  return cutAtMarks(lines, markMarkdown(lines)).flatMap(({ start, end, symbol, head }) => {
    const whole = lines.slice(start, end).join('\n');
    return [...splitAtSeams(whole)].map((part, at) =>
      symbol === undefined || (at === 0 && head === start) ? part : `${symbol}\n${part}`,
    );
  });
}

function* splitAtSeams(text: string): Generator<string> {
  let rest = text.trim();
  while (rest.length > MOST_CHARACTERS) {
    const end = seamIn(rest.slice(0, MOST_CHARACTERS));
    yield rest.slice(0, end).trimEnd();
    rest = rest.slice(end).trimStart();
  }
  if (rest !== '') yield rest;
}

/** The last of the best seams in the second half, else the end, but not within a character. */
function seamIn(text: string): number {
  for (const seam of SEAMS) {
    const last = [...text.matchAll(seam)].at(-1);
    const end = last ? last.index + last[0].length : 0;
    if (end > text.length / 2) return end;
  }
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
}
