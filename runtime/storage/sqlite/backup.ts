import path from 'node:path';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { readFully, type StorageFs, syncFolder, writeFully } from './hostFiles.ts';

const DAY_MS = 86_400_000;
/** Copies that are kept, one a day and one before each change of the schema. */
const COPIES = 3;
/** All copies but the newest may take this much together. */
const MAX_BYTES = 512 * 1024 * 1024;
/** Damaged databases that are kept. */
const MAX_ASIDE = 3;
/** Copied between two looks at other work. */
const SLICE_BYTES = 1024 * 1024;
/** Synced at once, so that no sync takes long. */
const SYNC_BYTES = 4 * SLICE_BYTES;

/** The files around a database: its copies, and what was set aside. */
export class Backups {
  readonly #fs: StorageFs;
  readonly #file: string;

  constructor(fs: StorageFs, file: string) {
    this.#fs = fs;
    this.#file = file;
  }

  /** A finished copy on its way to take the place of a damaged database. */
  get #restoring(): string {
    return `${this.#file}.restoring`;
  }

  /** Holds the name of a damaged database out of which not all that can be read was taken yet. */
  get #salvaging(): string {
    return `${this.#file}.salvaging`;
  }

  /** Is there while something was forgotten that the files around may still hold. */
  get #forgetting(): string {
    return `${this.#file}.forgetting`;
  }

  /** The copies that there are, newest first. */
  copies(): string[] {
    return this.#slots().filter((copy) => this.#fs.existsSync(copy));
  }

  /** Whether the newest copy is missing or older than a day at `now`, in milliseconds. */
  isDue(now: number): boolean {
    const [newest] = this.copies();
    return newest === undefined || Math.abs(now - this.#fs.statSync(newest).mtimeMs) > DAY_MS;
  }

  /**
   * Makes the newest copy of a database that nobody writes meanwhile, right after a checkpoint that emptied
   * the log. The older ones move on.
   */
  async make(signal?: AbortSignal): Promise<void> {
    const draft = `${this.#file}.backup.new`;
    await this.#copyDurably(this.#file, draft, signal);
    const slots = this.#slots();
    for (let n = slots.length - 1; n > 0; n--) this.#moveIfThere(slots[n - 1], slots[n]);
    this.#moveIfThere(draft, slots[0]);
    this.#syncFolder();
    const [, ...older] = this.copies();
    let bytes = 0;
    for (const copy of older) {
      bytes += this.#fs.statSync(copy).size;
      if (bytes > MAX_BYTES) this.#fs.unlinkSync(copy);
    }
  }

  /** Copies `copy` to where `replace` takes it from. Returns its name there. */
  async prepare(copy: string): Promise<string> {
    await this.#copyDurably(copy, this.#restoring);
    return this.#restoring;
  }

  /**
   * Moves a damaged database away and puts what was prepared in its place. A crash in between
   * leaves either the damaged database or a copy that `resume` puts in place.
   * @param restore Whether what was prepared is sound.
   * @returns Where the damaged database is now.
   */
  replace(now: number, restore: boolean): string {
    if (!restore) this.#remove(this.#restoring);
    const aside = this.#nameAside(now);
    this.#write(this.#salvaging, path.basename(aside));
    // The log goes first: left behind alone, it would be played into whatever takes the database's place.
    for (const suffix of ['-wal', '-journal', '']) this.#moveIfThere(this.#file + suffix, aside + suffix);
    this.#moveIfThere(this.#restoring, this.#file);
    this.#syncFolder();
    const others = this.#asides().filter((other) => other !== aside);
    for (const old of others.slice(0, Math.max(0, others.length - MAX_ASIDE + 1))) this.#removeAside(old);
    return aside;
  }

  /** Ends what a crash cut off: a replacement, or the removal of copies that hold what was forgotten. */
  resume(): void {
    if (!this.#fs.existsSync(this.#file)) this.#moveIfThere(this.#restoring, this.#file);
    if (this.isForgetting()) this.forgetCopies();
  }

  /** The damaged database out of which something may still be read, if there is one. */
  unsalvaged(): string | undefined {
    if (!this.#fs.existsSync(this.#salvaging)) return undefined;
    const aside = path.join(path.dirname(this.#file), this.#read(this.#salvaging));
    return this.#fs.existsSync(aside) ? aside : undefined;
  }

  salvaged(): void {
    this.#remove(this.#salvaging);
  }

  /** Keeps a damaged copy beside the database that was set aside. */
  discard(copy: string, aside: string): void {
    this.#fs.renameSync(copy, aside + copy.slice(this.#file.length));
  }

  isForgetting(): boolean {
    return this.#fs.existsSync(this.#forgetting);
  }

  /** Notes durably that something is being forgotten, so that a crash cannot save it. */
  beginForgetting(): void {
    if (this.isForgetting()) return;
    this.#write(this.#forgetting, '');
    this.#syncFolder();
  }

  /** Removes every copy: which of them hold what was forgotten is not known. */
  forgetCopies(): void {
    const unfinished = [`${this.#file}.backup.new`, this.#restoring];
    for (const copy of [...this.#slots(), ...unfinished]) this.#remove(copy);
    this.#syncFolder();
  }

  /** Removes what was set aside, for the same reason. */
  forgetAsides(): void {
    for (const aside of this.#asides()) this.#removeAside(aside);
    this.#remove(this.#salvaging);
    this.#syncFolder();
  }

  endForgetting(): void {
    this.#remove(this.#forgetting);
  }

  #slots(): string[] {
    return Array.from({ length: COPIES }, (_, n) => `${this.#file}.backup${n === 0 ? '' : `-${n + 1}`}`);
  }

  #nameAside(now: number): string {
    const time = new Date(now).toISOString().replace(/[:.]/g, '-');
    const base = `${this.#file}.corrupt-${time}`;
    let aside = base;
    for (let n = 2; this.#fs.existsSync(aside) || this.#fs.existsSync(`${aside}-wal`); n++)
      aside = `${base}-${n}`;
    return aside;
  }

  /** Oldest first, without their logs. */
  #asides(): string[] {
    const folder = path.dirname(this.#file);
    const start = `${path.basename(this.#file)}.corrupt-`;
    const names = this.#fs.readdirSync(folder).filter((name) => name.startsWith(start));
    const bases = new Set(names.map((name) => name.replace(/-(wal|journal)$/, '')));
    return [...bases].sort().map((name) => path.join(folder, name));
  }

  #removeAside(aside: string): void {
    for (const suffix of ['-wal', '-journal', '']) this.#remove(aside + suffix);
  }

  #moveIfThere(from: string | undefined, to: string | undefined): void {
    if (from !== undefined && to !== undefined && this.#fs.existsSync(from)) this.#fs.renameSync(from, to);
  }

  #remove(file: string): void {
    if (this.#fs.existsSync(file)) this.#fs.unlinkSync(file);
  }

  #syncFolder(): void {
    syncFolder(this.#fs, path.dirname(this.#file));
  }

  #write(file: string, text: string): void {
    const fd = this.#create(file);
    try {
      writeFully(this.#fs, fd, Buffer.from(text), 0);
      this.#fs.fsyncSync(fd);
    } finally {
      this.#fs.closeSync(fd);
    }
  }

  #read(file: string): string {
    const fd = this.#fs.openSync(file, 'r');
    try {
      return Buffer.from(readFully(this.#fs, fd, new Uint8Array(1024), 0)).toString('utf8');
    } finally {
      this.#fs.closeSync(fd);
    }
  }

  #create(file: string): number {
    const { O_CREAT, O_TRUNC, O_RDWR } = this.#fs.constants;
    return this.#fs.openSync(file, O_CREAT | O_TRUNC | O_RDWR, 0o600);
  }

  /** In slices, so that nothing else has to wait long. What was begun is removed where it fails. */
  async #copyDurably(from: string, to: string, signal?: AbortSignal): Promise<void> {
    const slice = new Uint8Array(SLICE_BYTES);
    const source = this.#fs.openSync(from, 'r');
    let target: number | undefined;
    try {
      target = this.#create(to);
      let at = 0;
      for (;;) {
        signal?.throwIfAborted();
        const bytes = readFully(this.#fs, source, slice, at);
        if (bytes.length === 0) break;
        writeFully(this.#fs, target, bytes, at);
        at += bytes.length;
        if (at % SYNC_BYTES === 0) this.#fs.fdatasyncSync(target);
        await afterEvents();
      }
      this.#fs.fsyncSync(target);
    } catch (error) {
      if (target !== undefined) this.#fs.closeSync(target);
      target = undefined;
      this.#remove(to);
      throw error;
    } finally {
      if (target !== undefined) this.#fs.closeSync(target);
      this.#fs.closeSync(source);
    }
  }
}
