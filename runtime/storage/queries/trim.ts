import { type CompiledQuery, sql } from 'kysely';
import type { QueryBuilder, Schema } from './schema.ts';

interface Trim<Table extends 'cache' | 'ledger' | 'logs'> {
  table: Table;
  /** What the latest are told by: their time, then a key, since times may be the same. */
  by: readonly [time: keyof Schema[Table] & string, key: keyof Schema[Table] & string];
  /** How many of the latest stay. */
  keep: number;
  /** Those of this agent alone. */
  agentId?: string;
}

/** Removes all but the latest of a table. */
export function trim<Table extends 'cache' | 'ledger' | 'logs'>(
  db: QueryBuilder,
  { table, by, keep, agentId }: Trim<Table>,
): CompiledQuery<unknown> {
  const [from, time, key] = [sql.table(table), sql.ref(by[0]), sql.ref(by[1])];
  const theirs = agentId === undefined ? sql`true` : sql`agent_id = ${agentId}`;
  const latest = sql`select ${time}, ${key} from ${from} where ${theirs} order by ${time} desc, ${key} desc`;
  const first = sql`${latest} limit 1 offset ${keep}`;
  return sql`delete from ${from} where ${theirs} and (${time}, ${key}) <= (${first})`.compile(db);
}
