import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { type FileSystem, readText } from './fileSystem.ts';

/** Rules of one file. They are about paths below the folder that the file is in. */
interface Level {
  /** Taken off the front of a path relative to the walked folder. */
  base: string;
  /** Put in front of it, where the rules come from a folder above. */
  prefix: string;
  rules: Ignore;
}

/** The rules that hold in a folder, the strongest first. Never changed: a folder below has a longer list. */
export type IgnoreRules = readonly Level[];

/** Windows and macOS do not tell Build from build; git there does not either. */
const IGNORE_CASE = process.platform === 'win32' || process.platform === 'darwin';

/** Matching time grows with the power of these in one rule; no honest rule has more. */
const MAX_DOUBLE_STARS = 3;

/** How many folders above are asked for the repository that the walked folder is in. */
const MAX_CLIMB = 40;

/** The rules of a text as in .gitignore, for a folder given as '' or 'src/lib/'. */
export function parseRules(lines: readonly string[], base: string, prefix = ''): Level {
  const safe = lines.filter((line) => line.split('**').length - 1 <= MAX_DOUBLE_STARS);
  return { base, prefix, rules: ignore({ ignorecase: IGNORE_CASE }).add(safe) };
}

/**
 * Whether a path relative to the walked folder is left out. A folder's path ends with a slash. Rules of
 * a folder below decide over those above, as git has it; whoever asks must not go into a folder that is
 * left out.
 */
export function isIgnored(relative: string, levels: IgnoreRules): boolean {
  for (const { base, prefix, rules } of levels) {
    const { ignored, unignored } = testOne(rules, prefix + relative.slice(base.length));
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}

/**
 * What one file of rules says. It may leave out the folder that the path is in and yet be asked, where
 * stronger rules took that folder back: then only its rules for names anywhere can still hold.
 */
function testOne(rules: Ignore, asked: string): { ignored: boolean; unignored: boolean } {
  const result = rules.test(asked);
  const nameAt = asked.lastIndexOf('/', asked.length - 2) + 1;
  if (!result.ignored || nameAt === 0 || !rules.ignores(asked.slice(0, nameAt))) return result;
  return rules.test(asked.slice(nameAt));
}

/** The rules of an ignore file; undefined where there is none to read. */
export async function readRules(
  absolute: string,
  base: string,
  options: { fs: FileSystem; prefix?: string },
): Promise<Level | undefined> {
  const file = await readText(absolute, options.fs);
  return 'text' in file ? parseRules(file.text.split(/\r?\n/), base, options.prefix) : undefined;
}

/**
 * What the repository around a folder leaves out: the ignore files of the folders above, and
 * `.git/info/exclude`. A folder that they leave out as a whole was opened on purpose: then they don't count.
 */
export async function readRepositoryRules(root: string, fs: FileSystem): Promise<IgnoreRules> {
  const top = await findRepository(root, fs);
  if (top === undefined) return [];
  const levels: Level[] = [];
  for (let folder = root; folder !== top; ) {
    folder = path.dirname(folder);
    levels.push(...(await levelAbove(folder, root, path.join(folder, '.gitignore'), fs)));
  }
  levels.push(...(await levelAbove(top, root, path.join(top, '.git', 'info', 'exclude'), fs)));
  const asked = levels.filter(({ prefix }) => prefix !== '');
  return asked.some(({ prefix, rules }) => rules.ignores(prefix)) ? [] : levels;
}

async function levelAbove(folder: string, root: string, file: string, fs: FileSystem): Promise<Level[]> {
  const relative = path.relative(folder, root).split(path.sep).join('/');
  const level = await readRules(file, '', { fs, prefix: relative === '' ? '' : `${relative}/` });
  return level ? [level] : [];
}

async function findRepository(root: string, fs: FileSystem): Promise<string | undefined> {
  let folder = root;
  for (let climbed = 0; climbed < MAX_CLIMB; climbed++) {
    if (await exists(path.join(folder, '.git'), fs)) return folder;
    const above = path.dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return undefined;
}

async function exists(absolute: string, fs: FileSystem): Promise<boolean> {
  try {
    await fs.lstat(absolute);
    return true;
  } catch {
    return false;
  }
}
