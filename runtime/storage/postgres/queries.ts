import { sql } from 'kysely';
import type { StorageStats } from '../../types/database.ts';
import { memoryQueries } from '../queries/memories.ts';
import { roomQueries } from '../queries/rooms.ts';
import { first, type Work } from '../work.ts';
import type { PostgresAddress } from './address.ts';
import { postgresQueries } from './dialect.ts';

// What is asked of PostgreSQL alone.

const rooms = roomQueries(postgresQueries);
const memories = memoryQueries(postgresQueries);

const version = sql<{ version: number }>`select version from schema_version`.compile(postgresQueries);

const server = sql<{ version: string }>`
  select split_part(current_setting('server_version'), ' ', 1) as version`.compile(postgresQueries);

const size = (schema: string) =>
  sql<{ bytes: number }>`
    select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind = 'r'`.compile(postgresQueries);

/** The rooms with messages that are being written, or were when their process died. */
export const streamingRooms = postgresQueries
  .selectFrom('memories')
  .select('room_id')
  .distinct()
  .where('status', '=', 'streaming')
  .compile();

/** Counts for `status`, and what kind of server it is. `extension` is the version of pgvector that is used. */
export function* stats(
  { schema, shown }: PostgresAddress,
  extension: string | undefined,
): Work<StorageStats> {
  const about = yield* first(server);
  return {
    rooms: (yield* first(rooms.count()))?.count ?? 0,
    memories: (yield* first(memories.countAll()))?.count ?? 0,
    schemaVersion: (yield* first(version))?.version ?? 0,
    bytes: (yield* first(size(schema)))?.bytes ?? 0,
    database: {
      kind: 'postgres',
      version: about?.version ?? '',
      place: shown,
      schema,
      vectors: extension === undefined ? 'exact' : 'pgvector',
      ...(extension !== undefined && { extension }),
    },
  };
}
