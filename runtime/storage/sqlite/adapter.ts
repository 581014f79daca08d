import type { CompiledQuery } from 'kysely';
import type {
  FoundRoom,
  IDatabaseAdapter,
  LedgerEntry,
  MemoryPatch,
  MemoryQuery,
  Page,
  RoomQuery,
} from '../../types/database.ts';
import type { Room } from '../../types/environment.ts';
import type { Memory } from '../../types/memory.ts';
import { JsonValue, type Timestamp, type Uuid } from '../../types/primitives.ts';
import { memoryCursor, parseMemoryCursor, parseRoomCursor, roomCursor } from '../cursor.ts';
import { fold, snippet } from '../fold.ts';
import { ledgerQueries } from '../queries/ledger.ts';
import { memoryQueries } from '../queries/memories.ts';
import { roomQueries } from '../queries/rooms.ts';
import { settingQueries } from '../queries/settings.ts';
import {
  entryToRow,
  memoryPatchToRow,
  memoryToRow,
  roomPatchToRow,
  roomToRow,
  rowToEntry,
  rowToMemory,
  rowToRoom,
} from '../rows.ts';
import { sqliteQueries } from './connection.ts';
import type { StoreOptions } from './openStore.ts';
import { Session } from './session.ts';

const rooms = roomQueries(sqliteQueries);
const memories = memoryQueries(sqliteQueries);
const settings = settingQueries(sqliteQueries);
const ledger = ledgerQueries(sqliteQueries);

/** The database of one workspace, in SQLite. */
export interface SqliteDatabase extends IDatabaseAdapter {
  /** For the person, where something was lost since the start: what happened, and where it is. */
  notice(): string | undefined;
}

/** A database in `options.file`, or in memory without one. It opens at `init`. */
export function createSqliteDatabase(options: StoreOptions): SqliteDatabase {
  return new SqliteAdapter(new Session(options), options.file);
}

class SqliteAdapter implements SqliteDatabase {
  readonly #session: Session;
  readonly #file: string | undefined;

  constructor(session: Session, file: string | undefined) {
    this.#session = session;
    this.#file = file;
  }

  init(): Promise<void> {
    return this.#session.start();
  }

  isReady(): boolean {
    return this.#session.ready;
  }

  close(): Promise<void> {
    return this.#session.stop();
  }

  notice(): string | undefined {
    return this.#session.notice;
  }

  async createRoom(room: Room): Promise<void> {
    await this.#session.write(1, (db) => db.run(rooms.insert(roomToRow(room))));
  }

  async getRoom(id: Uuid): Promise<Room | undefined> {
    const row = await this.#session.read((db) => db.first(rooms.byId(id)));
    return row && rowToRoom(row);
  }

  async getRooms({ agentId, limit, cursor, words = [] }: RoomQuery): Promise<Page<FoundRoom>> {
    const folded = [...new Set(words.map(fold))].filter((word) => word !== '');
    const after = parseRoomCursor(cursor);
    const query = rooms.page({ agentId, words: folded, after, limit: limit + 1 });
    const rows = await this.#session.read((db) => db.all(query));
    const items = rows.slice(0, limit).map((row): FoundRoom => {
      const found = row.hit ? snippet(row.hit, folded) : undefined;
      return found === undefined ? rowToRoom(row) : { ...rowToRoom(row), snippet: found };
    });
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    if (last === undefined) return { items };
    return { items, next: roomCursor({ pinned: last.pinned, updatedAt: last.updated_at, id: last.id }) };
  }

  async updateRoom(id: Uuid, patch: Partial<Pick<Room, 'title' | 'pinned' | 'updatedAt'>>): Promise<boolean> {
    const change = roomPatchToRow(patch);
    if (Object.keys(change).length === 0) return (await this.getRoom(id)) !== undefined;
    return this.#changes(rooms.update(id, change));
  }

  deleteRoom(id: Uuid, at: Timestamp): Promise<boolean> {
    return this.#changes(rooms.hide(id, at));
  }

  restoreRoom(id: Uuid): Promise<boolean> {
    return this.#changes(rooms.restore(id));
  }

  purgeRooms(before: Timestamp): Promise<number> {
    return this.#session.write(1, (db) => db.run(rooms.purge(before)));
  }

  async createMemories(items: readonly Memory[]): Promise<void> {
    if (items.length === 0) return;
    const rows = items.map(memoryToRow);
    await this.#session.write(rows.length, (db) => {
      for (const row of rows) db.run(memories.insert(row));
    });
  }

  async getMemoryById(id: Uuid): Promise<Memory | undefined> {
    const row = await this.#session.read((db) => db.first(memories.byId(id)));
    return row && rowToMemory(row);
  }

  async getMemories({ cursor, limit, ...filter }: MemoryQuery): Promise<Page<Memory>> {
    const before = parseMemoryCursor(cursor);
    const query = memories.page({ ...filter, before, limit: limit + 1 });
    const rows = await this.#session.read((db) => db.all(query));
    const items = rows.slice(0, limit).map(rowToMemory);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    if (last === undefined) return { items };
    return { items, next: memoryCursor({ createdAt: last.created_at, id: last.id }) };
  }

  updateMemory(id: Uuid, patch: MemoryPatch): Promise<boolean> {
    return this.#changes(memories.update(id, memoryPatchToRow(patch)));
  }

  deleteMemories(ids: readonly Uuid[]): Promise<number> {
    return this.#session.write(ids.length, (db) =>
      ids.reduce((count, id) => count + db.run(memories.remove(id)), 0),
    );
  }

  deleteMessagesFrom(roomId: Uuid, id: Uuid): Promise<number> {
    return this.#session.write(1, (db) => db.run(memories.removeFrom(roomId, id)));
  }

  async countMemories(query: Omit<MemoryQuery, 'limit' | 'cursor'>): Promise<number> {
    const row = await this.#session.read((db) => db.first(memories.count(query)));
    return row?.count ?? 0;
  }

  interruptStreaming(at: Timestamp): Promise<number> {
    return this.#session.write(1, (db) => db.run(memories.interrupt(at)));
  }

  async getSetting(key: string): Promise<JsonValue | undefined> {
    const row = await this.#session.read((db) => db.first(settings.get(key)));
    return row && JsonValue.parse(JSON.parse(row.value));
  }

  async setSetting(key: string, value: JsonValue): Promise<void> {
    const query = value === null ? settings.remove(key) : settings.set(key, JSON.stringify(value));
    await this.#session.write(1, (db) => db.run(query));
  }

  async writeLedger(entries: readonly LedgerEntry[], keep: number): Promise<void> {
    await this.#session.write(entries.length, (db) => {
      for (const entry of entries) db.run(ledger.insert(entryToRow(entry)));
      db.run(ledger.trim(keep));
    });
  }

  async getLedger(limit: number): Promise<LedgerEntry[]> {
    const rows = await this.#session.read((db) => db.all(ledger.newest(limit)));
    return rows.map(rowToEntry);
  }

  async stats(): ReturnType<IDatabaseAdapter['stats']> {
    const counts = await this.#session.read((db) => ({
      rooms: db.first(rooms.count())?.count ?? 0,
      memories: db.first(memories.countAll())?.count ?? 0,
      schemaVersion: Number(db.pragma('user_version')),
    }));
    const bytes = this.#session.bytes();
    return this.#file === undefined ? { ...counts, bytes } : { ...counts, bytes, file: this.#file };
  }

  async #changes(query: CompiledQuery<unknown>): Promise<boolean> {
    return (await this.#session.write(1, (db) => db.run(query))) > 0;
  }
}
