import type { QueryBuilder } from './schema.ts';
import { fixed } from './shaped.ts';

/** The queries over settings. */
export const settingQueries = (db: QueryBuilder) => ({
  get: fixed((key: string) => db.selectFrom('settings').select('value').where('key', '=', key).compile()),

  set: (key: string, value: string) =>
    db
      .insertInto('settings')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .compile(),

  remove: (key: string) => db.deleteFrom('settings').where('key', '=', key).compile(),
});
