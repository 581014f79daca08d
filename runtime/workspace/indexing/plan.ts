import { Pace } from '../../kernel/pace.ts';
import type { IWorkspaceIndexStore } from '../../types/workspaceIndex.ts';
import { MAX_FILES, type WalkedFile, walk } from '../walk.ts';

/** In place of its bytes: the index has a file as an editor shows it, and looks at it again until it is closed. */
export const SHOWN = -1;

/** A file to be read, and the hash of what the index has of it. */
export interface ChangedFile extends WalkedFile {
  known?: string;
}

/** How a folder differs from what the index knows of it: by size and time alone, unless an editor shows it. */
export interface Plan {
  changed: ChangedFile[];
  /** Paths that are gone, or are left out now. */
  removed: string[];
}

export interface LookOptions {
  exclude: readonly string[];
  /** These paths alone, and what is below them. */
  within?: readonly string[];
  /** Whether an open editor shows a file, saved or not. */
  isShown(absolute: string): boolean;
  signal: AbortSignal;
}

/** Compares a folder with the index. What was changed last comes first: it is what is asked about. */
export async function planLook(
  store: Pick<IWorkspaceIndexStore, 'files'>,
  root: string,
  { exclude, within, isShown, signal }: LookOptions,
): Promise<Plan> {
  const pace = new Pace(signal);
  const known = new Map((await store.files(root, within)).map((file) => [file.path, file]));
  await pace.rest();
  const changed: ChangedFile[] = [];
  let found = 0;
  for await (const file of walk(root, { exclude, signal, documents: true, ...(within && { within }) })) {
    found++;
    const before = known.get(file.path);
    known.delete(file.path);
    const bytes = isShown(file.absolute) ? SHOWN : file.bytes;
    if (bytes !== SHOWN && before?.bytes === bytes && before.mtimeMs === file.mtimeMs) continue;
    changed.push({ ...file, bytes, ...(before && { known: before.hash }) });
  }
  changed.sort((a, b) => b.mtimeMs - a.mtimeMs || (a.path < b.path ? -1 : 1));
  // Where the walk ended early, what it did not reach may well be there.
  return { changed, removed: found < MAX_FILES ? [...known.keys()] : [] };
}
