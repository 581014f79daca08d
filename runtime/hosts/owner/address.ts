import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, a closing zero included. */
const MAX_BYTES = 100;

/** Folders under which a private one for sockets may be made, best first. */
function socketFolders(): string[] {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const user = `zoey-${process.getuid?.() ?? 'user'}`;
  return [
    ...(runtime === undefined || !path.isAbsolute(runtime) ? [] : [path.join(runtime, 'zoey')]),
    path.join(os.tmpdir(), user),
    path.join('/tmp', user),
  ];
}

/**
 * A new address to listen at, named after `nonce`: a pipe on Windows, elsewhere a socket in a folder that is
 * this user's alone. `folders` are tried in order; each parent must exist.
 */
export function socketAddress(nonce: string, folders: readonly string[] = socketFolders()): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\zoey-${nonce}`;
  for (const folder of folders) {
    const address = path.join(folder, `${nonce.slice(0, 16)}.sock`);
    if (Buffer.byteLength(address) <= MAX_BYTES && makePrivate(folder)) return address;
  }
  throw new ZoeyError('storage_failed', 'There is no private folder for a socket.', {
    hint: `Make one of these a folder of your own: ${folders.join(', ')}.`,
  });
}

/** A folder that somebody else made beforehand in a shared place is refused. */
function makePrivate(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false;
  }
  try {
    const stat = fs.lstatSync(folder);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.()) return false;
    if ((stat.mode & 0o077) !== 0) fs.chmodSync(folder, 0o700);
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
