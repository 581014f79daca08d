/** How deep an input may be nested, and how many values it may have: more than any call of ours. */
const MAX_DEPTH = 100;
const MAX_VALUES = 100_000;

/**
 * Why a JSON value is too much to be parsed by a schema, in words; undefined where it is not. Schemas call
 * themselves for what is nested and look at values one by one, so that a body of a megabyte could end the
 * stack or hold up every other call.
 */
export function beyondBounds(input: unknown): string | undefined {
  let level: unknown[] = [input];
  let values = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
    values += level.length;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const inner of Object.values(value)) next.push(inner);
      if (values + next.length > MAX_VALUES) return `it has more than ${MAX_VALUES} values`;
    }
    level = next;
  }
  return undefined;
}
