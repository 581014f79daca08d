/**
 * Puts retrieved text between two tags that cannot occur in it, so that nothing in it can end the quote
 * and pass for instructions. The same text gets the same tags. The label says what it is, in one line:
 * "[1] src/a.ts:3-9".
 */
export function fence(text: string, label: string): string {
  const tag = `quote-${freeNumber(text)}`;
  return `<${tag} of="${oneLine(label).replace(/["<>]/g, '_')}">\n${text}\n</${tag}>`;
}

/** The smallest number that begins none of the numbers in `quote-12`, `QUOTE-3` and the like in the text. */
function freeNumber(text: string): number {
  const taken = new Set<string>();
  for (const [, digits = ''] of text.matchAll(/quote-(\d{1,15})/gi)) {
    for (let length = 1; length <= digits.length; length++) taken.add(digits.slice(0, length));
  }
  let number = 1;
  while (taken.has(String(number))) number++;
  return number;
}

/** A Markdown code block whose fence is longer than any run of backticks in the text. */
export function codeBlock(text: string, language = ''): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language.replace(/[^\w+#-]/g, '')}\n${text}\n${ticks}`;
}

/** Markdown code within a line; line breaks and control characters become spaces. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  const ticks = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
