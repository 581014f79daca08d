import { isSecretPath } from '../../../guard/secrets.ts';

const EXTENSION = '[A-Za-z][A-Za-z0-9]{0,9}';
const PATH = `(?:\\.{0,2}/)?(?:[\\w@.+-]+[/\\\\])*[\\w@+-][\\w@.+-]*\\.${EXTENSION}`;
const IN_WORDS = new RegExp(`[\`"'*(\\s:](${PATH})(?::\\d+(?:-\\d+)?)?[\`"'*),:.\\s]`, 'g');
const COMMENT = new RegExp(
  `^\\s*(?://|#|--|;|%|/\\*|<!--)\\s*(?:file(?:name|path)?\\s*:\\s*|path\\s*:\\s*)?[\`"']?(${PATH})[\`"']?\\s*(?:\\*/|-->)?\\s*$`,
  'i',
);
/** What stands further in a line is not looked at: matching takes more than linear time. */
const MAX_LINE = 500;
/** What looks like a file and is none: "e.g.", "Node.js", "console.log". */
const NO_FILE =
  /^(?:e\.g|i\.e|etc|node\.js|vue\.js|next\.js|react\.js|asp\.net|console\.\w+|this\.\w+|self\.\w+|\d.*)$/i;

/** The path in a block's info: "ts:src/a.ts", "ts title=src/a.ts", "12:15:src/a.ts", "src/a.ts". */
export function pathOfInfo(info: string): string | undefined {
  return tidy(new RegExp(`(?:^|[\\s:="'])(${PATH})["'}]?(?:$|[\\s:])`).exec(info.slice(0, MAX_LINE))?.[1]);
}

/** The path that a first line is a comment of. */
export function pathOfComment(line: string): string | undefined {
  return tidy(COMMENT.exec(line.slice(0, MAX_LINE))?.[1]);
}

/** The last path that a line of prose names. */
export function pathOfWords(line: string): string | undefined {
  const found = [...` ${line.slice(-MAX_LINE)} `.matchAll(IN_WORDS)].map(([, path]) => path);
  return tidy(found.findLast((path) => path !== undefined && !NO_FILE.test(path)));
}

function tidy(path: string | undefined): string | undefined {
  if (path === undefined || NO_FILE.test(path)) return undefined;
  return path.replaceAll('\\', '/').replace(/^(?:\.\/)+|^[ab]\/(?=.*\/)/, '');
}

/** Whether two paths may be one: the shorter is the end of the longer. */
export function samePath(a: string, b: string): boolean {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return long.toLowerCase() === short.toLowerCase() || long.toLowerCase().endsWith(`/${short.toLowerCase()}`);
}

/** A path below the workspace folder that a new file may have; undefined for any other. */
export function safePath(path: string): string | undefined {
  const clean = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const parts = clean.split('/');
  const odd =
    clean === '' || clean.startsWith('/') || /^[A-Za-z]:/.test(clean) || /[\p{Cc}<>:"|?*]/u.test(clean);
  if (odd || parts.some((part) => part === '' || part === '.' || part === '..')) return undefined;
  return isSecretPath(clean) || parts.includes('node_modules') ? undefined : clean;
}
