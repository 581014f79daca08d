import { bodiesOf, isBlank, squeezed, trimBlank } from './lines.ts';

const OPENERS =
  /^(?:sure|certainly|of course|okay|ok|here(?:'s|’s| is| are)|below is|the (?:following|updated|fixed|code|function|change|above)|this (?:code|function|change|version|will|is)|i(?:'ve|’ve| have|'ll| will| added| changed| fixed)?\b|in this|note|explanation|changes?:|let me|we |you can|now |to fix|output|answer|solution|please|hope|that)/i;
/** What is longer on one line is code, or an essay that is refused anyway. */
const MAX_SENTENCE = 1_000;
const CODE_MARKS = /[;{}=<>[\]|\\]|\)\s*[:{]?$|^\s*(?:#|\/\/|\/\*|\*|@|"""|'''|<)|=>/;

/** Whether a line is a sentence of someone who explains, and not code. */
function isProse(line: string): boolean {
  const text = line.trim();
  if (text === '' || text.length > MAX_SENTENCE || /^[ \t]{2,}/.test(line)) return false;
  if (/^(?:\*\*|#{1,4}\s|[-*]\s|\d+\.\s).*\w+\s+\w+/.test(text) && !/[;{}]\s*$/.test(text)) return true;
  const words = text.split(/\s+/).length;
  if (OPENERS.test(text) && words >= 2 && /[.:!?)]$/.test(text) && !/[;{}]\s*$/.test(text)) return true;
  return words >= 4 && /^[A-Z]/.test(text) && /[.:!?]$/.test(text) && !CODE_MARKS.test(text);
}

/**
 * The code of an answer that has no fences: without the sentences before and after it. What stands in the
 * original is never taken for a sentence. Empty where it is all sentences.
 */
export function unfencedCode(answer: string, original: readonly string[], keepAll: boolean): string[] {
  const known = new Set(original.map(squeezed));
  const lines = bodiesOf(answer).filter(
    (line) => !/^\s*(?:`{3,}|~{3,}|<\/?quote-\d+\b[^>]*>)\s*$/.test(line),
  );
  const prose = (line: string) => !known.has(squeezed(line)) && isProse(line);
  const body = trimBlank(lines);
  if (keepAll) return /:$/.test(body[0] ?? '') && prose(body[0] ?? '') ? trimBlank(body.slice(1)) : body;
  let start = 0;
  let end = body.length;
  while (start < end && (isBlank(body[start] ?? '') || prose(body[start] ?? ''))) start++;
  while (end > start && (isBlank(body[end - 1] ?? '') || prose(body[end - 1] ?? ''))) end--;
  // Sentences below an empty line go with what follows them.
  const tail = body
    .slice(start, end)
    .findIndex((line, i, rest) => i > 0 && isBlank(rest[i - 1] ?? '') && prose(line));
  return trimBlank(body.slice(start, tail === -1 ? end : start + tail));
}
