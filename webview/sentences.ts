/** The end of a sentence; the number of a list item is none. */
const END = /(?<!(?:^|\n)[\s>]*\d{1,3})[.!?…。！？](?=["')\]]*\s)|\n/g;
const FENCE = /^\s*(`{3,}|~{3,})\s*(\S*)/;

/** What is said next of an answer, and how far it has been said. */
export interface Spoken {
  sentences: string[];
  /** Offset in the text from which the next call goes on. */
  upTo: number;
}

/**
 * The whole sentences of `text` from `from` on, as a screen reader should say them: without marks, and code
 * only named. Unless `done`, an unfinished sentence or code block waits.
 */
export function spoken(text: string, from: number, done: boolean): Spoken {
  const sentences: string[] = [];
  let upTo = from;
  while (upTo < text.length) {
    const block = codeAt(text, upTo, done);
    const next = block ?? sentenceAt(text, upTo, done);
    if (!next || next.end === upTo) break;
    if (next.said !== '') sentences.push(next.said);
    upTo = next.end;
  }
  return { sentences, upTo };
}

interface Piece {
  said: string;
  end: number;
}

function codeAt(text: string, at: number, done: boolean): Piece | undefined {
  const lineEnd = text.indexOf('\n', at);
  const match = FENCE.exec(text.slice(at, lineEnd < 0 ? text.length : lineEnd));
  if (!match) return undefined;
  const [, fence = '', language = ''] = match;
  const closing = new RegExp(`\\n${fence}[ \\t]*${done ? '(?:\\n|$)' : '\\n'}`, 'g');
  closing.lastIndex = at + 1;
  const close = closing.exec(text);
  if (!close && !done) return { said: '', end: at };
  const end = close ? close.index + close[0].length : text.length;
  return { said: language ? `Code block, ${language}.` : 'Code block.', end };
}

function sentenceAt(text: string, at: number, done: boolean): Piece | undefined {
  END.lastIndex = at;
  const match = END.exec(text);
  // A full stop at the very end may be the middle of "1.5" or "a.ts".
  if (!match && !done) return undefined;
  const end = match ? match.index + 1 : text.length;
  return { said: plain(text.slice(at, end)), end };
}

function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[[\d,\s]+\]/g, '')
    .replace(/^[\s>]*(?:#{1,6}|[-*+]|\d+[.)])\s+/, '')
    .replace(/[*_`|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\s+([.!?,;:])/g, '$1')
    .replace(/^[-:\s]+$/, '');
}
