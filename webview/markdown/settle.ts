/** A word may be held back up to so many characters; longer ones (or scripts without spaces) are shown as they come. */
const LONGEST_WORD = 40;
/** An unclosed link may be held back so far. */
const LONGEST_LINK = 200;

const MARKS_ALONE = /^[\s>]*(?:[-*+_#=~|:`]+|\d{1,9}[.)])?[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * The part of a growing text that may be shown: whole words, and no line whose meaning the next characters
 * may turn round ("-" under a paragraph makes a heading, "- a" a list). `text` begins at a top-level block.
 */
export function settled(text: string): string {
  const lineStart = text.lastIndexOf('\n') + 1;
  const last = text.slice(lineStart);
  const { open, marker } = fenceState(text.slice(0, lineStart));
  if (open) return mayClose(last, marker) ? text.slice(0, lineStart) : wholeWords(text);
  const ambiguous = MARKS_ALONE.test(last) || FENCE.test(last) || /^\s*\|/.test(last);
  return withoutLooseTable(ambiguous ? text.slice(0, lineStart) : wholeWords(text));
}

function mayClose(line: string, marker: string): boolean {
  return (
    line.trim() !== '' && marker.startsWith(line.trim().slice(0, marker.length)) && /^[\s`~]*$/.test(line)
  );
}

function fenceState(text: string): { open: boolean; marker: string } {
  let marker = '';
  for (const line of text.split('\n')) {
    const match = FENCE.exec(line.replace(/^[\s>]*(?:[-*+]|\d+[.)])?\s+/, ''));
    const fence = match?.[1] ?? '';
    if (marker === '') marker = fence;
    else if (fence.startsWith(marker) && match?.[2]?.trim() === '') marker = '';
  }
  return { open: marker !== '', marker };
}

function wholeWords(text: string): string {
  const match = /\S+$/.exec(text.slice(-LONGEST_WORD));
  const held = match?.[0].length ?? 0;
  return held === 0 || held >= LONGEST_WORD || held === text.length ? text : text.slice(0, -held);
}

/** The head of a table is a paragraph until its second line has come. */
function withoutLooseTable(text: string): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const first = lines.findLastIndex((line) => !/^\s*\|/.test(line)) + 1;
  return lines.length - first === 1 ? text.slice(0, text.length - (lines.at(-1)?.length ?? 0) - 1) : text;
}

/** Closes what is open in the last, still growing block, so that its marks are never seen as text. */
export function mended(block: string): string {
  if (FENCE.test(block.split('\n')[0] ?? '')) return block;
  const start = block.lastIndexOf('\n\n') + 1;
  const head = block.slice(0, start);
  let tail = block.slice(start);
  const link = tail.lastIndexOf('[');
  const unclosed =
    link >= 0 &&
    tail.length - link < LONGEST_LINK &&
    !/^\[[^\]]*\](?:\([^)]*\)|[^(]|$)/.test(tail.slice(link));
  if (unclosed) tail = tail.slice(0, link);
  const ends = tail.trimEnd();
  const space = tail.slice(ends.length);
  if (odd(ends, /`/g)) return `${head}${ends}\`${space}`;
  const plain = ends.replace(/`[^`]*`/g, '');
  const strong = odd(plain, /\*\*/g);
  const emphasis = odd(plain.replace(/\*\*/g, ''), /(?<!^\s*)\*(?!\s)|(?<=\S)\*/gm);
  return `${head}${ends}${emphasis ? '*' : ''}${strong ? '**' : ''}${space}`;
}

function odd(text: string, marks: RegExp): boolean {
  return (text.match(marks)?.length ?? 0) % 2 === 1;
}
