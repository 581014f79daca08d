import type { IDatabaseAdapter } from '../../types/database.ts';
import { agentArea } from '../areas/agents.ts';
import type { AreaParts } from '../areas/area.ts';
import { cacheArea } from '../areas/cache.ts';
import { componentArea } from '../areas/components.ts';
import { entityArea } from '../areas/entities.ts';
import { forgettingArea } from '../areas/forgetting.ts';
import { keepingArea } from '../areas/keeping.ts';
import { logArea } from '../areas/logs.ts';
import { memoryArea } from '../areas/memories.ts';
import { participantArea } from '../areas/participants.ts';
import { relationshipArea } from '../areas/relationships.ts';
import { roomArea } from '../areas/rooms.ts';
import { taskArea } from '../areas/tasks.ts';
import { worldArea } from '../areas/worlds.ts';
import { memoryQueries } from '../queries/memories.ts';
import { roomQueries } from '../queries/rooms.ts';
import { sqliteQueries } from './connection.ts';
import type { StoreOptions } from './openStore.ts';
import { perform } from './perform.ts';
import { Session } from './session.ts';

const rooms = roomQueries(sqliteQueries);
const memories = memoryQueries(sqliteQueries);

/** The database of one workspace, in SQLite. */
export interface SqliteDatabase extends IDatabaseAdapter {
  /** For the person, where something was lost since the start: what happened, and where it is. */
  notice(): string | undefined;
}

/** A database in `options.file`, or in memory without one. It opens at `init`. */
export function createSqliteDatabase(options: StoreOptions): SqliteDatabase {
  const { file, clock = Date.now } = options;
  const session = new Session(options);
  const parts: AreaParts = {
    queries: sqliteQueries,
    store: {
      read: (work) => session.read((connection) => perform(connection, work())),
      write: (rows, work) => session.write(rows, (connection) => perform(connection, work())),
    },
  };
  return {
    init: () => session.start(),
    isReady: () => session.ready,
    close: () => session.stop(),
    notice: () => session.notice,

    ...agentArea(parts),
    ...worldArea(parts),
    ...entityArea(parts),
    ...componentArea(parts),
    ...roomArea(parts),
    ...participantArea(parts),
    ...relationshipArea(parts),
    ...memoryArea(parts),
    ...forgettingArea(parts),
    ...taskArea(parts),
    ...logArea(parts),
    ...cacheArea(parts, clock),
    ...keepingArea(parts),

    async stats() {
      const counts = await session.read((db) => ({
        rooms: db.first(rooms.count())?.count ?? 0,
        memories: db.first(memories.countAll())?.count ?? 0,
        schemaVersion: Number(db.pragma('user_version')),
      }));
      return { ...counts, bytes: session.bytes(), ...(file !== undefined && { file }) };
    },
  };
}
