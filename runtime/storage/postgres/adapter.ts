import type { Log } from '../../kernel/log.ts';
import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { IRoomLocks } from '../../types/roomLock.ts';
import { contractAreas } from '../areas/index.ts';
import { memoryQueries } from '../queries/memories.ts';
import { all, run } from '../work.ts';
import { parseAddress } from './address.ts';
import { postgresQueries } from './dialect.ts';
import { stats, streamingRooms } from './queries.ts';
import { RoomLocks } from './roomLocks.ts';
import { Session } from './session.ts';
import { vectorIndexArea } from './vectorIndex.ts';

export interface PostgresOptions {
  /** "postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=NAME"; see `parseAddress`. */
  url: string;
  log: Log;
  /** Wall clock in milliseconds. */
  clock?: () => number;
  /** How many entries of the cache are kept of an agent, at least; 10,000 by default. */
  cacheEntries?: number;
}

const memories = memoryQueries(postgresQueries);

/** A memory in PostgreSQL, which several processes may use at once. */
export interface PostgresDatabase extends IDatabaseAdapter {
  /** Holds rooms against the other processes. */
  readonly locks: IRoomLocks;
  /** For the person, where bytes of what was forgotten could not be removed. */
  notice(): string | undefined;
}

/**
 * A memory in the database at `url`. It connects at `init`.
 * @throws ZoeyError `storage_misconfigured` where the address is none.
 */
export function createPostgresDatabase(options: PostgresOptions): PostgresDatabase {
  const { url, log, clock = Date.now, cacheEntries } = options;
  const address = parseAddress(url);
  const session = new Session({ address, log });
  const interrupt = (roomId: Uuid | null, at: number) =>
    session.write(1, () => run(memories.interrupt(at, roomId)));
  const locks = new RoomLocks({
    address,
    log,
    // Whoever had the room last may have died in the middle of an answer.
    onTaken: async (roomId) => void (await interrupt(roomId, clock())),
  });
  const base = contractAreas({ store: session, queries: postgresQueries }, { clock, cacheEntries });
  const indexed = vectorIndexArea(session);
  return {
    async init() {
      await session.start();
      locks.open();
    },
    isReady: () => session.ready,
    notice: () => session.notice,
    async close() {
      await locks.close();
      await session.stop();
    },
    locks,

    ...base,
    storeEmbeddings: (stamp, vectors) =>
      (session.vectors === undefined ? base : indexed).storeEmbeddings(stamp, vectors),
    searchEmbeddings: (query) => (session.vectors === undefined ? base : indexed).searchEmbeddings(query),

    /** Of rooms that no living process holds. */
    async interruptStreaming(at) {
      let interrupted = 0;
      for (const { room_id } of await session.read(() => all(streamingRooms))) {
        const mark = async () => {
          interrupted += await interrupt(room_id, at);
        };
        if (room_id === null) await mark();
        else await locks.ifFree(room_id, mark);
      }
      return interrupted;
    },
    stats: () => session.read(() => stats(address, session.vectors)),
  };
}
