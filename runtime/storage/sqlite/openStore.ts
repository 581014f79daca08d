import nodeFs from 'node:fs';
import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { Backups } from './backup.ts';
import { Connection } from './connection.ts';
import { createEngine } from './engine.ts';
import { fromFs, storageError } from './faults.ts';
import type { StorageFs } from './hostFiles.ts';
import { isBehind, migrate, readVersion } from './migrate.ts';
import { restore, salvageInto } from './recovery.ts';
import { erase, Upkeep, type UpkeepOptions } from './upkeep.ts';

export interface StoreOptions {
  /** Absolute path of the database; in memory, and gone with the process, where it is absent. */
  file?: string;
  fs?: StorageFs;
  /** Wall clock in milliseconds. */
  clock?: () => number;
  /** How many entries of the cache are kept of an agent, at least; 10,000 by default. */
  cacheEntries?: number;
  log: Log;
}

/** An open and current database. */
export interface Store {
  connection: Connection;
  /** For the person, where something was damaged: what happened, what was lost, and where it is. */
  notice?: string;
  /** Files alone are looked after. */
  disk?: { backups: Backups; upkeep: Upkeep };
}

/**
 * Opens a database and makes it current. A damaged one is set aside, its newest sound copy put in its place,
 * and what can be read in the damaged one added to it.
 * @param distrust Check the whole file first, since something failed before.
 * @throws ZoeyError `storage_newer`, `storage_read_only`, `storage_full` or `storage_failed`.
 */
export async function openStore(options: StoreOptions, distrust = false): Promise<Store> {
  const { file, fs = nodeFs, clock = Date.now, log } = options;
  try {
    if (file === undefined) return await openInMemory(fs);
    const backups = new Backups(fs, file);
    const context: UpkeepOptions = { file, fs, clock, log, backups };
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    backups.resume();
    const store = await openOrRestore(context, distrust);
    const upkeep = new Upkeep(context);
    upkeep.schedule(store.connection);
    return { ...store, disk: { backups, upkeep } };
  } catch (error) {
    throw ZoeyError.is(error) ? error : fromFs(error);
  }
}

async function openInMemory(fs: StorageFs): Promise<Store> {
  const connection = Connection.open(await createEngine(fs), undefined);
  connection.configure(false);
  migrate(connection);
  return { connection };
}

async function openOrRestore(context: UpkeepOptions, distrust: boolean): Promise<Store> {
  let restored: boolean | undefined;
  let connection: Connection;
  try {
    connection = await openFile(context, distrust);
  } catch (error) {
    if (!isDamage(error)) throw error;
    restored = await restore(context);
    connection = await openFile(context, false);
  }
  try {
    const notice = await salvageInto(connection, context, restored);
    if (context.backups.isForgetting()) finishForgetting(connection, context);
    return { connection, ...(notice !== undefined && { notice }) };
  } catch (error) {
    connection.abandon();
    throw error;
  }
}

async function openFile(context: UpkeepOptions, distrust: boolean): Promise<Connection> {
  const { file, fs, log } = context;
  const size = sizeOf(fs, file);
  // SQLite would take an emptied file for a new one and drop the log.
  if (size === 0 && sizeOf(fs, `${file}-wal`) > 0) {
    throw storageError('storage_corrupt', 'The memory on disk is damaged.');
  }
  const connection = Connection.open(await createEngine(fs), file);
  try {
    const behind = isBehind(readVersion(connection));
    connection.configure(true);
    checkpoint(connection, distrust, log);
    if (distrust) connection.verify();
    if (behind) await copyBefore(context);
    migrate(connection);
    return connection;
  } catch (error) {
    connection.abandon();
    throw error;
  }
}

/** A log left by a crash goes into the database now, so that nothing rests on what was not synced. */
function checkpoint(connection: Connection, distrust: boolean, log: Log): void {
  try {
    connection.checkpoint();
  } catch (error) {
    // Memory can be read while the disk is full; but after a failed sync the log must not be built upon.
    const full = ZoeyError.is(error) && error.code === 'storage_full';
    if (!full || distrust || connection.broken) throw error;
    log.warn('storage: the disk is full');
  }
}

/** A crash came between. Where it cannot be done now either, it waits for the next start. */
function finishForgetting(connection: Connection, { backups, log }: UpkeepOptions): void {
  try {
    erase(connection, backups);
  } catch (error) {
    if (connection.broken) throw error;
    log.warn(`storage: copies of what was forgotten stay for now: ${ZoeyError.from(error).message}`);
  }
}

/** Before the schema changes. A copy that cannot be made is no reason to fail: the change is done whole or not. */
async function copyBefore({ backups, log }: UpkeepOptions): Promise<void> {
  try {
    await backups.make();
  } catch (error) {
    log.warn(`storage: no copy was made: ${ZoeyError.from(error).message}`);
  }
}

function sizeOf(fs: StorageFs, file: string): number {
  return fs.existsSync(file) ? fs.statSync(file).size : 0;
}

function isDamage(error: unknown): boolean {
  return ZoeyError.is(error) && error.code === 'storage_corrupt';
}
