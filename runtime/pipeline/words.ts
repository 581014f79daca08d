import type { Action } from '../types/runtime.ts';

/** What is asked stands at the beginning; the rest of a long message is what it is about. */
const LOOKED_AT = 2_000;
/** Letters that a word may have beside those of a name: "rolling" for ROLL. */
const ENDING = 3;
const POLITE = /^(?:(?:please|now|then|hey|ok|okay|zoey|can you|could you|would you|will you)[\s,:]+)+/i;

/** What the person says themselves: without the code and the quotes that they put into the message. */
export function ownWords(text: string): string {
  return text
    .slice(0, LOOKED_AT)
    .replace(/^ {0,3}(```|~~~)[\s\S]*?(?:^ {0,3}\1|$(?![\s\S]))/gm, ' ')
    .replace(/`[^`\n]*`/g, ' ')
    .replace(/^\s*>.*$/gm, ' ')
    .trim();
}

/** The same without "please" and "can you" before it. */
export function withoutPoliteness(words: string): string {
  return words.replace(POLITE, '');
}

/**
 * Whether these words may call for the action: all words of its name or of a simile are among them; a name of
 * one word begins them. A cheap rule that is often wrong: what is done in the end is decided after it.
 */
export function mayCallFor(words: string, { name, similes = [] }: Action): boolean {
  const said =
    withoutPoliteness(words)
      .toLowerCase()
      .match(/[\p{L}\d]+/gu) ?? [];
  return [name, ...similes].some((candidate) => {
    const wanted = candidate.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
    const among = wanted.length > 1 ? said : said.slice(0, 1);
    return wanted.length > 0 && wanted.every((part) => among.some((word) => isFormOf(word, part)));
  });
}

function isFormOf(word: string, part: string): boolean {
  return word.startsWith(part) && word.length - part.length <= ENDING;
}
