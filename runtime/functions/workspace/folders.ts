import { ZoeyError } from '../../kernel/errors.ts';
import type { Caller } from '../../types/host.ts';

/** The folders of the caller's workspace, the first one first. */
export function foldersOf({ workspace, folders = [] }: Caller): { path: string; name?: string }[] {
  return workspace === undefined ? [] : [{ path: workspace }, ...folders];
}

/**
 * The folders that may be read.
 * @throws ZoeyError `invalid_input` without a folder, `untrusted` where the person has not trusted it.
 */
export function readableFolders(caller: Caller): { path: string; name?: string }[] {
  const folders = foldersOf(caller);
  if (folders.length === 0) {
    throw new ZoeyError('invalid_input', 'No folder is open.', { hint: 'Open a folder, then try again.' });
  }
  if (!caller.trusted) {
    throw new ZoeyError('untrusted', 'This workspace is not trusted, so its files are not read.');
  }
  return folders;
}
