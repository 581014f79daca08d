import { sql } from 'kysely';
import type { QueryBuilder } from './schema.ts';

/** The queries over parts of indexes. Names are ASCII. */
export const blobQueries = (db: QueryBuilder) => ({
  list: (prefix: string) =>
    db
      .selectFrom('blobs')
      .select(['name', sql<number>`length(bytes)`.as('size')])
      .where('name', '>=', prefix)
      .where('name', '<', `${prefix}\uffff`)
      .orderBy('name')
      .compile(),

  read: (names: readonly string[]) => db.selectFrom('blobs').selectAll().where('name', 'in', names).compile(),

  put: (name: string, bytes: Uint8Array) =>
    db
      .insertInto('blobs')
      .values({ name, bytes })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ bytes }))
      .compile(),

  remove: (name: string) => db.deleteFrom('blobs').where('name', '=', name).compile(),
});
