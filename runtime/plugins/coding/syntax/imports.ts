import { posix } from 'node:path';

/** More imports than this are not followed. */
const MAX_IMPORTS = 60;
const MAX_LINE = 500;
const SCRIPT = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.vue'];

/** A file that another one imports: where it may be, relative to the workspace folder, the likeliest first. */
export interface Imported {
  /** The line that imports it, with those of its names that stand above. */
  words: string;
  paths: string[];
}

/** The files of the workspace that these lines import by a relative path, in the languages that have such. */
export function importsIn(lines: readonly string[], path: string): Imported[] {
  const found: Imported[] = [];
  let names = '';
  for (const line of lines) {
    if (line.length > MAX_LINE || found.length === MAX_IMPORTS) continue;
    if (/^\s*(?:import|export)\b[^;'"]*\{[^}]*$/.test(line)) names = line;
    else if (names !== '') names += ` ${line}`;
    const paths = scriptPaths(line, path) ?? pythonPaths(line, path) ?? includePaths(line, path);
    if (paths) found.push({ words: `${names} ${line}`, paths });
    if (paths || /[;}]/.test(line)) names = '';
  }
  return found;
}

function scriptPaths(line: string, path: string): string[] | undefined {
  const given = /(?:\bfrom\s*|\brequire\(\s*|\bimport\(?\s*)(['"])(\.{1,2}\/[^'"]*)\1/.exec(line)?.[2];
  if (given === undefined) return undefined;
  const base = posix.join(posix.dirname(path), given);
  // What is compiled is imported by the name that it will have.
  const bare = base.replace(/\.[mc]?jsx?$/, '');
  const whole = SCRIPT.includes(posix.extname(base)) && bare === base ? [base] : [];
  return inside([...whole, ...SCRIPT.map((ending) => bare + ending), `${bare}/index.ts`, `${bare}/index.js`]);
}

function pythonPaths(line: string, path: string): string[] | undefined {
  if (!/\.pyi?$/.test(path)) return undefined;
  const [, dots = '', name = ''] = /^\s*from\s+(\.*)([\w.]*)\s+import\b/.exec(line) ?? [];
  if (dots === '' && name === '') return undefined;
  const here = posix.dirname(path);
  const inner = name.replaceAll('.', '/');
  const roots = dots === '' ? ['.', here] : [posix.join(here, '../'.repeat(dots.length - 1))];
  const bases = roots.map((root) => posix.join(root, inner));
  return inside(bases.flatMap((base) => [`${base}.py`, `${base}/__init__.py`]));
}

function includePaths(line: string, path: string): string[] | undefined {
  const given = /^\s*#\s*include\s+"([^"]+)"/.exec(line)?.[1];
  return given === undefined ? undefined : inside([posix.join(posix.dirname(path), given)]);
}

function inside(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => posix.normalize(path)))].filter(
    (path) => !/^\.\.?(?:\/|$)/.test(path),
  );
}
