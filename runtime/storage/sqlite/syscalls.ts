import type { HostFiles, HostStat } from './hostFiles.ts';
import type { Originals, Overrides, WasmFunction } from './wasmImports.ts';

const EIO = 29;
// WASI's numbers, which musl on Emscripten shares.
const ERRNO: Readonly<Record<string, number>> = {
  EACCES: 2,
  EBADF: 8,
  EBUSY: 10,
  // SQLite knows only ENOSPC for "full".
  EDQUOT: 51,
  EEXIST: 20,
  EFBIG: 22,
  EINVAL: 28,
  EIO,
  EISDIR: 31,
  EMFILE: 33,
  ENFILE: 41,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  EPERM: 63,
  EROFS: 69,
};

const IOVEC_BYTES = 8;
/** Up to so many characters are faster written one by one than by a call. */
const SHORT = 48;

/** The memory of a wasm instance. It moves when it grows, so views are renewed before use. */
export class WasmHeap {
  #memory: { readonly buffer: ArrayBuffer } | undefined;
  #bytes = Buffer.alloc(0);
  #view = new DataView(this.#bytes.buffer);

  attach(memory: { readonly buffer: ArrayBuffer }): void {
    this.#memory = memory;
  }

  get bytes(): Buffer {
    this.#renew();
    return this.#bytes;
  }

  get view(): DataView {
    this.#renew();
    return this.#view;
  }

  /** The UTF-8 text at `pointer`, up to its zero. */
  text(pointer: number): string {
    const bytes = this.bytes;
    return bytes.toString('utf8', pointer, bytes.indexOf(0, pointer));
  }

