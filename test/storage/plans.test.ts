import assert from 'node:assert/strict';
import nodeFs from 'node:fs';
import { CompiledQuery } from 'kysely';
import { ledgerQueries } from '../../runtime/storage/queries/ledger.ts';
import { memoryQueries } from '../../runtime/storage/queries/memories.ts';
import { roomQueries } from '../../runtime/storage/queries/rooms.ts';
import { settingQueries } from '../../runtime/storage/queries/settings.ts';
import { Connection, sqliteQueries } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { migrate } from '../../runtime/storage/sqlite/migrate.ts';
import { agentId, id } from '../support/storage/samples.ts';

const rooms = roomQueries(sqliteQueries);
const memories = memoryQueries(sqliteQueries);
const settings = settingQueries(sqliteQueries);
const ledger = ledgerQueries(sqliteQueries);
const last = { pinned: 1, updatedAt: 5, id: id(1) };
const from = { createdAt: 5, id: id(1) };

/** Each query, and the indexes that it must go by. */
const PLANS: [string, CompiledQuery<unknown>, string[]][] = [
  ['a room', rooms.byId(id(1)), ['sqlite_autoindex_rooms_1']],
  ['a page of rooms', rooms.page({ agentId, words: [], after: last, limit: 9 }), ['rooms_latest']],
  [
    'a search for rooms',
    rooms.page({ agentId, words: ['a', 'b'], after: last, limit: 9 }),
    ['rooms_latest', 'memories_of_room'],
  ],
  ['hiding a room', rooms.hide(id(1), 1), ['sqlite_autoindex_rooms_1']],
  ['purging rooms', rooms.purge(5), ['rooms_deleted']],
  ['a memory', memories.byId(id(1)), ['sqlite_autoindex_memories_1']],
  ['all memories', memories.page({ agentId, before: from, limit: 9 }), ['memories_of_agent']],
  ['notes', memories.page({ agentId, kinds: ['note', 'fact'], before: from, limit: 9 }), ['memories_kept']],
  [
    'messages of a room',
    memories.page({ agentId, roomId: id(1), kinds: ['message'], before: from, limit: 9 }),
    ['memories_of_room'],
  ],
  ['counting notes', memories.count({ agentId, kinds: ['note'] }), ['memories_kept']],
  ['changing a memory', memories.update(id(1), { updated_at: 1 }), ['sqlite_autoindex_memories_1']],
  ['removing a memory', memories.remove(id(1)), ['sqlite_autoindex_memories_1']],
  ['cutting a room off', memories.removeFrom(id(1), id(2)), ['memories_of_room']],
  ['marking what streamed', memories.interrupt(1), ['memories_streaming']],
  ['a setting', settings.get('a'), ['sqlite_autoindex_settings_1']],
  ['the ledger', ledger.newest(9), ['ledger_latest']],
  ['trimming the ledger', ledger.trim(9), ['ledger_latest']],
];

describe('the plan for', () => {
  let connection: Connection;
  before(async () => {
    connection = Connection.open(await createEngine(nodeFs), undefined);
    connection.configure(false);
    migrate(connection);
  });
  after(() => connection.close());

  for (const [what, query, indexes] of PLANS) {
    it(`${what} goes by ${indexes.join(' and ')}`, () => {
      const explained = connection.all(
        CompiledQuery.raw(`EXPLAIN QUERY PLAN ${query.sql}`, [...query.parameters]),
      );
      const plan = explained.map((row) => String((row as { detail: unknown }).detail)).join('\n');
      for (const index of indexes) assert.match(plan, new RegExp(`INDEX ${index}\\b`), plan);
      assert.doesNotMatch(plan, /TEMP B-TREE/, plan);
      // One holds few rows, the other gives the newest first: only these are walked.
      assert.doesNotMatch(plan, /SCAN (?!.*INDEX (ledger_latest|memories_streaming))/, plan);
    });
  }
});
