import path from 'node:path';
import { ZoeyError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { fileIn, type StorageChoice } from './choose.ts';
import type { QueryBuilder } from './queries/schema.ts';
import { sqliteQueries } from './sqlite/connection.ts';
import { perform } from './sqlite/perform.ts';
import { Session } from './sqlite/session.ts';
import type { Store } from './work.ts';

/** One end of a copy: an open database below the contract, where a table is just a table. */
export interface Place {
  /** Where it is, without a user or a password. */
  shown: string;
  store: Store;
  queries: QueryBuilder;
  close(): Promise<void>;
}

/** Opens a place, and brings its schema up to date. */
export async function openPlace(choice: StorageChoice, log: Log): Promise<Place> {
  if (choice.kind === 'postgres') {
    const { openPostgresStore } = await import('./postgres/openStore.ts');
    return openPostgresStore({ url: choice.url, log });
  }
  if (choice.dir === undefined) throw new ZoeyError('invalid_input', 'A copy needs a folder or a database.');
  const session = new Session({ file: fileIn(choice.dir), log });
  await session.start();
  return {
    shown: path.resolve(choice.dir),
    queries: sqliteQueries,
    store: {
      read: (work) => session.read((connection) => perform(connection, work())),
      write: (rows, work) => session.write(rows, (connection) => perform(connection, work())),
    },
    close: () => session.stop(),
  };
}
