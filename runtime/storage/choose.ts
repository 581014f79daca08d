import path from 'node:path';
import type { Log } from '../kernel/log.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { IRoomLocks } from '../types/roomLock.ts';
import { createSqliteDatabase } from './sqlite/adapter.ts';

/** Where a memory is kept. */
export type StorageChoice =
  /** In a folder, made where it is missing; in memory, and gone at the end, without one. */
  | { kind: 'workspace'; dir?: string }
  /** On a server, which several processes may use at once. The address holds a password: it is never shown. */
  | { kind: 'postgres'; url: string };

/** A database and what it is by its kind. */
export interface ChosenDatabase extends IDatabaseAdapter {
  /** For the person, where something was lost since the start: what happened, and where it is. */
  notice(): string | undefined;
  /** Whether indexes in it may hold words of what was forgotten: a crash came before they were cleared. */
  mayHoldForgotten(): boolean;
  /** Where other processes use it too. */
  readonly locks?: IRoomLocks;
}

interface Options {
  log: Log;
  /** Wall clock in milliseconds. */
  clock?: () => number;
}

/** The database of that choice, not open yet. */
export async function chooseDatabase(choice: StorageChoice, options: Options): Promise<ChosenDatabase> {
  if (choice.kind === 'workspace') {
    const { dir } = choice;
    return createSqliteDatabase({
      ...options,
      ...(dir !== undefined && { file: fileIn(dir) }),
    });
  }
  // The client is loaded by those alone who have a server.
  const { createPostgresDatabase } = await import('./postgres/adapter.ts');
  return {
    ...createPostgresDatabase({ ...options, url: choice.url }),
    mayHoldForgotten: () => false,
  };
}

/** The database in a storage folder. */
export function fileIn(dir: string): string {
  return path.join(dir, 'memory.sqlite');
}
