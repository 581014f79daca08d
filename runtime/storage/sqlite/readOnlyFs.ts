import { readFully, type StorageFs } from './hostFiles.ts';

/**
 * A database file that is read as if it were sound. Nothing on the disk is changed.
 * @param firstPage Shown in place of the file's own, where that is past reading.
 */
export function readOnlyFs(fs: StorageFs, file: string, firstPage?: Uint8Array): StorageFs {
  const open = new Set<number>();
  const refuse = (): never => {
    throw Object.assign(new Error('The file is only read.'), { code: 'EROFS' });
  };
  // A mark in the header says that there is a log. Where there is none, SQLite would make one.
  const page = firstPage && withoutCount(firstPage);
  const head = fs.existsSync(`${file}-wal`) ? page : withoutLog(page ?? firstBytes(fs, file));
  return {
    ...fs,
    constants: fs.constants,
    openSync(name, flags, mode) {
      const { O_CREAT, O_TRUNC } = fs.constants;
      const fd = fs.openSync(name, typeof flags === 'number' ? flags & ~(O_CREAT | O_TRUNC) : flags, mode);
      if (name === file) open.add(fd);
      return fd;
    },
    closeSync(fd) {
      open.delete(fd);
      fs.closeSync(fd);
    },
    readSync(fd, buffer, offset, length, position) {
      const read = fs.readSync(fd, buffer, offset, length, position);
      if (head !== undefined && open.has(fd) && position < head.length) {
        buffer.set(head.subarray(position, Math.min(head.length, position + read)), offset);
      }
      return read;
    },
    writeSync: refuse,
    ftruncateSync: refuse,
    unlinkSync: refuse,
    renameSync: refuse,
  };
}

/** The first `length` bytes of a file, or all of a shorter one. */
export function firstBytes(fs: StorageFs, file: string, length = 100): Uint8Array {
  const fd = fs.openSync(file, 'r');
  try {
    return readFully(fs, fd, new Uint8Array(length), 0);
  } finally {
    fs.closeSync(fd);
  }
}

function withoutLog(page: Uint8Array): Uint8Array {
  return page.length < 20 ? page : page.slice().fill(1, 18, 20);
}

/** How many pages there are is then told by the size of the file. */
function withoutCount(page: Uint8Array): Uint8Array {
  return page.slice().fill(0, 28, 32);
}
