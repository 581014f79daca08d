import type { CodeTarget } from '../../../types/coding.ts';

const MAX_NAMED = 5;

/** What is said of places that were attached and not worked on; undefined where all were. */
export function othersNote(given: readonly CodeTarget[], done: readonly CodeTarget[]): string | undefined {
  const left = given.map(nameOf).filter((name) => done.every((one) => nameOf(one) !== name));
  const [first] = done;
  if (!first || left.length === 0) return undefined;
  const more = left.length > MAX_NAMED ? ` and ${left.length - MAX_NAMED} more` : '';
  const others = `${left.slice(0, MAX_NAMED).join(', ')}${more}`;
  const worked =
    done.length === 1
      ? `Only ${nameOf(first)} was worked on, since it was ${first.selection ? 'selected' : 'attached first'}.`
      : `The first ${done.length} places were worked on.`;
  return `${worked} ${others} ${left.length === 1 ? 'was' : 'were'} read beside it. To change more, ask with fewer attached.`;
}

function nameOf({ path, selection }: CodeTarget): string {
  return selection ? `${path}:${selection.startLine}-${selection.endLine}` : path;
}
