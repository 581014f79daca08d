import type { CacheRow, QueryBuilder } from './schema.ts';
import { trim } from './trim.ts';

/** The queries over what is kept for a while. */
export const cacheQueries = (db: QueryBuilder) => ({
  get: (agentId: string, key: string, now: number) =>
    db
      .selectFrom('cache')
      .select('value')
      .where('agent_id', '=', agentId)
      .where('key', '=', key)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .compile(),

  set: ({ agent_id, key, ...change }: CacheRow) =>
    db
      .insertInto('cache')
      .values({ agent_id, key, ...change })
      .onConflict((conflict) => conflict.columns(['agent_id', 'key']).doUpdateSet(change))
      .compile(),

  remove: (agentId: string, key: string) =>
    db.deleteFrom('cache').where('agent_id', '=', agentId).where('key', '=', key).compile(),

  expire: (now: number) => db.deleteFrom('cache').where('expires_at', '<=', now).compile(),

  /** Removes all but the latest `keep` of an agent. */
  trim: (agentId: string, keep: number) =>
    trim(db, { table: 'cache', by: ['updated_at', 'key'], keep, agentId }),
});
