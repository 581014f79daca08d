import nodeFs from 'node:fs';
import type { Connection } from './connection.ts';
import { storageError } from './faults.ts';
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

  /** See `GroupCommit.write`. */
  async write<T>(rows: number, work: (connection: Connection) => T): Promise<T> {
    this.#refuseIfClosed();
    return this.#commits.write(rows, work);
  }

  /** What the database takes on disk, its log included; 0 in memory. */
  bytes(): number {
    const { file, fs = nodeFs } = this.#options;
    if (file === undefined) return 0;
    const sizes = [file, `${file}-wal`].map((name) => (fs.existsSync(name) ? fs.statSync(name).size : 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  #refuseIfClosed(): void {
    if (!this.#wanted) throw storageError('storage_failed', 'The memory is not open.');
  }

  async #connect(): Promise<Connection> {
    if (this.#store !== undefined && !this.#store.connection.broken) return this.#store.connection;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return (await this.#opening).connection;
  }

  async #open(): Promise<Store> {
    if (this.#store !== undefined) {
      this.#options.log.warn('storage: opening the database anew after a failure');
      this.#store.connection.abandon();
      this.#store = undefined;
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
    await this.#opening?.catch(() => undefined);
    this.#store?.close();
    this.#store = undefined;
  }
}
