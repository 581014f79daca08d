const MAX_TITLE = 60;

/** A conversation is called by its first words, cut at a word. */
export function titleFrom(text: string): string {
  const line = text.trim().split('\n', 1)[0]?.replace(/\s+/g, ' ').trim() ?? '';
  if (line.length <= MAX_TITLE) return line;
  const cut = line.slice(0, MAX_TITLE);
  const end = cut.lastIndexOf(' ');
  return `${end > MAX_TITLE / 2 ? cut.slice(0, end) : cut}…`;
}
