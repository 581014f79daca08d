import nodeFs from 'node:fs';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Connection } from './connection.ts';
import { fromFs, storageError } from './faults.ts';
import { GroupCommit } from './groupCommit.ts';
import { openStore, type Store, type StoreOptions } from './openStore.ts';

/**
 * A database over time: opened, opened anew after a failure that left it in doubt, closed. Reads and writes
 * wait while it is being opened; where that failed, the next one tries again, since a disk may be freed.
 */
export class Session {
  readonly #options: StoreOptions;
  readonly #commits = new GroupCommit({ connect: () => this.#connect(), now: () => performance.now() });
  #opening: Promise<Store> | undefined;
  #store: Store | undefined;
  #wanted = false;
  #closing: Promise<void> | undefined;
  /** The connection before this one broke. */
  #distrust = false;
  #notice: string | undefined;
  #erasing: Promise<void> = Promise.resolve();
  #eraseDue = false;
  #forgot = false;
  #beganUncopied = false;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  get ready(): boolean {
    return this.#wanted && this.#store !== undefined && !this.#store.connection.broken;
  }

  get notice(): string | undefined {
    return this.#notice;
  }

  async start(): Promise<void> {
    await this.#closing;
    this.#wanted = true;
    await this.#connect();
    this.#beganUncopied = this.#store?.disk?.backups.copies().length === 0;
    // What indexes still hold of it is removed from the log and the copies as well.
    this.#forgot ||= this.#beganUncopied;
  }

  /** Takes nothing more, saves what waits, then closes. */
  async stop(): Promise<void> {
    if (this.#wanted) {
      this.#wanted = false;
      this.#closing = this.#close();
    }
    await this.#closing;
  }

  /** Sees what was committed, and nothing else. */
  async read<T>(work: (connection: Connection) => T): Promise<T> {
    this.#refuseIfClosed();
    return work(await this.#connect());
  }

  /**
   * See `GroupCommit.write`. What is removed that a person may want to be forgotten is gone from every file
   * around the database as well when it resolves.
   */
  async write<T>(rows: number, work: (connection: Connection) => T): Promise<T> {
    this.#refuseIfClosed();
    let erases = false;
    const result = await this.#commits.write(rows, (connection) => {
      const { forgotten, replaced } = connection;
      const result = work(connection);
      const forgets = connection.forgotten !== forgotten && this.#store?.disk !== undefined;
      if (forgets) this.#noteForgetting();
      erases = forgets || (connection.replaced !== replaced && this.#clearsIndexes());
      return result;
    });
    if (erases) await this.#erase();
    return result;
  }

  /** Whether it began without any copy: it is new, or a crash came soon after something was forgotten. */
  get beganUncopied(): boolean {
    return this.#beganUncopied;
  }

  /** What the database takes on disk, its log included; 0 in memory. */
  bytes(): number {
    const { file, fs = nodeFs } = this.#options;
    if (file === undefined) return 0;
    const sizes = [file, `${file}-wal`].map((name) => (fs.existsSync(name) ? fs.statSync(name).size : 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  #noteForgetting(): void {
    this.#forgot = true;
    try {
      this.#store?.disk?.backups.beginForgetting();
    } catch (error) {
      throw fromFs(error);
    }
  }

  /** After something was forgotten, until there is a copy again, indexes are cleared of its words. */
  #clearsIndexes(): boolean {
    this.#forgot &&= this.#store?.disk?.backups.copies().length === 0;
    return this.#forgot;
  }

  /** One after the other, and once for all that was forgotten meanwhile. */
  async #erase(): Promise<void> {
    this.#eraseDue = true;
    this.#erasing = this.#erasing.catch(() => undefined).then(() => this.#eraseIfDue());
    await this.#erasing;
  }

  async #eraseIfDue(): Promise<void> {
    if (!this.#eraseDue) return;
    try {
      const { connection, disk } = await this.#openStore();
      this.#eraseDue = false;
      await disk?.upkeep.erase(connection);
    } catch (error) {
      this.#eraseDue = true;
      const cause = ZoeyError.is(error) ? error : fromFs(error);
      throw new ZoeyError(cause.code, 'It is forgotten, but older copies of it could not be removed.', {
        hint: 'They are removed at the next start.',
        cause,
      });
    }
  }

  #refuseIfClosed(): void {
    if (!this.#wanted) throw storageError('storage_failed', 'The memory is not open.');
  }

  async #connect(): Promise<Connection> {
    return (await this.#openStore()).connection;
  }

  async #openStore(): Promise<Store> {
    if (this.#store !== undefined && !this.#store.connection.broken) return this.#store;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<Store> {
    if (this.#store !== undefined) {
      this.#options.log.warn('storage: opening the database anew after a failure');
      const { connection, disk } = this.#store;
      this.#store = undefined;
      await disk?.upkeep.pause();
      connection.abandon();
      this.#distrust = true;
    }
    const store = await openStore(this.#options, this.#distrust);
    this.#distrust = false;
    this.#notice = store.notice ?? this.#notice;
    this.#store = store;
    return store;
  }

  async #close(): Promise<void> {
    await this.#commits.idle();
    await this.#erasing.catch(() => undefined);
    await this.#opening?.catch(() => undefined);
    const store = this.#store;
    this.#store = undefined;
    if (store === undefined) return;
    const { connection, disk } = store;
    await disk?.upkeep.end(connection);
    if (connection.broken) return connection.abandon();
    try {
      connection.close();
    } catch (error) {
      // All is in the log on disk; the next start takes it in.
      this.#options.log.warn(`storage: closed without tidying up: ${ZoeyError.from(error).message}`);
      connection.abandon();
    }
  }
}
