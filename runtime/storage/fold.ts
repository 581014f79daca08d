const SNIPPET_LENGTH = 120;
/** How much of a snippet stands before the hit, at most: in the list of a narrow panel the hit itself is in sight. */
const SNIPPET_LEAD = 20;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const ASCII = /^[\0-\x7f]*$/;

/**
 * Text without case, for comparison: "Straße" and "STRASSE" become the same, composed and decomposed
 * letters too. Upper case first unfolds ligatures and ß; a sigma has one form wherever it stands.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/** Words as they are looked for: folded, each once, without those that would be found everywhere. */
export function foldWords(words: readonly string[] = []): string[] {
  return [...new Set(words.map(fold))].filter((word) => word.trim() !== '');
}

/** UTF-8 cannot hold half a surrogate pair, such as where a stream was cut; it becomes U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}

/**
 * Up to 120 characters around the first place where one of the folded words stands, on one line; undefined
 * where none does.
 */
export function snippet(original: string, words: readonly string[]): string | undefined {
  const text = original.normalize('NFC');
  const folded = fold(text);
  const hits = words.map((word) => folded.indexOf(word)).filter((index) => index >= 0);
  if (hits.length === 0) return undefined;
  const hit = unfoldedIndex(text, folded, Math.min(...hits));
  const before = text
    .slice(Math.max(0, hit - 4 * SNIPPET_LENGTH), hit)
    .replace(/\s+/g, ' ')
    .trimStart();
  const after = text
    .slice(hit, hit + 4 * SNIPPET_LENGTH)
    .replace(/\s+/g, ' ')
    .trimEnd();
  const lead = before.length <= SNIPPET_LEAD ? before : `…${lastWords(before.slice(1 - SNIPPET_LEAD))}`;
  const room = SNIPPET_LENGTH - lead.length;
  const rest = after.length <= room ? after : `${after.slice(0, room - 1)}…`;
  // A cut may have halved a surrogate pair.
  return (lead + rest).replace(LONE_SURROGATE, '');
}

/** Without the word at its start, which was cut through, where others follow. */
function lastWords(cut: string): string {
  return cut.slice(cut.indexOf(' ') + 1) || cut;
}

/** Where in `text` the character stands that gave `index` of its folded form. */
function unfoldedIndex(text: string, folded: string, index: number): number {
  // Folding never shortens, so equal lengths mean that each unit stayed in its place.
  if (folded.length === text.length) return index;
  let at = 0;
  let foldedAt = 0;
  for (const character of text) {
    foldedAt += fold(character).length;
    if (foldedAt > index) return at;
    at += character.length;
  }
  return at;
}
