import nodeFs from 'node:fs';
import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { Backup } from './backup.ts';
import { Connection } from './connection.ts';
import { createEngine } from './engine.ts';
import { storageError } from './faults.ts';
import type { StorageFs } from './hostFiles.ts';
import { migrate, readVersion } from './migrate.ts';

export interface StoreOptions {
  /** Absolute path of the database; in memory, and gone with the process, where it is absent. */
  file?: string;
  fs?: StorageFs;
  /** Wall clock in milliseconds. */
  clock?: () => number;
  log: Log;
}

/** An open, current and checked database. */
export interface Store {
  connection: Connection;
  /** For the person, where something was lost: what happened, and where it is. */
  notice?: string;
  /** Closes in order, with a copy where one is due. */
  close(): void;
}

/**
 * Opens a database, makes it current and keeps a copy a day. A damaged one is set aside and its last copy
 * put in its place; where that is damaged too, memory starts empty. Nothing is ever removed.
 * @param distrust Check the whole file first, since something failed before.
 * @throws ZoeyError `storage_newer`, `storage_read_only`, `storage_full` or `storage_failed`.
 */
export async function openStore(options: StoreOptions, distrust = false): Promise<Store> {
  const { file, fs = nodeFs, clock = Date.now, log } = options;
  try {
    if (file === undefined) return await openInMemory(fs);
    const context: Context = { file, fs, clock, log, backup: new Backup(fs, file) };
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    context.backup.resume();
    return await openOrRestore(context, distrust);
  } catch (error) {
    throw ZoeyError.is(error) ? error : fromFs(error);
  }
}

type Context = Required<StoreOptions> & { backup: Backup };

async function openInMemory(fs: StorageFs): Promise<Store> {
  const connection = Connection.open(await createEngine(fs), undefined);
  connection.configure(false);
  migrate(connection);
  return { connection, close: () => connection.close() };
}

async function openOrRestore(context: Context, distrust: boolean): Promise<Store> {
  const { backup, clock, log } = context;
  try {
    return await openFile(context, distrust);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const hadCopy = backup.exists();
  const aside = backup.replace(clock());
  log.warn(`storage: the database was damaged and set aside as ${path.basename(aside)}`);
  const kept = `What was there is kept as ${path.basename(aside)}.`;
  try {
    const store = await openFile(context, true);
    const outcome = hadCopy
      ? 'Its last daily copy was restored'
      : 'There was no copy yet, so it starts empty';
    return { ...store, notice: `The memory on disk was damaged. ${outcome}. ${kept}` };
  } catch (error) {
    if (!hadCopy || !isDamage(error)) throw error;
  }
  log.warn('storage: its copy is damaged too');
  backup.discard(aside);
  backup.replace(clock());
  const store = await openFile(context, false);
  return { ...store, notice: `The memory on disk and its copy were damaged, so it starts empty. ${kept}` };
}

async function openFile(context: Context, distrust: boolean): Promise<Store> {
  const { file, fs, clock, log, backup } = context;
  const size = sizeOf(fs, file);
  const logSize = sizeOf(fs, `${file}-wal`);
  // SQLite would take an emptied file for a new one and drop the log.
  if (size === 0 && logSize > 0) throw storageError('storage_corrupt', 'The memory on disk is damaged.');

  const connection = Connection.open(await createEngine(fs), file);
  try {
    readVersion(connection);
    connection.configure(true);
    checkpoint(connection, distrust, log);
    const copyDue = size > 0 && backup.isDue(clock());
    // After a crash the log was played back; before a copy, the copy that is there must not be spoilt.
    if (distrust) check(connection, 'integrity_check');
    else if (logSize > 0 || copyDue) check(connection, 'quick_check');
    migrate(connection);
    if (copyDue) copy(connection, backup, log);
  } catch (error) {
    connection.abandon();
    throw error;
  }
  const close = () => {
    if (connection.broken) return connection.abandon();
    try {
      if (backup.isDue(clock())) copy(connection, backup, log);
      connection.close();
    } catch (error) {
      // All is in the log on disk; the next start takes it in.
      log.warn(`storage: closed without tidying up: ${ZoeyError.from(error).message}`);
      connection.abandon();
    }
  };
  return { connection, close };
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

function check(connection: Connection, pragma: 'quick_check' | 'integrity_check'): void {
  const found = connection.pragma(`${pragma}(1)`);
  if (found !== 'ok') throw storageError('storage_corrupt', 'The memory on disk is damaged.', found);
}

/** A copy that cannot be made is no reason to fail: the one before it stays. */
function copy(connection: Connection, backup: Backup, log: Log): void {
  try {
    connection.checkpoint();
    backup.make();
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

function fromFs(error: unknown): ZoeyError {
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  if (code === 'ENOSPC' || code === 'EDQUOT') return storageError('storage_full', 'The disk is full.', error);
  if (['EROFS', 'EACCES', 'EPERM'].includes(code)) {
    return storageError('storage_read_only', 'The storage folder cannot be written.', error);
  }
  return storageError('storage_failed', `The storage folder cannot be used (${code}).`, error);
}
