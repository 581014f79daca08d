import { ZoeyError } from '../../kernel/errors.ts';
import type { HostFiles } from './hostFiles.ts';

/** An error in our words, and whether the connection can be trusted after it. */
export interface Verdict {
  error: ZoeyError;
  broken: boolean;
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM']);

/**
 * Makes sense of what sql.js threw. It passes on SQLite's message only, so that is matched, together with
 * the last call that the system refused.
 */
export function judge(thrown: unknown, files: HostFiles): Verdict {
  if (ZoeyError.is(thrown)) return { error: thrown, broken: false };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = files.fault?.code ?? '';
  // A page that could not be read looks damaged to SQLite too.
  const unread = files.fault?.call === 'fd_read';
  if (
    !unread &&
    /^(database disk image is malformed|file is not a database|malformed database schema)/.test(message)
  ) {
    const options = { hint: 'Try again: its last copy is put in its place first.', cause: thrown };
    return {
      error: new ZoeyError('storage_corrupt', 'The memory on disk is damaged.', options),
      broken: true,
    };
  }
  const broken = files.syncFailed || unread || !(thrown instanceof Error) || /disk I\/O error/.test(message);
  if (message === 'database or disk is full' || FULL.has(code)) {
    return { error: storageError('storage_full', 'The disk is full: this was not saved.', thrown), broken };
  }
  if (message === 'attempt to write a readonly database' || READ_ONLY.has(code)) {
    return { error: storageError('storage_read_only', 'The memory cannot be written.', thrown), broken };
  }
  if (message === 'FOREIGN KEY constraint failed') {
    return { error: new ZoeyError('not_found', 'This conversation is gone.', { cause: thrown }), broken };
  }
  const detail = code === '' ? message : `${message}, ${files.fault?.call} ${code}`;
  // A trap or an exhausted heap leaves SQLite in an unknown state.
  const unknownState = /^(unable to open database file|out of memory|Aborted)/.test(message);
  const trapped = thrown instanceof Error && thrown.name === 'RuntimeError';
  return {
    error: storageError('storage_failed', `The memory failed (${detail}).`, thrown),
    broken: broken || unknownState || trapped,
  };
}

/** An error of storage with its cause; the hint is that of the code. */
export function storageError(
  code: 'storage_full' | 'storage_read_only' | 'storage_corrupt' | 'storage_failed',
  message: string,
  cause?: unknown,
): ZoeyError {
  return new ZoeyError(code, message, cause === undefined ? {} : { cause });
}

/** What the file system itself threw, in our words. */
export function fromFs(error: unknown): ZoeyError {
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  if (FULL.has(code)) return storageError('storage_full', 'The disk is full.', error);
  if (READ_ONLY.has(code)) {
    return storageError('storage_read_only', 'The storage folder cannot be written.', error);
  }
  return storageError('storage_failed', `The storage folder cannot be used (${code}).`, error);
}