  #renew(): void {
    if (this.#memory === undefined || this.#bytes.buffer === this.#memory.buffer) return;
    this.#bytes = Buffer.from(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}

/** Writes text at `pointer` as UTF-8, without a zero at its end; returns how many bytes. */
export function writeText(bytes: Buffer, text: string, pointer: number): number {
  if (text.length > SHORT) return bytes.write(text, pointer);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return bytes.write(text, pointer);
    bytes[pointer + index] = unit;
  }
  return text.length;
}

/**
 * The system calls of SQLite, led to real files where the name or the descriptor is of the mounted database
 * and left to Emscripten's file system in memory otherwise (temporary files). Byte layouts are those of
 * musl's `struct stat` and WASI's `iovec`.
 */
export function systemCalls(files: HostFiles, heap: WasmHeap, originals: Originals): Overrides {
  const { failure, onPath, onFd } = routes(files, heap);
  const sized = { fd_read: 'read', fd_write: 'write' } as const;
  const transfer = (name: keyof typeof sized) =>
    onFd(name, originals[name], 1, (fd, list, count, out) => {
      let total = 0;
      for (let i = 0; i < Number(count); i++) {
        const at = Number(list) + i * IOVEC_BYTES;
        const start = heap.view.getUint32(at, true);
        const length = heap.view.getUint32(at + 4, true);
        const moved = files[sized[name]](fd, heap.bytes.subarray(start, start + length));
        total += moved;
        if (moved < length) break;
      }
      heap.view.setUint32(Number(out), total, true);
    });

  return {
    openat: (folder, name, flags, mode) => {
      const text = heap.text(Number(name));
      const file = files.resolve(text);
      if (file !== undefined) return failure('open', -1, () => files.open(file, Number(flags)));
      if (files.isFolder(text)) return files.openFolder();
      return originals.openat(folder, name, flags, mode);
    },
    stat64: onPath('stat', originals.stat64, 0, (file, out) => putStat(heap, Number(out), files.stat(file))),
    lstat64: onPath('stat', originals.lstat64, 0, (file, out) =>
      putStat(heap, Number(out), files.stat(file)),
    ),
    newfstatat: onPath('stat', originals.newfstatat, 1, (file, out) =>
      putStat(heap, Number(out), files.stat(file)),
    ),
    faccessat: onPath('access', originals.faccessat, 1, (file) => void files.stat(file)),
    unlinkat: onPath('remove', originals.unlinkat, 1, (file) => files.remove(file)),
    utimensat: onPath('utimes', originals.utimensat, 1, () => {}),
    fd_close: onFd('close', originals.fd_close, 1, (fd) => files.close(fd)),
    fd_read: transfer('fd_read'),
    fd_write: transfer('fd_write'),
    fd_seek: onFd('seek', originals.fd_seek, 1, (fd, offset, whence, out) => {
      const position = files.seek(fd, Number(offset), Number(whence));
      const { view } = heap;
      view.setUint32(Number(out), position % 2 ** 32, true);
      view.setUint32(Number(out) + 4, Math.floor(position / 2 ** 32), true);
    }),
    fd_sync: onFd('sync', originals.fd_sync, 1, (fd) => files.sync(fd)),
    ftruncate64: onFd('truncate', originals.ftruncate64, -1, (fd, size) => files.truncate(fd, Number(size))),
    fstat64: onFd('stat', originals.fstat64, -1, (fd, out) => putStat(heap, Number(out), files.statOpen(fd))),
    // One process owns the database: the lock that counts is the owner's, taken before it is opened.
    fcntl64: onFd('lock', originals.fcntl64, -1, () => {}),
    // Files are made with their mode at once, and belong to who made them.
    fchmod: onFd('chmod', originals.fchmod, -1, () => {}),
  };
}

/** How a call finds out whether it is for us, and how a refusal reaches SQLite. */
function routes(files: HostFiles, heap: WasmHeap) {
  /** `sign` is -1 for calls that return a negative errno, 1 for those of WASI, which return it as it is. */
  const refusal = (call: string, sign: 1 | -1, error: unknown): number => {
    // Nothing may be thrown through SQLite: it would be left in the middle of what it did.
    const code = String((error as NodeJS.ErrnoException).code ?? 'EIO');
    if (code !== 'ENOENT') files.fault = { call, code };
    return sign * (ERRNO[code] ?? EIO);
  };
  const failure = (call: string, sign: 1 | -1, run: () => number): number => {
    try {
      return run();
    } catch (error) {
      return refusal(call, sign, error);
    }
  };
  type Work<First> = (first: First, ...rest: (number | bigint)[]) => void;
  /** `at` is which argument holds the name; the work gets the arguments after it. */
  const onPath =
    (call: string, original: WasmFunction, at: 0 | 1, work: Work<string>): WasmFunction =>
    (...args) => {
      const file = files.resolve(heap.text(Number(args[at])));
      if (file === undefined) return original(...args);
      return failure(call, -1, () => {
        work(file, ...args.slice(at + 1));
        return 0;
      });
    };
  /** Called twice a page: it makes no arrays and no closures on the way. */
  const onFd =
    (call: string, original: WasmFunction, sign: 1 | -1, work: Work<number>): WasmFunction =>
    (first = 0, second = 0, third = 0, fourth = 0) => {
      const fd = Number(first);
      if (!files.owns(fd)) return original(first, second, third, fourth);
      try {
        work(fd, second, third, fourth);
        return 0;
      } catch (error) {
        return refusal(call, sign, error);
      }
    };
  return { failure, onPath, onFd };
}

function putStat(heap: WasmHeap, at: number, stat: HostStat): void {
  const { view, bytes } = heap;
  bytes.fill(0, at, at + 96);
  // Device, owner and inode are made up: with one owner and no links, a path is all that tells files apart.
  view.setUint32(at, 1, true);
  view.setUint32(at + 4, stat.mode, true);
  view.setUint32(at + 8, 1, true);
  view.setBigInt64(at + 24, BigInt(stat.size), true);
  view.setInt32(at + 32, 4096, true);
  view.setInt32(at + 36, Math.ceil(stat.size / 512), true);
  view.setBigUint64(at + 88, 1n, true);
}
