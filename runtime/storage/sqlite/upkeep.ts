import { setImmediate as afterEvents } from 'node:timers/promises';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Backups } from './backup.ts';
import type { Connection } from './connection.ts';
import { readFully, type StorageFs } from './hostFiles.ts';
import { checkPages } from './pages.ts';

/** How long after the start, or after something was forgotten, the work begins. */
const DELAY_MS = 10_000;
const LEAST_DELAY_MS = 1000;
/** How long it may hold everything else up at a time. */
const SLICE_MS = 8;
/** A larger database is not copied while somebody waits for it to be closed. */
const MAX_BYTES_AT_CLOSE = 64 * 1024 * 1024;

export interface UpkeepOptions {
  file: string;
  fs: StorageFs;
  /** Wall clock in milliseconds. */
  clock: () => number;
  log: Log;
  backups: Backups;
}

/**
 * What is done to a database in the background: its pages are checked, a copy of it is kept, and what was
 * forgotten is removed from the files around it.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #timer: NodeJS.Timeout | undefined;
  /** When the work is to begin. */
  #at: number | undefined;
  #work: { done: Promise<void>; cancel: AbortController } | undefined;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Looks after this connection in a while, in place of whichever there was before, but not later. */
  schedule(connection: Connection): void {
    const now = performance.now();
    this.#at ??= now + DELAY_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.run(connection), Math.max(LEAST_DELAY_MS, this.#at - now));
    this.#timer.unref();
  }

  /**
   * Checks every page, then makes a copy where one is due. A connection whose file is damaged is marked as
   * broken. Never rejects.
   */
  async run(connection: Connection): Promise<void> {
    await this.pause();
    this.#at = undefined;
    const cancel = new AbortController();
    const done = this.#lookAfter(connection, cancel.signal);
    this.#work = { done, cancel };
    await done;
  }

  /** Ends what is under way and starts nothing. */
  async pause(): Promise<void> {
    clearTimeout(this.#timer);
    this.#work?.cancel.abort();
    await this.#work?.done;
    this.#work = undefined;
  }

  /** Ends the work; a copy that is due is still made where that is quick. */
  async end(connection: Connection): Promise<void> {
    await this.pause();
    const { file, fs, backups, clock, log } = this.#options;
    try {
      if (!backups.isDue(clock())) return;
      connection.checkpoint();
      if (fs.statSync(file).size <= MAX_BYTES_AT_CLOSE) await backups.make();
    } catch (error) {
      log.warn(`storage: no copy was made: ${ZoeyError.from(error).message}`);
    }
  }

  /**
   * Removes what was forgotten from the log and from every file around the database. A copy without it
   * follows in the background. Where this fails, it is done at the next start.
   */
  async erase(connection: Connection): Promise<void> {
    await this.pause();
    erase(connection, this.#options.backups);
    this.schedule(connection);
  }

  async #lookAfter(connection: Connection, signal: AbortSignal): Promise<void> {
    const { backups, clock, log } = this.#options;
    if (connection.broken) return;
    try {
      connection.freeze();
      const found = await this.#check(connection, signal);
      if (found !== undefined) {
        log.error(`storage: the database is damaged: ${found}`);
        connection.markBroken();
      } else if (backups.isDue(clock()) && !signal.aborted) await backups.make(signal);
    } catch (error) {
      // A copy that cannot be made is no reason to fail: the one before it stays.
      if (!signal.aborted) log.warn(`storage: no copy was made: ${ZoeyError.from(error).message}`);
    } finally {
      if (!connection.broken) connection.thaw();
    }
  }

  /** Gives back what is wrong, if anything. */
  async #check(connection: Connection, signal: AbortSignal): Promise<string | undefined> {
    const { file, fs } = this.#options;
    const pageSize = Number(connection.pragma('page_size'));
    const fd = fs.openSync(file, 'r');
    try {
      const read = (page: number) => readFully(fs, fd, new Uint8Array(pageSize), (page - 1) * pageSize);
      const steps = checkPages({ read, pageSize, bytes: fs.fstatSync(fd).size }, connection.roots());
      let since = performance.now();
      for (let step = steps.next(); !signal.aborted; step = steps.next()) {
        if (step.done) return step.value;
        if (performance.now() - since < SLICE_MS) continue;
        await afterEvents();
        since = performance.now();
      }
      return undefined;
    } finally {
      fs.closeSync(fd);
    }
  }
}

/**
 * Leaves nothing of what was removed from the tables: not in the log, in memory, in copies or, where a person
 * had it forgotten, in what was set aside.
 * @throws ZoeyError where a file resists.
 */
export function erase(connection: Connection, backups: Backups): void {
  backups.forgetCopies();
  if (backups.isForgetting()) backups.forgetAsides();
  connection.checkpoint();
  connection.forgetPages();
  backups.endForgetting();
}
