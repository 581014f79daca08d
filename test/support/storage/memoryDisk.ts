import { constants } from 'node:fs';
import path from 'node:path';
import type { StorageFs } from '../../../runtime/storage/sqlite/hostFiles.ts';

const SECTOR = 512;
/** A power cut may leave any of these parts of one write, and not the others. */
const PIECE = 8 * SECTOR;

/** A file that grows without being copied at each write. */
class Inode {
  mtimeMs = 0;
  size = 0;
  #room: Buffer = Buffer.alloc(0);

  get bytes(): Buffer {
    return this.#room.subarray(0, this.size);
  }

  write(at: number, bytes: Buffer): void {
    this.resize(Math.max(this.size, at + bytes.length));
    bytes.copy(this.#room, at);
  }

  resize(size: number): void {
    if (size > this.#room.length) this.#room = Buffer.concat([this.bytes], Math.max(4096, 2 * size));
    else if (size < this.size) this.#room.fill(0, size, this.size);
    this.size = size;
  }
}

type Op =
  | { kind: 'write'; inode: number; at: number; bytes: Buffer }
  | { kind: 'truncate'; inode: number; size: number }
  | { kind: 'sync'; inode: number }
  | { kind: 'syncFailed'; inode: number }
  | { kind: 'link'; name: string; inode: number }
  | { kind: 'unlink'; name: string }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'syncFolder' };

/** Sees each call before it happens and throws to refuse it. `end` is where a write would end in its file. */
export type Hook = (call: keyof StorageFs, file: string, bytes: number, end: number) => void;

/** What the system says when it refuses a call. */
export function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: refused by the test`), { code });
}

/**
 * A disk in memory with one folder. It records every change in the order it came, so that a test can ask
 * what a power cut after the n-th would have left: all that was synced, and any part of what was not.
 */
export class MemoryDisk {
  readonly ops: Op[] = [];
  readonly fs: StorageFs;
  hook: Hook = () => {};
  /** How many of so many bytes are read or written at once: at least 1. */
  transfer: (bytes: number) => number = (bytes) => bytes;
  /** Milliseconds, for the times of files. */
  now = 0;
  readonly #inodes: Inode[] = [];
  readonly #names = new Map<string, number>();
  readonly #open = new Map<number, { name: string; inode: number }>();
  #nextFd = 3;

  constructor(files: Readonly<Record<string, Buffer>> = {}) {
    for (const [name, bytes] of Object.entries(files)) this.put(name, bytes);
    this.fs = this.#calls();
  }

  /** Writes a whole file, as if it had always been there. */
  put(name: string, bytes: Buffer): void {
    const inode = this.#inodes.length;
    this.#record({ kind: 'link', name, inode });
    this.#record({ kind: 'write', inode, at: 0, bytes });
    this.ops.push({ kind: 'sync', inode }, { kind: 'syncFolder' });
  }

  /** Every file with its bytes now. */
  files(): Record<string, Buffer> {
    return Object.fromEntries(
      [...this.#names].map(([name, inode]) => [name, Buffer.from(this.#inode(inode).bytes)]),
    );
  }

  get openCount(): number {
    return this.#open.size;
  }

  /**
   * The disk after a power cut that follows the first `cut` changes.
   * @param random From 0 up to, but not including, 1: decides what of the unsynced changes survives.
   */
  afterPowerCut(cut: number, random: () => number): MemoryDisk {
    const ops = this.ops.slice(0, cut);
    const left = new MemoryDisk();
    const folderSynced = ops.findLastIndex((op) => op.kind === 'syncFolder');
    const synced = syncedWrites(ops);
    // A file system keeps the order of changes to names; how many of the last ones it kept is open.
    const isName = (op: Op) => op.kind === 'link' || op.kind === 'unlink' || op.kind === 'rename';
    const names = ops.filter(isName);
    const sure = ops.slice(0, folderSynced + 1).filter(isName).length;
    const kept = sure + Math.floor(random() * (names.length - sure + 1));
    for (const op of names.slice(0, kept)) left.#applyName(op);
    for (const op of ops) {
      if (op.kind !== 'write' && op.kind !== 'truncate') continue;
      const chance = synced.has(op) ? 0 : random();
      if (chance < 0.5) left.#applyData(op);
      else if (chance < 0.75 && op.kind === 'write') {
        const sectors = Math.floor(random() * (op.bytes.length / SECTOR + 1));
        left.#applyData({ ...op, bytes: op.bytes.subarray(0, sectors * SECTOR) });
      }
    }
    return left;
  }

  #applyName(op: Op): void {
    if (op.kind === 'link') this.#names.set(op.name, op.inode);
    else if (op.kind === 'unlink') this.#names.delete(op.name);
    else if (op.kind === 'rename') {
      const inode = this.#names.get(op.from);
      this.#names.delete(op.from);
      if (inode !== undefined) this.#names.set(op.to, inode);
    }
    for (const inode of this.#names.values()) this.#inode(inode);
  }

  #applyData(op: Op): void {
    if (op.kind === 'write') {
      const inode = this.#inode(op.inode);
      inode.write(op.at, op.bytes);
      inode.mtimeMs = this.now;
    } else if (op.kind === 'truncate') this.#inode(op.inode).resize(op.size);
  }

  #inode(number: number): Inode {
    const inode = this.#inodes[number] ?? new Inode();
    this.#inodes[number] = inode;
    return inode;
  }

  #find(name: string): number {
    const inode = this.#names.get(name);
    if (inode === undefined) throw Object.assign(new Error(`ENOENT: ${name}`), { code: 'ENOENT' });
    return inode;
  }

  #fd(fd: number): { name: string; inode: number } {
    const open = this.#open.get(fd);
    if (open === undefined) throw refusal('EBADF');
    return open;
  }

  #record(op: Op): void {
    this.ops.push(op);
    this.#applyName(op);
    this.#applyData(op);
  }

  #openFile(name: string, flags: number | string): number {
    const create = typeof flags === 'number' && (flags & constants.O_CREAT) !== 0;
    if (path.extname(name) === '' && !this.#names.has(name) && !create) {
      this.#open.set(this.#nextFd, { name, inode: -1 });
      return this.#nextFd++;
    }
    const empties = typeof flags === 'number' && (flags & constants.O_TRUNC) !== 0;
    if (create && !this.#names.has(name)) this.#record({ kind: 'link', name, inode: this.#inodes.length });
    else if (empties) this.#record({ kind: 'truncate', inode: this.#find(name), size: 0 });
    this.#open.set(this.#nextFd, { name, inode: this.#find(name) });
    return this.#nextFd++;
  }

  #sync(fd: number): void {
    const { inode } = this.#fd(fd);
    this.ops.push(inode < 0 ? { kind: 'syncFolder' } : { kind: 'sync', inode });
  }

  #calls(): StorageFs {
    const stat = (inode: number) => {
      const { size, mtimeMs } = this.#inode(inode);
      return { size, mode: 0o100600, mtimeMs };
    };
    const calls: StorageFs = {
      constants,
      openSync: (name, flags) => this.#openFile(name, flags),
      closeSync: (fd) => void this.#open.delete(fd),
      readSync: (fd, into, offset, length, position) =>
        this.#inode(this.#fd(fd).inode).bytes.copy(into, offset, position, position + this.transfer(length)),
      writeSync: (fd, from, offset, length, position) => {
        const bytes = Buffer.from(from.subarray(offset, offset + this.transfer(length)));
        const { inode } = this.#fd(fd);
        for (let at = 0; at < bytes.length; at += PIECE) {
          const piece = bytes.subarray(at, at + PIECE);
          this.#record({ kind: 'write', inode, at: position + at, bytes: piece });
        }
        return bytes.length;
      },
      fsyncSync: (fd) => this.#sync(fd),
      fdatasyncSync: (fd) => this.#sync(fd),
      ftruncateSync: (fd, size) => this.#record({ kind: 'truncate', inode: this.#fd(fd).inode, size }),
      fstatSync: (fd) => stat(this.#fd(fd).inode),
      statSync: (name) => stat(this.#find(name)),
      existsSync: (name) => this.#names.has(name),
      unlinkSync: (name) => {
        this.#find(name);
        this.#record({ kind: 'unlink', name });
      },
      renameSync: (from, to) => {
        this.#find(from);
        this.#record({ kind: 'rename', from, to });
      },
      mkdirSync: () => undefined,
      readdirSync: (folder) =>
        [...this.#names.keys()]
          .filter((name) => path.dirname(name) === folder)
          .map((name) => path.basename(name)),
    };
    return this.#hooked(calls);
  }

  /** Tells the hook of every call before it happens. */
  #hooked(calls: StorageFs): StorageFs {
    const name = (target: unknown) =>
      typeof target === 'number' ? (this.#open.get(target)?.name ?? '') : String(target);
    const wrap = <A extends unknown[], R>(call: keyof StorageFs, run: (...args: A) => R) => {
      return (...args: A): R => {
        const bytes = call === 'writeSync' ? Number(args[3]) : 0;
        try {
          this.hook(call, name(args[0]), bytes, bytes + Number(args[4]));
        } catch (error) {
          const inode = this.#open.get(Number(args[0]))?.inode;
          if (call === 'fdatasyncSync' && inode !== undefined) this.ops.push({ kind: 'syncFailed', inode });
          throw error;
        }
        return run(...args);
      };
    };
    return {
      ...calls,
      openSync: wrap('openSync', calls.openSync),
      readSync: wrap('readSync', calls.readSync),
      writeSync: wrap('writeSync', calls.writeSync),
      fsyncSync: wrap('fsyncSync', calls.fsyncSync),
      fdatasyncSync: wrap('fdatasyncSync', calls.fdatasyncSync),
      ftruncateSync: wrap('ftruncateSync', calls.ftruncateSync),
      unlinkSync: wrap('unlinkSync', calls.unlinkSync),
      renameSync: wrap('renameSync', calls.renameSync),
      mkdirSync: wrap('mkdirSync', calls.mkdirSync),
    };
  }
}

/**
 * The changes that a sync made sure of. After a sync that failed, the system takes what it could not write
 * for written: a later sync that succeeds says nothing about it.
 */
function syncedWrites(ops: readonly Op[]): Set<Op> {
  const sure = new Set<Op>();
  const open = new Map<number, Op[]>();
  for (const op of ops) {
    if (op.kind === 'write' || op.kind === 'truncate') {
      const changes = open.get(op.inode) ?? [];
      changes.push(op);
      open.set(op.inode, changes);
    } else if (op.kind === 'sync' || op.kind === 'syncFailed') {
      if (op.kind === 'sync') for (const change of open.get(op.inode) ?? []) sure.add(change);
      open.delete(op.inode);
    }
  }
  return sure;
}
