import { isBlank, squeezed } from './lines.ts';

/** What is left out: "the rest of the code", "other methods". */
const THING =
  '(?:code|files?|class(?:es)?|functions?|methods?|implementations?|imports?|contents?|logic|bod(?:y|ies)|components?|tests?|cases?|' +
  'fields?|propert(?:y|ies)|styles?|rules?|definitions?|handlers?|routes?|lines?|parts?|stuff|config(?:uration)?|options?|sections?|' +
  'statements?|declarations?|variables?|constants?|types?|exports?|setup|items?|entries|elements?|members?|modules?|everything|it)';

/** Comments that stand for code which the model did not write; tried on the comment's whole text. */
const STANDS_FOR: readonly RegExp[] = [
  new RegExp(
    `^(?:the |all |all the |any |your |keep |keep the |and |insert |add |include )*(?:rest|remaining|remainder|existing|other|previous|original|unchanged|same)` +
      `(?: of)?(?: the| your| this| these| existing| other)*(?: [\\w.'\`-]+){0,2}? ${THING}\\b`,
    'i',
  ),
  /^(?:the )?(?:rest|remainder|everything else|code|implementation|body|all else)(?: of .*)? (?:is |are |stays? |remains? )?(?:the )?(?:unchanged|same|omitted|as (?:is|before)|goes here|here|continues?)\b/i,
  /^(?:is |are )?(?:unchanged|omitted|no changes?(?: needed| here)?|same as (?:before|above|original|the original)|remains? (?:the same|unchanged)|as before|for brevity|snip(?:ped)?|truncated|continued?|code continues.*|rest|etc\.?)$/i,
  /\b(?:omitted|left out|removed|skipped|shortened|truncated) for (?:brevity|clarity|space)\b/i,
  /^(?:your|the|existing|original|previous) (?:\w+ )?(?:code|logic|implementation) (?:goes |stays |remains )?(?:here|unchanged|the same)/i,
  /^(?:implementation|code|logic|body|function body|method body) (?:here|goes here|remains|unchanged|stays|as before)/i,
  /^\(?(?:no changes?|unchanged|same)\b.{0,40}$/i,
];

const COMMENT =
  /^\s*(?:\/\/+|#+|--+|;+|%+|\/\*+|\*+(?!\*)|<!--|\{\/\*|"""|'''|rem\b|')\s?(.*?)\s*(?:\*\/\}?|-->|"""|''')?\s*$/i;
const DOTS = /\.{3}|…/;
/** "{ ... }", "{ … }", a body that is only a comment with dots. */
const EMPTY_BODY = /[{(]\s*(?:\.{3}|…|\/\*[^*]*(?:\.{3}|…|unchanged|existing|omitted)[^*]*\*\/)\s*[})]/;
/** Prose in place of code: "[rest of the code]", "(... same as before ...)", "<existing code>". */
const BRACKETED = /^\s*[[(<{]+\s*(.+?)\s*[\])>}]+\s*$/;

/**
 * The first line of a model's code that stands for lines which it left out; undefined where it is whole.
 * What the original says itself is never taken for one.
 */
export function elidedLine(code: readonly string[], original: readonly string[]): string | undefined {
  const known = new Set(original.map(squeezed));
  return code.find((line, at) => !known.has(squeezed(line)) && isElision(code, at));
}

function before(code: readonly string[], at: number): string {
  return code.slice(0, at).findLast((line) => !isBlank(line)) ?? '';
}

function isElision(code: readonly string[], at: number): boolean {
  const line = code[at] ?? '';
  if (isBlank(line) || line.length > 300) return false;
  if (/^\s*(?:\.{3}|…)[\s,;]*$/.test(line)) return !isEllipsis(before(code, at));
  if (EMPTY_BODY.test(line)) return true;
  const comment = COMMENT.exec(line)?.[1];
  if (comment !== undefined) return commentStandsFor(comment);
  // "foo(); // ... rest of the code"
  const trailing = /(?:\/\/|\s#)\s*((?:\.{3}|…).*)$/.exec(line)?.[1];
  if (trailing !== undefined && commentStandsFor(trailing)) return true;
  const bracketed = BRACKETED.exec(line)?.[1];
  if (bracketed !== undefined && /\s/.test(bracketed)) return standsFor(stripped(bracketed));
  return /^\s*(?:\.{3}|…)\s*\(?[a-z].*$/i.test(line) && standsFor(stripped(line));
}

/** Python writes it for an empty body, and its doctests for a line that goes on. */
function isEllipsis(previous: string): boolean {
  return /:\s*(?:#.*)?$/.test(previous) || /^\s*(?:>>>|\.\.\.)/.test(previous) || /"""|'''/.test(previous);
}

function commentStandsFor(comment: string): boolean {
  const text = stripped(comment);
  if (DOTS.test(comment)) {
    if (text === '') return true;
    // "... add error handling ..." between dots, or dots before one of the words.
    if (/^\W*(?:\.{3}|…).*(?:\.{3}|…)\W*$/.test(comment)) return true;
    if (
      /^\W*(?:\.{3}|…)\s*\(?(?:and )?(?:more|rest|existing|other|previous|remaining|same|unchanged|omitted|code|etc|keep|your|similar|continue)/i.test(
        comment,
      )
    ) {
      return true;
    }
  }
  return standsFor(text);
}

function standsFor(text: string): boolean {
  return STANDS_FOR.some((pattern) => pattern.test(text));
}

/** Without dots and marks at both ends. */
function stripped(comment: string): string {
  return comment.replace(/^[\s.…*/#\-–—[({<]+|[\s.…*/#\-–—\])}>:]+$/g, '');
}
