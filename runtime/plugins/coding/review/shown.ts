import { isSecretPath, redact } from '../../../guard/secrets.ts';
import { type DiffFile, parseDiff } from './diff.ts';

/** Files that are written by tools: their changes follow from others. */
const GENERATED =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock|uv\.lock|go\.sum|composer\.lock|Gemfile\.lock)$|\.min\.(?:js|css)$|\.snap$|\.map$/;
const MAX_LINE = 400;

/** Whether a model is shown what changes in this file. */
export function isShown({ path, hunks }: DiffFile): boolean {
  return hunks.length > 0 && !isSecretPath(path) && !GENERATED.test(path);
}

/**
 * A diff within so many characters, secrets redacted: each file gets its share, and what is left out is named.
 * Secret and generated files are named alone.
 */
export function shownDiff(diff: string, characters: number): { text: string; whole: boolean } {
  const files = parseDiff(diff);
  const shown = files.filter(isShown);
  const out: string[] = [];
  let left = characters;
  let whole = true;
  for (const [i, file] of shown.entries()) {
    const share = Math.floor(left / (shown.length - i));
    const text = textOf(file);
    const cut =
      text.length <= share ? text : `${text.slice(0, Math.max(0, text.lastIndexOf('\n', share)))}\n(more)`;
    if (cut !== text) whole = false;
    left -= cut.length;
    out.push(cut);
  }
  const others = files.filter((file) => !isShown(file)).map(({ path }) => path);
  if (others.length > 0) out.push(`Changed too: ${others.slice(0, 20).join(', ')}`);
  return { text: redact(out.join('\n')).text, whole };
}

function textOf({ path, hunks, deleted }: DiffFile): string {
  const lines = hunks.flatMap((hunk) => [
    '@@',
    ...hunk.map(
      ({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text.slice(0, MAX_LINE)}`,
    ),
  ]);
  return [`${deleted ? 'deleted' : 'file'} ${path}`, ...lines].join('\n');
}
