import type { IdPage } from './page.ts';
import type { AuditRow, QueryBuilder } from './schema.ts';

/** The queries over the audit. */
export const auditQueries = (db: QueryBuilder) => ({
  insert: (row: AuditRow) => db.insertInto('audit').values(row).compile(),

  known: (ids: string[]) => db.selectFrom('audit').select('id').where('id', 'in', ids).compile(),

  last: () => db.selectFrom('audit').select('seq').orderBy('seq', 'desc').limit(1).compile(),

  at: (seq: number) => db.selectFrom('audit').select('hash').where('seq', '=', seq).compile(),

  /** The latest first. */
  page: ({ after, limit }: IdPage) =>
    db
      .selectFrom('audit')
      .selectAll()
      .$if(after !== undefined, (query) =>
        query.where('seq', '<', (eb) =>
          eb
            .selectFrom('audit as last')
            .select('last.seq')
            .where('last.id', '=', after ?? ''),
        ),
      )
      .orderBy('seq', 'desc')
      .limit(limit)
      .compile(),

  /** In the order of the chain. */
  following: (seq: number | undefined, limit: number) =>
    db
      .selectFrom('audit')
      .selectAll()
      .$if(seq !== undefined, (query) => query.where('seq', '>', seq ?? 0))
      .orderBy('seq')
      .limit(limit)
      .compile(),

  /** Removes that one and all before it. */
  trim: (seq: number) => db.deleteFrom('audit').where('seq', '<=', seq).compile(),
});
