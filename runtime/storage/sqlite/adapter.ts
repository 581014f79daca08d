import { setImmediate as afterEvents } from 'node:timers/promises';
import type { IDatabaseAdapter } from '../../types/database.ts';
import type { AreaParts } from '../areas/area.ts';
import { contractAreas } from '../areas/index.ts';
import { memoryQueries } from '../queries/memories.ts';
import { roomQueries } from '../queries/rooms.ts';
import { sqliteQueries } from './connection.ts';
import type { StoreOptions } from './openStore.ts';
import { perform } from './perform.ts';
import { Session } from './session.ts';

/** Counted at a time, in about a millisecond. */
const SLICE_ROWS = 8192;

const rooms = roomQueries(sqliteQueries);
const memories = memoryQueries(sqliteQueries);

/** The database of one workspace, in SQLite. */
export interface SqliteDatabase extends IDatabaseAdapter {
  /** For the person, where something was lost since the start: what happened, and where it is. */
  notice(): string | undefined;
  /** Whether indexes may hold words of what was forgotten: a crash came before they were cleared. */
  mayHoldForgotten(): boolean;
}

/** A database in `options.file`, or in memory without one. It opens at `init`. */
export function createSqliteDatabase(options: StoreOptions): SqliteDatabase {
  const { file, clock = Date.now, cacheEntries } = options;
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
    mayHoldForgotten: () => session.beganUncopied,

    ...contractAreas(parts, { clock, cacheEntries }),

    async stats() {
      const counted = await countMemories(session);
      const counts = await session.read((db) => ({
        rooms: db.first(rooms.count())?.count ?? 0,
        memories: counted - (db.first(memories.countOfDeleted())?.count ?? 0),
        schemaVersion: Number(db.pragma('user_version')),
      }));
      return { ...counts, bytes: session.bytes(), ...(file !== undefined && { file }) };
    },
  };
}

/** Those of deleted rooms too. In slices over the smallest index: all at once, a million would hold up the rest. */
async function countMemories(session: Session): Promise<number> {
  let count = 0;
  for (let after: string | null = ''; after !== null; ) {
    const id: string = after;
    const slice = await session.read((db) => db.first(memories.countAfter(id, SLICE_ROWS)));
    count += slice?.count ?? 0;
    after = slice?.last ?? null;
    await afterEvents();
  }
  return count;
}
