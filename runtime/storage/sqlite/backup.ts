import path from 'node:path';
import { type StorageFs, syncFolder } from './hostFiles.ts';

const DAY_MS = 86_400_000;

/** The files around a database: its last copy, and what was set aside. */
export class Backup {
  readonly #fs: StorageFs;
  readonly #file: string;

  constructor(fs: StorageFs, file: string) {
    this.#fs = fs;
    this.#file = file;
  }

  get #copy(): string {
    return `${this.#file}.backup`;
  }

  /** A finished copy on its way to take the place of a damaged database. */
  get #restoring(): string {
    return `${this.#file}.restoring`;
  }

  /** Whether the last copy is missing or older than a day at `now`, in milliseconds. */
  isDue(now: number): boolean {
    return !this.exists() || Math.abs(now - this.#fs.statSync(this.#copy).mtimeMs) > DAY_MS;
  }

  exists(): boolean {
    return this.#fs.existsSync(this.#copy);
  }

  /** Replaces the last copy. Only right after a checkpoint that emptied the log is the file all there is. */
  make(): void {
    this.#copyDurably(this.#file, `${this.#copy}.new`);
    this.#fs.renameSync(`${this.#copy}.new`, this.#copy);
    syncFolder(this.#fs, path.dirname(this.#file));
  }

  /**
   * Moves a damaged database away and puts the last copy, if any, in its place. A crash in between leaves
   * either the damaged database or a copy that `resume` puts in place.
   * @returns Where the damaged database is now.
   */
  replace(now: number): string {
    const restore = this.exists();
    if (restore) this.#copyDurably(this.#copy, this.#restoring);
    const aside = this.#setAside(now);
    if (restore) this.#fs.renameSync(this.#restoring, this.#file);
    syncFolder(this.#fs, path.dirname(this.#file));
    return aside;
  }

  /** Ends a replacement that a crash cut off. */
  resume(): void {
    const cutOff = !this.#fs.existsSync(this.#file) && this.#fs.existsSync(this.#restoring);
    if (cutOff) this.#fs.renameSync(this.#restoring, this.#file);
  }

  /** Takes the last copy out of use, since it is damaged too. */
  discard(aside: string): void {
    if (this.exists()) this.#fs.renameSync(this.#copy, `${aside}.backup`);
  }

  /** The log goes first: left behind alone, it would be played into whatever takes the database's place. */
  #setAside(now: number): string {
    const time = new Date(now).toISOString().replace(/[:.]/g, '-');
    const base = `${this.#file}.corrupt-${time}`;
    let aside = base;
    for (let n = 2; this.#fs.existsSync(aside) || this.#fs.existsSync(`${aside}-wal`); n++)
      aside = `${base}-${n}`;
    for (const suffix of ['-wal', '-journal', '']) {
      if (this.#fs.existsSync(this.#file + suffix)) this.#fs.renameSync(this.#file + suffix, aside + suffix);
    }
    return aside;
  }

  #copyDurably(from: string, to: string): void {
    this.#fs.copyFileSync(from, to);
    const fd = this.#fs.openSync(to, 'r+');
    try {
      this.#fs.fsyncSync(fd);
    } finally {
      this.#fs.closeSync(fd);
    }
  }
}
