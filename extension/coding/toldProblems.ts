import type { CodeDiagnostic } from '../../runtime/types/coding.ts';

/** What a change did to the problems of a file, in words; `worse` where the person should look at it. */
interface Told {
  text: string;
  worse: boolean;
}

/**
 * "1 problem is gone, none is new." Nothing of what a review of Zoey's found: that stands until it is cleared.
 * Undefined where there were no problems, and are none.
 */
export function problemsTold(
  before: readonly CodeDiagnostic[],
  after: readonly CodeDiagnostic[],
): Told | undefined {
  const reported = before.filter(({ source }) => source !== 'zoey');
  const now = after.filter(({ source }) => source !== 'zoey');
  const gone = without(reported, now);
  const fresh = without(now, reported);
  if (reported.length === 0 && fresh === 0) return undefined;
  const say = gone === 1 ? '1 problem is gone' : `${gone || 'No'} problems are gone`;
  const text =
    fresh === 0
      ? `${say}, none is new.`
      : `${say}, but ${fresh} ${fresh === 1 ? 'is' : 'are'} new. Undo takes the change back.`;
  return { text, worse: fresh > 0 || gone === 0 };
}

/** How many of `these` are not among `others`, by message and code: lines move. */
function without(these: readonly CodeDiagnostic[], others: readonly CodeDiagnostic[]): number {
  const keyOf = ({ source, code, message }: CodeDiagnostic) => `${source}\0${code}\0${message}`;
  const left = others.map(keyOf);
  let count = 0;
  for (const key of these.map(keyOf)) {
    const at = left.indexOf(key);
    if (at === -1) count++;
    else left.splice(at, 1);
  }
  return count;
}
