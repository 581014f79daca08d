import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier, type Notification } from 'pg';
import { throwIfAborted, ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { retry } from '../../kernel/retry.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { IRoomLocks, RoomHolder } from '../../types/roomLock.ts';
import type { PostgresAddress } from './address.ts';
import { judge } from './faults.ts';
import { clientConfig } from './pool.ts';

/** A holder that dies tells nobody, so a room is tried again after this time, in ms. */
const LOOK_AGAIN_MS = 500;
/** How long another process may take to stop an answer. */
const STOP_MS = 10_000;
/** How often a room is asked for again after the server went away. */
const REGAIN_ATTEMPTS = 5;

export interface RoomLocksOptions {
  address: PostgresAddress;
  log: Log;
  /** Called with each room as it is taken, before anybody else can have it. */
  onTaken(roomId: Uuid): Promise<void>;
}

/**
 * Rooms held by advisory locks of one connection: the server gives them up by itself when the process dies.
 * Over the same connection processes tell each other to stop, and that a room is free.
 */
export class RoomLocks implements IRoomLocks {
  readonly #options: RoomLocksOptions;
  readonly #channel: string;
  readonly #held = new Map<Uuid, RoomHolder>();
  /** Who waits for word of a room. */
  readonly #waiting = new Set<(roomId: Uuid) => void>();
  #client: Promise<Client> | undefined;
  #closing = new AbortController();

  constructor(options: RoomLocksOptions) {
    this.#options = options;
    this.#channel = `zoey_${options.address.schema}`;
    this.#closing.abort();
  }

  async hold(roomId: Uuid, holder: RoomHolder): Promise<() => Promise<void>> {
    while (!(await this.#try(roomId))) {
      throwIfAborted(holder.signal);
      await this.#wordOf(roomId, AbortSignal.any([holder.signal, AbortSignal.timeout(LOOK_AGAIN_MS)]));
      throwIfAborted(holder.signal);
    }
    this.#held.set(roomId, holder);
    try {
      await this.#options.onTaken(roomId);
      throwIfAborted(holder.signal);
    } catch (error) {
      await this.#release(roomId);
      throw error;
    }
    return () => this.#release(roomId);
  }

  async stop(roomId: Uuid): Promise<boolean> {
    if (await this.#isFree(roomId)) return false;
    await this.#tell('stop', roomId);
    const patience = AbortSignal.timeout(STOP_MS);
    while (!(await this.#isFree(roomId))) {
      if (patience.aborted) {
        throw new ZoeyError(
          'storage_busy',
          'Another process answers in this conversation and does not stop.',
        );
      }
      await this.#wordOf(roomId, AbortSignal.any([patience, AbortSignal.timeout(LOOK_AGAIN_MS)]));
    }
    return true;
  }

  /** Does `work` unless somebody holds the room. */
  async ifFree(roomId: Uuid, work: () => Promise<void>): Promise<void> {
    if (this.#held.has(roomId) || !(await this.#try(roomId))) return;
    try {
      await work();
    } finally {
      await this.#giveUp(roomId);
    }
  }

  open(): void {
    this.#closing = new AbortController();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#held.clear();
    const client = await this.#client?.catch(() => undefined);
    await client?.end();
  }

  async #isFree(roomId: Uuid): Promise<boolean> {
    let free = false;
    await this.ifFree(roomId, async () => {
      free = true;
    });
    return free;
  }

  async #try(roomId: Uuid): Promise<boolean> {
    const rows = await this.#query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [this.#key(roomId)],
    );
    return rows[0]?.taken === true;
  }

  async #release(roomId: Uuid): Promise<void> {
    this.#held.delete(roomId);
    await this.#giveUp(roomId);
  }

  /** A connection that is gone has given the room up already. */
  async #giveUp(roomId: Uuid): Promise<void> {
    try {
      await this.#query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [this.#key(roomId)]);
      await this.#tell('free', roomId);
    } catch (error) {
      this.#options.log.info(
        `storage: a room was given up with its connection: ${ZoeyError.from(error).code}`,
      );
    }
  }

  async #tell(word: 'stop' | 'free', roomId: Uuid): Promise<void> {
    await this.#query('SELECT pg_notify($1, $2)', [this.#channel, `${word} ${roomId}`]);
  }

  #hear({ payload = '' }: Notification): void {
    const [word, roomId = ''] = payload.split(' ');
    if (word === 'stop') this.#held.get(roomId)?.onStop();
    if (word === 'free') for (const listener of this.#waiting) listener(roomId);
  }

  /** Resolves when the room is said to be free, or when the signal ends the wait. */
  #wordOf(roomId: Uuid, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(listener);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const listener = (id: Uuid) => {
        if (id === roomId) done();
      };
      this.#waiting.add(listener);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  #key(roomId: Uuid): string {
    return `zoey/${this.#options.address.schema}/room/${roomId}`;
  }

  /** What is asked here may be asked twice, so a server that starts anew is waited for. */
  #query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const { signal } = this.#closing;
    if (signal.aborted) throw new ZoeyError('storage_failed', 'The memory is not open.');
    return retry(() => this.#queryOnce<Row>(text, values), { signal, attempts: 5, baseMs: 100 });
  }

  async #queryOnce<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    this.#client ??= this.#connect();
    try {
      const client = await this.#client;
      return (await client.query<Row>(text, values)).rows;
    } catch (error) {
      throw judge(error, this.#options.address.shown);
    }
  }

  async #connect(): Promise<Client> {
    const { address, log } = this.#options;
    const client = new Client(clientConfig(address));
    client.on('error', () => log.info(`storage: the connection to ${address.shown} that holds rooms ended`));
    client.on('notification', (notification) => this.#hear(notification));
    try {
      await client.connect();
      await client.query(`LISTEN ${escapeIdentifier(this.#channel)}`);
    } catch (error) {
      this.#client = undefined;
      await client.end().catch(() => {});
      throw error;
    }
    client.once('end', () => {
      this.#client = undefined;
      for (const [roomId, holder] of this.#held) void this.#regain(roomId, holder);
    });
    return client;
  }

  /** After a restart of the server: whoever is faster has the room, and we are at it already. */
  async #regain(roomId: Uuid, holder: RoomHolder): Promise<void> {
    const isHeld = () => this.#held.get(roomId) === holder;
    for (let attempt = 0; attempt < REGAIN_ATTEMPTS && isHeld(); attempt += 1) {
      try {
        const taken = await this.#try(roomId);
        if (taken && isHeld()) return;
        if (taken) return await this.#giveUp(roomId);
        break;
      } catch {
        await sleep(LOOK_AGAIN_MS);
      }
    }
    if (!isHeld()) return;
    this.#held.delete(roomId);
    holder.onLost();
  }
}
