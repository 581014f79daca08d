import type { LedgerRow, QueryBuilder } from './schema.ts';

/** The queries over the ledger of requests. */
export const ledgerQueries = (db: QueryBuilder) => ({
  insert: (row: LedgerRow) =>
    db
      .insertInto('ledger')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile(),

  newest: (limit: number) =>
    db.selectFrom('ledger').selectAll().orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).compile(),

  /** Removes all but the newest `keep`. */
  trim: (keep: number) =>
    db
      .deleteFrom('ledger')
      .where((eb) =>
        eb(
          eb.refTuple('at', 'id'),
          '<=',
          eb
            .selectFrom('ledger')
            .select(['at', 'id'])
            .orderBy('at', 'desc')
            .orderBy('id', 'desc')
            .limit(1)
            .offset(keep)
            .$asTuple('at', 'id'),
        ),
      )
      .compile(),
});
