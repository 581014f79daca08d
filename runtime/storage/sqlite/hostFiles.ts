import path from 'node:path';
import { LogBuffer } from './logBuffer.ts';
import { withoutRemnants } from './pages.ts';

interface FileStat {
  size: number;
  mode: number;
  mtimeMs: number;
}

/** The part of `node:fs` that storage uses, so that a test can stand in for the disk. */
export interface StorageFs {
  openSync(path: string, flags: number | string, mode?: number): number;
  closeSync(fd: number): void;
  readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  fsyncSync(fd: number): void;
  fdatasyncSync(fd: number): void;
  ftruncateSync(fd: number, length: number): void;
  fstatSync(fd: number): FileStat;
  statSync(path: string): FileStat;
  existsSync(path: string): boolean;
  unlinkSync(path: string): void;
  renameSync(from: string, to: string): void;
  mkdirSync(path: string, options: { recursive: true; mode: number }): unknown;
  readdirSync(path: string): string[];
  readonly constants: {
    readonly O_CREAT: number;
    readonly O_EXCL: number;
    readonly O_TRUNC: number;
    readonly O_RDWR: number;
  };
}

/** The last call that the system refused. `code` is that of Node: "ENOSPC". */
export interface Fault {
  call: string;
  code: string;
}

interface OpenFile {
  fd: number;
  position: number;
  /** Whether it holds the pages themselves, not their log. */
  pages: boolean;
  /** Of their log: what is on its way to it. */
  log?: LogBuffer;
}

/** What SQLite needs to know about a file. */
export type HostStat = Pick<FileStat, 'mode' | 'size'>;

// Flags of musl, which Emscripten is built on; those of the system may differ.
const WASM_O_ACCMODE = 0o3;
const WASM_O_CREAT = 0o100;
const WASM_O_EXCL = 0o200;
const WASM_O_TRUNC = 0o1000;

const DIRECTORY_MODE = 0o040700;
const LOG = '-wal';
const SUFFIXES = ['', '-journal', LOG];
/** Far above what Emscripten hands out, so that ours are told from its own. */
const FIRST_FD = 10_000;

/**
 * The files of one database on the real file system. sql.js gives each database a made-up name in its file
 * system in memory; once `mount` was called, that name and its companions stand for a real path.
 */
export class HostFiles {
  readonly #fs: StorageFs;
  readonly #open = new Map<number, OpenFile>();
  readonly #directories = new Set<number>();
  #nextFd = FIRST_FD;
  #awaited: string | undefined;
  #mounted: { name: string; file: string } | undefined;
  /** Set by the last refused call; whoever reads it clears it before the call that it asks about. */
  fault: Fault | undefined;
  /** A sync failed: what the system holds in memory may never reach the disk, whatever it says later. */
  syncFailed = false;

  constructor(fs: StorageFs) {
    this.#fs = fs;
  }

  /** The next database that sql.js opens is `file`, an absolute path. */
  mount(file: string): void {
    this.#awaited = file;
    this.#mounted = undefined;
  }

