import type { QueryBuilder } from './schema.ts';

/** The queries over what became of memories. */
export const historyQueries = (db: QueryBuilder) => ({
  supersede: (ids: readonly string[], by: string, at: number) =>
    db
      .updateTable('memories')
      .set({ superseded_by: by, updated_at: at })
      .where('id', 'in', ids)
      .where('id', '<>', by)
      .compile(),

  touch: (ids: readonly string[], at: number) =>
    db.updateTable('memories').set({ last_used_at: at }).where('id', 'in', ids).compile(),

  /** The memory that superseded this one. */
  successor: (id: string) => db.selectFrom('memories').select('superseded_by').where('id', '=', id).compile(),

  supersededBy: (ids: readonly string[]) =>
    db.selectFrom('memories').select('id').where('superseded_by', 'in', ids).compile(),
});
