import type { Dirent } from 'node:fs';
import path from 'node:path';
import { isSecretPath } from '../guard/secrets.ts';
import { ZoeyError } from '../kernel/errors.ts';
import { Pace, type Stopwatch, systemStopwatch } from '../kernel/pace.ts';
import { type FileSystem, MAX_FILE_BYTES, MAX_PDF_BYTES, nodeFileSystem, readFolder } from './fileSystem.ts';
import { globsToRules } from './globs.ts';
import { type IgnoreRules, isIgnored, parseRules, readRepositoryRules, readRules } from './ignoreRules.ts';
import { isSkippedFile, isSkippedFolder } from './skips.ts';

/** A file that may be read, as it was when the walk came by. */
export interface WalkedFile {
  /** Relative to the walked folder, with forward slashes. */
  path: string;
  absolute: string;
  bytes: number;
  mtimeMs: number;
}

export interface WalkOptions {
  signal: AbortSignal;
  /** Globs as in the editor's settings, beside what ignore files leave out. */
  exclude?: readonly string[];
  /** At most this many files. */
  limit?: number;
  /** Paths relative to the folder: these alone, and what is below them. */
  within?: readonly string[];
  /** Also PDFs, which hold text though they are none. */
  documents?: boolean;
  fs?: FileSystem;
  now?: Stopwatch;
}

/** As many files as are ever walked. */
export const MAX_FILES = 20_000;
const MAX_FOLDERS = 50_000;
const MAX_ENTRIES = 50_000;
/** Files asked for their size at once. */
const STAT_BATCH = 32;

/** A folder still to be read: '' or 'src/lib/', with the rules that hold in it. */
interface Folder {
  path: string;
  git: IgnoreRules;
  own: IgnoreRules;
}

/**
 * The files below a folder that Zoey may read, the shallow ones first, always in the same order. Left out
 * are: what .gitignore, .zoeyignore, .git/info/exclude and `exclude` name, secret files, folders of tools,
 * lock files, what is large, empty or binary by its ending (`readText` refuses what is by its content),
 * and symbolic links, whose targets are walked where they really are if they are inside at all. A folder
 * that can't be read is passed over.
 */
export async function* walk(root: string, options: WalkOptions): AsyncGenerator<WalkedFile, void, void> {
  const { signal, limit = MAX_FILES, fs = nodeFileSystem, now = systemStopwatch } = options;
  const top = await realFolder(root, fs);
  const scan: Scan = {
    top,
    fs,
    pace: new Pace(signal, now),
    excluded: [parseRules(globsToRules(options.exclude ?? []), '')],
    within: options.within,
    documents: options.documents ?? false,
  };
  const queue: Folder[] = [{ path: '', git: await readRepositoryRules(top, fs), own: [] }];
  let files = 0;
  for (let folder = queue.shift(); folder; folder = queue.shift()) {
    const found = await readOne(folder, scan);
    queue.push(...found.folders.slice(0, MAX_FOLDERS - queue.length));
    for (let i = 0; i < found.files.length; i += STAT_BATCH) {
      const batch = found.files.slice(i, i + STAT_BATCH).map((relative) => statFile(top, relative, fs));
      for (const file of await Promise.all(batch)) {
        if (!file) continue;
        yield file;
        if (++files >= limit) return;
      }
      await scan.pace.rest();
    }
  }
}

/** What stays the same during one walk. */
interface Scan {
  top: string;
  fs: FileSystem;
  pace: Pace;
  excluded: IgnoreRules;
  within: readonly string[] | undefined;
  documents: boolean;
}

/** The files and folders in a folder that are not left out, by name. */
async function readOne(folder: Folder, scan: Scan): Promise<{ files: string[]; folders: Folder[] }> {
  const entries = await readFolder(path.join(scan.top, folder.path), MAX_ENTRIES, scan.fs);
  const here = await withRules(folder, entries, scan);
  const files: string[] = [];
  const folders: Folder[] = [];
  for (const entry of entries) {
    await scan.pace.rest();
    const relative = `${folder.path}${entry.name}${entry.isDirectory() ? '/' : ''}`;
    if (!isWanted(relative, scan.within)) continue;
    if (isLeftOut(entry, relative, { rules: [here.git, here.own, scan.excluded], ...scan })) continue;
    if (entry.isDirectory()) folders.push({ ...here, path: relative });
    else files.push(relative);
  }
  return { files, folders };
}

/** Whether it is one of the paths, below one, or on the way to one. */
function isWanted(relative: string, within: readonly string[] | undefined): boolean {
  if (!within) return true;
  return within.some(
    (path) => relative === path || relative.startsWith(`${path}/`) || `${path}/`.startsWith(relative),
  );
}

function isLeftOut(
  entry: Dirent,
  relative: string,
  { rules, documents }: { rules: readonly IgnoreRules[]; documents: boolean },
): boolean {
  if (!entry.isDirectory() && !entry.isFile()) return true;
  if (entry.isDirectory()) {
    if (isSkippedFolder(entry.name)) return true;
  } else if (isSkippedFile(entry.name) && !(documents && isPdf(entry.name))) return true;
  return isSecretPath(relative) || rules.some((levels) => isIgnored(relative, levels));
}

async function realFolder(root: string, fs: FileSystem): Promise<string> {
  try {
    return await fs.realpath(root);
  } catch (cause) {
    throw new ZoeyError('not_found', "The workspace folder can't be read.", {
      hint: 'Check that the folder is still there, then try again.',
      cause,
    });
  }
}

/** Adds the rules of the ignore files that are in the folder itself. */
async function withRules(folder: Folder, entries: readonly Dirent[], { top, fs }: Scan): Promise<Folder> {
  const read = async (name: string, above: IgnoreRules): Promise<IgnoreRules> => {
    if (!entries.some((entry) => entry.name === name && entry.isFile())) return above;
    const level = await readRules(path.join(top, folder.path, name), folder.path, { fs });
    return level ? [level, ...above] : above;
  };
  return {
    path: folder.path,
    git: await read('.gitignore', folder.git),
    own: await read('.zoeyignore', folder.own),
  };
}

async function statFile(top: string, relative: string, fs: FileSystem): Promise<WalkedFile | undefined> {
  const absolute = path.join(top, relative);
  try {
    const stat = await fs.lstat(absolute);
    const most = isPdf(relative) ? MAX_PDF_BYTES : MAX_FILE_BYTES;
    if (!stat.isFile() || stat.size === 0 || stat.size > most) return undefined;
    return { path: relative, absolute, bytes: stat.size, mtimeMs: stat.mtimeMs };
  } catch {
    return undefined;
  }
}

function isPdf(name: string): boolean {
  return /\.pdf$/i.test(name);
}
