import type { LedgerRow, QueryBuilder } from './schema.ts';
import { trim } from './trim.ts';

/** The queries over the ledger of requests. */
export const ledgerQueries = (db: QueryBuilder) => ({
  /** Takes the place of an entry with the same id: one that counts what is repeated is told again. */
  put: ({ id, ...row }: LedgerRow) =>
    db
      .insertInto('ledger')
      .values({ id, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .compile(),

  newest: (limit: number) =>
    db.selectFrom('ledger').selectAll().orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).compile(),

  /** Removes all but the newest `keep`. */
  trim: (keep: number) => trim(db, { table: 'ledger', by: ['at', 'id'], keep }),
});
