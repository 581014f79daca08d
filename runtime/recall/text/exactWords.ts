import { queryTokens, tokenize } from './tokens.ts';

const QUOTED = /"([^"]+)"|`([^`]+)`|“([^”]+)”/g;
/** Names joined by dots, slashes or colons: paths, members, addresses. */
const RUN = /[\p{L}\p{M}\p{N}_$]+(?:[./:]+[\p{L}\p{M}\p{N}_$]+)*/gu;
const JOINED = /[./:]/;
const IDENTIFIER = /[\p{N}_$]|\p{Ll}\p{Lu}|\p{Lu}{2}/u;
const CAPITALISED = /^\p{Lu}\p{Ll}+$/u;
const ENDS_SENTENCE = /(?:^|[.!?:]\s*|\n\s*)$/;

/**
 * The words of a question that name something, for which nothing else will do: identifiers, numbers,
 * paths, names, and what is quoted. An identifier is taken whole, without its parts.
 */
export function exactWords(question: string): string[] {
  const words: string[] = [];
  for (const [, ...quoted] of question.matchAll(QUOTED)) words.push(...queryTokens(quoted.join(' ')));
  for (const match of question.matchAll(RUN)) {
    const [run] = match;
    if (JOINED.test(run)) words.push(...run.split(JOINED).flatMap(whole));
    else if (IDENTIFIER.test(run)) words.push(...whole(run));
    else if (CAPITALISED.test(run) && !ENDS_SENTENCE.test(question.slice(0, match.index))) {
      words.push(...whole(run));
    }
  }
  return [...new Set(words)];
}

function whole(run: string): string[] {
  return tokenize(run).slice(0, 1);
}
