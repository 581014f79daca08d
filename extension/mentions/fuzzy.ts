/** Characters that a glob of a query keeps; the others would mean something in a glob. */
const KEPT = /[\p{L}\p{N}._-]/u;

/**
 * A glob for the paths whose last parts have the letters of a query in their order, case aside: "net/cl" finds
 * `src/network/client.ts`. `**` where the query has no letters.
 */
export function globOf(query: string): string {
  const parts = query
    .split(/[\\/]/)
    .map((part) => [...part].filter((letter) => KEPT.test(letter)).map(anyCase))
    .filter((letters) => letters.length > 0)
    .map((letters) => `*${letters.join('*')}*`);
  return ['**', ...parts].join('/');
}

function anyCase(letter: string): string {
  const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()];
  return lower === upper || lower.length !== 1 || upper.length !== 1 ? letter : `[${lower}${upper}]`;
}

/** How well a path answers a query, the less the better; undefined where it does not. */
export function distance(query: string, path: string): number | undefined {
  const wanted = query.trim().toLowerCase();
  const whole = path.toLowerCase();
  if (wanted === '') return path.length;
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  const shorter = path.length / 10_000;
  if (name.startsWith(wanted)) return shorter;
  if (name.includes(wanted)) return 1 + shorter;
  if (whole.includes(wanted)) return 2 + shorter;
  if (inOrder(wanted, name)) return 3 + shorter;
  return inOrder(wanted, whole) ? 4 + shorter : undefined;
}

function inOrder(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The best matches of a query, the best first. */
export function ranked<T>(
  query: string,
  items: readonly T[],
  { path, limit }: { path: (item: T) => string; limit: number },
): T[] {
  return items
    .flatMap((item) => {
      const far = distance(query, path(item));
      return far === undefined ? [] : [{ item, far }];
    })
    .sort((a, b) => a.far - b.far)
    .slice(0, limit)
    .map(({ item }) => item);
}
