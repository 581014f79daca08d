/**
 * An estimate of how many tokens a text costs, on the high side for code and prose in the vocabularies
 * that local models use. No tokeniser is shipped: each model has its own. What a model really counted
 * corrects the estimate through `calibration`.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [part] of text.matchAll(/[A-Za-z]+|\d+|\n+|[^\S\n]{2,}|[^\sA-Za-z\d]/gu)) {
    const first = part.charCodeAt(0);
    if (first > 127) tokens += first > 0x2e80 ? 1.2 : 1;
    else if (first >= 48 && first <= 57) tokens += part.length / 2;
    else if (isLetter(first)) tokens += Math.max(1, part.length / 5);
    else tokens += 1;
  }
  return Math.ceil(tokens);
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** What each message of a chat costs beside its text: the role and its marks. */
export const MESSAGE_OVERHEAD = 8;