  /** The real path behind a name, or undefined where it is not ours. */
  resolve(name: string): string | undefined {
    const absolute = name.startsWith('/') ? name : `/${name}`;
    if (this.#awaited !== undefined && /^\/dbfile_\d+$/.test(absolute)) {
      this.#mounted = { name: absolute, file: this.#awaited };
      this.#awaited = undefined;
    }
    if (this.#mounted === undefined || !absolute.startsWith(this.#mounted.name)) return undefined;
    const suffix = absolute.slice(this.#mounted.name.length);
    return SUFFIXES.includes(suffix) ? this.#mounted.file + suffix : undefined;
  }

  /** SQLite opens the folder of a file that it made or removed, to sync the folder itself. */
  isFolder(name: string): boolean {
    return name === '/' && this.#mounted !== undefined;
  }

  owns(fd: number): boolean {
    return this.#open.has(fd) || this.#directories.has(fd);
  }

  open(file: string, wasmFlags: number): number {
    const { O_CREAT, O_EXCL, O_TRUNC } = this.#fs.constants;
    let flags = wasmFlags & WASM_O_ACCMODE;
    if (wasmFlags & WASM_O_CREAT) flags |= O_CREAT;
    if (wasmFlags & WASM_O_EXCL) flags |= O_EXCL;
    if (wasmFlags & WASM_O_TRUNC) flags |= O_TRUNC;
    const fd = this.#fs.openSync(file, flags, 0o600);
    const pages = file === this.#mounted?.file;
    const log = new LogBuffer((bytes, at) => writeFully(this.#fs, fd, bytes, at));
    this.#open.set(this.#nextFd, { fd, position: 0, pages, ...(file.endsWith(LOG) && { log }) });
    return this.#nextFd++;
  }

  openFolder(): number {
    this.#directories.add(this.#nextFd);
    return this.#nextFd++;
  }

  close(fd: number): void {
    if (this.#directories.delete(fd)) return;
    const file = this.#file(fd);
    this.#open.delete(fd);
    try {
      file.log?.flush();
    } finally {
      this.#fs.closeSync(file.fd);
    }
  }

  /** Lets go of every file at once, as a crash would. */
  closeAll(): void {
    for (const { fd } of this.#open.values()) {
      try {
        this.#fs.closeSync(fd);
      } catch {
        // The descriptor is gone either way.
      }
    }
    this.#open.clear();
    this.#directories.clear();
    this.#mounted = undefined;
  }

  /** Reads from the file's position on; returns how many bytes came. */
  read(fd: number, into: Uint8Array): number {
    const file = this.#flushed(fd);
    const read = this.#fs.readSync(file.fd, into, 0, into.length, file.position);
    file.position += read;
    return read;
  }

  write(fd: number, from: Uint8Array): number {
    const file = this.#file(fd);
    if (file.log !== undefined) {
      file.log.write(from, file.position);
      file.position += from.length;
      return from.length;
    }
    const bytes = file.pages && file.position % from.length === 0 ? withoutRemnants(from) : from;
    const written = this.#fs.writeSync(file.fd, bytes, 0, bytes.length, file.position);
    file.position += written;
    return written;
  }

  /** Moves the position; `whence` is 0 from the start, 1 from here, 2 from the end. Returns where it is. */
  seek(fd: number, offset: number, whence: number): number {
    const file = this.#file(fd);
    if (whence === 0) file.position = offset;
    else if (whence === 1) file.position += offset;
    else file.position = this.#fs.fstatSync(this.#flushed(fd).fd).size + offset;
    return file.position;
  }

  sync(fd: number): void {
    try {
      if (this.#directories.has(fd)) syncFolder(this.#fs, path.dirname(this.#mounted?.file ?? ''));
      else this.#fs.fdatasyncSync(this.#flushed(fd).fd);
    } catch (error) {
      this.syncFailed = true;
      throw error;
    }
  }

  truncate(fd: number, length: number): void {
    this.#fs.ftruncateSync(this.#flushed(fd).fd, length);
  }

  statOpen(fd: number): HostStat {
    if (this.#directories.has(fd)) return { mode: DIRECTORY_MODE, size: 0 };
    return this.#fs.fstatSync(this.#flushed(fd).fd);
  }

  stat(file: string): HostStat {
    return this.#fs.statSync(file);
  }

  remove(file: string): void {
    this.#fs.unlinkSync(file);
  }

  /** For whoever looks at the file itself. */
  #flushed(fd: number): OpenFile {
    const file = this.#file(fd);
    file.log?.flush();
    return file;
  }

  #file(fd: number): OpenFile {
    const file = this.#open.get(fd);
    if (file === undefined) throw Object.assign(new Error('Not an open file'), { code: 'EBADF' });
    return file;
  }
}

/** Makes a rename, a creation or a removal in `folder` durable. Windows neither can nor needs to. */
export function syncFolder(fs: StorageFs, folder: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Reads from `position` on until `into` is full or the file ends; returns the bytes that came. */
export function readFully(fs: StorageFs, fd: number, into: Uint8Array, position: number): Uint8Array {
  let done = 0;
  while (done < into.length) {
    const read = fs.readSync(fd, into, done, into.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return into.subarray(0, done);
}

/** Writes all of `from` at `position`. */
export function writeFully(fs: StorageFs, fd: number, from: Uint8Array, position: number): void {
  for (let done = 0; done < from.length; ) {
    done += fs.writeSync(fd, from, done, from.length - done, position + done);
  }
}
