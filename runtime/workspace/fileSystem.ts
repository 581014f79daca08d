import { constants, type Dirent } from 'node:fs';
import fsPromises from 'node:fs/promises';

/** What reading a workspace needs of `node:fs/promises`. */
export type FileSystem = Pick<typeof fsPromises, 'lstat' | 'open' | 'opendir' | 'realpath'>;

export const nodeFileSystem: FileSystem = fsPromises;

/** Larger files are generated or data; they are neither searched nor quoted. Bytes. */
export const MAX_FILE_BYTES = 512 * 1024;

/** PDFs are large beside what they say. Bytes. */
export const MAX_PDF_BYTES = 16 * 1024 * 1024;

/** Where a NUL byte is looked for, as git does. Bytes. */
const BINARY_PROBE = 8 * 1024;

export type FileText = { text: string } | { refused: 'unreadable' | 'not a file' | 'too large' | 'binary' };

/**
 * Reads a file as UTF-8, without its byte order mark. A symbolic link is not followed, and a pipe is not
 * waited for, even where one took the file's place a moment ago.
 */
export async function readText(absolute: string, fs: FileSystem): Promise<FileText> {
  try {
    // Windows knows neither flag, and needs neither.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const handle = await fs.open(absolute, flags);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return { refused: 'not a file' };
      // One byte more than it should have shows a file that grew.
      const buffer = Buffer.allocUnsafe(Math.min(stat.size, MAX_FILE_BYTES) + 1);
      const filled = await fill(handle, buffer);
      if (filled > MAX_FILE_BYTES) return { refused: 'too large' };
      const bytes = buffer.subarray(0, filled);
      if (bytes.subarray(0, BINARY_PROBE).includes(0)) return { refused: 'binary' };
      return { text: bytes.toString('utf8').replace(/^\ufeff/, '') };
    } finally {
      await handle.close();
    }
  } catch {
    return { refused: 'unreadable' };
  }
}

type Handle = Awaited<ReturnType<FileSystem['open']>>;

async function fill(handle: Handle, buffer: Buffer): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/**
 * The entries of a folder, at most `limit`, by name, so that the order is the same on every machine;
 * none where it can't be read.
 */
export async function readFolder(absolute: string, limit: number, fs: FileSystem): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await fs.opendir(absolute, { bufferSize: 256 })) {
      entries.push(entry);
      if (entries.length >= limit) break;
    }
  } catch {
    // What was read before the failure still counts.
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
