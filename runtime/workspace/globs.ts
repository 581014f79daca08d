/** More alternatives than this, from `{a,b}` within `{c,d}`, are left unread. */
const MAX_ALTERNATIVES = 100;

/**
 * Rules of an ignore file that mean what globs of the editor's settings mean: a glob with a slash is
 * relative to the folder, one without matches at any depth, `{a,b}` is an alternative. What it matches
 * is left out with everything below it.
 */
export function globsToRules(globs: readonly string[]): string[] {
  return globs.flatMap((glob) => expandBraces(glob.trim())).flatMap(toRule);
}

function toRule(glob: string): string[] {
  const path = glob.replaceAll('\\', '/').replace(/^\.?\/+/, '/');
  // `dist/**` leaves out the folder too: nothing would be left in it.
  const whole = path.replace(/(?:\/\*\*)+\/?$/, '/');
  if (/^[/*]*$/.test(whole)) return whole === '' || path === '/' ? [] : ['*'];
  if (whole.startsWith('/') || whole.startsWith('**/')) return [whole];
  // A slash in the middle binds a rule to the folder already; one in front also disarms `!` and `#`.
  if (whole.slice(0, -1).includes('/')) return [`/${whole}`];
  return [`**/${whole}`];
}

function expandBraces(glob: string): string[] {
  const done: string[] = [];
  const open = [glob];
  while (open.length > 0 && done.length + open.length <= MAX_ALTERNATIVES) {
    const next = open.pop() ?? '';
    const alternatives = expandFirst(next);
    if (alternatives) open.push(...alternatives.reverse());
    else done.push(next);
  }
  return done;
}

/** Takes the innermost first pair of braces apart; undefined where there is none. */
function expandFirst(glob: string): string[] | undefined {
  const close = glob.indexOf('}');
  const start = glob.lastIndexOf('{', close);
  if (close === -1 || start === -1) return undefined;
  const before = glob.slice(0, start);
  const after = glob.slice(close + 1);
  return glob
    .slice(start + 1, close)
    .split(',')
    .map((choice) => `${before}${choice}${after}`);
}
