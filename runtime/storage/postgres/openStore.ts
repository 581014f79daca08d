import type { Log } from '../../kernel/log.ts';
import type { QueryBuilder } from '../queries/schema.ts';
import type { Store } from '../work.ts';
import { parseAddress } from './address.ts';
import { postgresQueries } from './dialect.ts';
import { Session } from './session.ts';

interface OpenStore {
  shown: string;
  store: Store;
  queries: QueryBuilder;
  close(): Promise<void>;
}

/** The tables in the database at `url`, for who moves them as a whole. */
export async function openPostgresStore({ url, log }: { url: string; log: Log }): Promise<OpenStore> {
  const address = parseAddress(url);
  const session = new Session({ address, log });
  await session.start();
  return {
    shown: `${address.shown}?schema=${address.schema}`,
    store: session,
    queries: postgresQueries,
    close: () => session.stop(),
  };
}
