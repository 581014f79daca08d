import { escapeIdentifier, Pool } from 'pg';
import type { Log } from '../../kernel/log.ts';
import type { PostgresAddress } from './address.ts';
import { valueTypes } from './values.ts';

/** Connections that do the work; each process has one more, which holds the locks of its rooms. */
export const POOL_SIZE = 4;
const CONNECT_MS = 5_000;
const IDLE_MS = 30_000;
/** A statement that takes this long is stuck, or looks through far more than we keep. */
const STATEMENT_MS = 30_000;

/** How any connection of ours is made. */
export function clientConfig({ schema: _, shown: __, ...address }: PostgresAddress) {
  return {
    ...address,
    application_name: 'zoey',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: valueTypes,
  };
}

/** Connections to one database, made when they are needed. */
export function createPool(address: PostgresAddress, log: Log): Pool {
  const pool = new Pool({
    ...clientConfig(address),
    max: POOL_SIZE,
    idleTimeoutMillis: IDLE_MS,
    onConnect: async (client) => {
      await client.query(
        `SET search_path TO ${escapeIdentifier(address.schema)}, public;
         SET statement_timeout TO ${STATEMENT_MS};
         SET idle_in_transaction_session_timeout TO ${STATEMENT_MS}`,
      );
    },
  });
  // One that ends between two queries tells so by an event, which would end the process if nobody heard it; the next
  // query on it fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  // What ends while nobody uses it is replaced at its next use.
  pool.on('error', () => log.info(`storage: a connection to ${address.shown} ended`));
  return pool;
}
