import assert from 'node:assert/strict';
import nodeFs from 'node:fs';
import { CompiledQuery } from 'kysely';
import { agentQueries } from '../../runtime/storage/queries/agents.ts';
import { auditQueries } from '../../runtime/storage/queries/audit.ts';
import { blobQueries } from '../../runtime/storage/queries/blobs.ts';
import { cacheQueries } from '../../runtime/storage/queries/cache.ts';
import { componentQueries } from '../../runtime/storage/queries/components.ts';
import { failureQueries, waitingQueries } from '../../runtime/storage/queries/embeddingQueue.ts';
import { embeddingQueries } from '../../runtime/storage/queries/embeddings.ts';
import { entityQueries } from '../../runtime/storage/queries/entities.ts';
import { historyQueries } from '../../runtime/storage/queries/history.ts';
import { ledgerQueries } from '../../runtime/storage/queries/ledger.ts';
import { logQueries } from '../../runtime/storage/queries/logs.ts';
import { memoryQueries } from '../../runtime/storage/queries/memories.ts';
import { participantQueries } from '../../runtime/storage/queries/participants.ts';
import { relationshipQueries } from '../../runtime/storage/queries/relationships.ts';
import { roomQueries } from '../../runtime/storage/queries/rooms.ts';
import { settingQueries } from '../../runtime/storage/queries/settings.ts';
import { tagQueries } from '../../runtime/storage/queries/tags.ts';
import { taskQueries } from '../../runtime/storage/queries/tasks.ts';
import { worldQueries } from '../../runtime/storage/queries/worlds.ts';
import { Connection, sqliteQueries } from '../../runtime/storage/sqlite/connection.ts';
import { createEngine } from '../../runtime/storage/sqlite/engine.ts';
import { migrate } from '../../runtime/storage/sqlite/migrate.ts';
import { agentId, id } from '../support/storage/samples.ts';

const rooms = roomQueries(sqliteQueries);
const memories = memoryQueries(sqliteQueries);
const settings = settingQueries(sqliteQueries);
const ledger = ledgerQueries(sqliteQueries);
const agents = agentQueries(sqliteQueries);
const worlds = worldQueries(sqliteQueries);
const entities = entityQueries(sqliteQueries);
const components = componentQueries(sqliteQueries);
const participants = participantQueries(sqliteQueries);
const relationships = relationshipQueries(sqliteQueries);
const tasks = taskQueries(sqliteQueries);
const tags = tagQueries(sqliteQueries, 'task_tags');
const logs = logQueries(sqliteQueries);
const cache = cacheQueries(sqliteQueries);
const embeddings = embeddingQueries(sqliteQueries);
const waiting = waitingQueries(sqliteQueries);
const failures = failureQueries(sqliteQueries);
const history = historyQueries(sqliteQueries);
const blobs = blobQueries(sqliteQueries);
const audit = auditQueries(sqliteQueries);
const jobs = { modelId: 'a', now: 5, limit: 9 };
const vectors = { modelId: 'a', after: id(1), limit: 9 };
const last = { pinned: 1, updatedAt: 5, id: id(1) };
const from = { createdAt: 5, id: id(1) };

const idPage = { after: id(1), limit: 9 };
const timePage = { after: from, limit: 9 };
/** What the queries that remove all of an agent go by, in their order. */
const belongings = [
  'memories_(of_agent|kept)',
  'tasks_of_(agent|name)',
  'logs_of_(agent|type)',
  '(cache_latest|sqlite_autoindex_cache_1)',
  'relationships_once',
  'components_of_agent',
  'entities_of_agent',
  'rooms_latest',
  'rooms_deleted',
  'worlds_of_agent',
];

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
  ['all memories', memories.page({ agentId, after: from, limit: 9, offset: 0 }), ['memories_of_agent']],
  [
    'notes',
    memories.page({ agentId, kinds: ['note', 'fact'], after: from, limit: 9, offset: 0 }),
    ['memories_kept'],
  ],
  [
    'messages of a room',
    memories.page({ agentId, roomId: id(1), kinds: ['message'], after: from, limit: 9, offset: 0 }),
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
  ['rooms by id', rooms.byIds([id(1), id(2)]), ['sqlite_autoindex_rooms_1']],
  ['rooms of a world', rooms.ofWorld(id(1), idPage), ['rooms_of_world']],
  ['hiding the rooms of a world', rooms.hideWorld(id(1), 5), ['rooms_of_world']],
  ['memories by id', memories.byIds([id(1), id(2)]), ['sqlite_autoindex_memories_1']],
  [
    'what somebody said',
    memories.page({ agentId, entityId: id(1), after: from, limit: 9, offset: 3 }),
    ['memories_of_entity'],
  ],
  [
    'memories of a world',
    memories.page({ agentId, worldId: id(1), after: from, limit: 9, offset: 0 }),
    ['memories_of_agent', 'sqlite_autoindex_rooms_1'],
  ],
  [
    'memories of a time, with words',
    memories.page({
      agentId,
      start: 1,
      before: 9,
      words: ['a'],
      unique: true,
      after: from,
      limit: 9,
      offset: 0,
    }),
    ['memories_of_agent'],
  ],
  [
    'the fragments of a document',
    memories.page({ agentId, documentId: id(1), after: from, limit: 9, offset: 0 }),
    ['memories_of_document'],
  ],
  ['forgetting by id', memories.removeMatching({ agentId, ids: [id(1)] }), ['sqlite_autoindex_memories_1']],
  ['forgetting a room', memories.removeMatching({ agentId, roomId: id(1) }), ['memories_of_room']],
  ['forgetting notes', memories.removeMatching({ agentId, kinds: ['note'], before: 5 }), ['memories_kept']],
  ['what is to be forgotten', memories.ids({ agentId, kinds: ['note'], before: 5 }), ['memories_kept']],
  ['fragments of documents', memories.fragmentsOf([id(1), id(2)]), ['memories_of_document']],
  ['an agent', agents.byId(id(1)), ['sqlite_autoindex_agents_1']],
  ['all agents', agents.page(idPage), ['sqlite_autoindex_agents_1']],
  ...belongings.map((index, at): [string, CompiledQuery<unknown>, string[]] => [
    `removing what belongs to an agent (${at})`,
    agents.removeBelongings(id(1))[at] ?? agents.byId(id(1)),
    [index],
  ]),
  ['worlds', worlds.page(agentId, idPage), ['worlds_of_agent']],
  ['entities of a room', entities.ofRoom(id(1), idPage), ['sqlite_autoindex_participants_1']],
  [
    'entities by name',
    entities.byNames(agentId, ['a', 'b'], idPage),
    ['sqlite_autoindex_entities_1', 'sqlite_autoindex_entity_names_1'],
  ],
  ['removing names', entities.removeNames(id(1)), ['names_of_entity']],
  [
    'a component',
    components.latest({ entityId: id(1), type: 'a', worldId: id(2), limit: 1 }),
    ['components_of_type'],
  ],
  [
    'components of an entity',
    components.latest({ entityId: id(1), worldId: id(2), sourceEntityId: id(3), limit: 1 }),
    ['components_of_entity'],
  ],
  ['components of entities', components.ofEntities([id(1), id(2)]), ['components_of_entity']],
  ['who takes part', participants.ofRoom(id(1), idPage), ['sqlite_autoindex_participants_1']],
  ['where one takes part', participants.ofEntity(id(1), idPage), ['participants_of_entity']],
  ['a relationship', relationships.between(agentId, id(1), id(2)), ['relationships_once']],
  [
    'relationships',
    relationships.page({ agentId, entityId: id(1), tags: ['a'], ...idPage }),
    ['relationships_from', 'relationships_to', 'sqlite_autoindex_relationship_tags_1'],
  ],
  [
    'tasks',
    tasks.page({ agentId, tags: ['a', 'b'], ...timePage }),
    ['tasks_of_agent', 'sqlite_autoindex_task_tags_1'],
  ],
  ['tasks by name', tasks.page({ agentId, name: 'a', tags: [], ...timePage }), ['tasks_of_name']],
  ['tasks of a room', tasks.page({ agentId, roomId: id(1), tags: [], ...timePage }), ['tasks_of_room']],
  [
    'tasks for somebody',
    tasks.page({ agentId, entityId: id(1), tags: [], ...timePage }),
    ['tasks_of_entity'],
  ],
  ['tasks that are due', tasks.due({ agentId, now: 5, limit: 9 }), ['tasks_due']],
  ['claiming a task', tasks.claim(id(1), { claim: id(2), now: 1, until: 2 }), ['sqlite_autoindex_tasks_1']],
  ['writing tags anew', tags.replace(id(1), [])[0] ?? agents.byId(id(1)), ['sqlite_autoindex_task_tags_1']],
  ['logs', logs.page({ agentId, ...timePage }), ['logs_of_agent']],
  ['logs of a type', logs.page({ agentId, type: 'a', ...timePage }), ['logs_of_type']],
  ['logs of a room', logs.page({ agentId, roomId: id(1), ...timePage }), ['logs_of_room']],
  ['logs about somebody', logs.page({ agentId, entityId: id(1), ...timePage }), ['logs_of_entity']],
  ['trimming logs', logs.trim(agentId, 9), ['logs_of_agent']],
  ['what is cached', cache.get(agentId, 'a', 5), ['sqlite_autoindex_cache_1']],
  ['what is out of date', cache.expire(5), ['cache_expiring']],
  ['trimming the cache', cache.trim(agentId, 9), ['cache_latest']],
  [
    'what waits for its vector',
    waiting.next(jobs),
    ['memories_waiting', 'sqlite_autoindex_embedding_failures_1'],
  ],
  ['vectors of other models', waiting.outdated(jobs, ['b', 'c']), ['embeddings_of_model']],
  ['counting memories of deleted rooms', memories.countOfDeleted(), ['memories_of_room', 'rooms_deleted']],
  ['counting what waits', waiting.count(), ['memories_waiting']],
  ['counting vectors', embeddings.countEmbedded('a'), ['embeddings_of_model']],
  ['counting vectors of other models', waiting.countOutdated(['b']), ['embeddings_of_model']],
  ['vectors', embeddings.page(vectors), ['embeddings_of_model']],
  ['vectors by id', embeddings.byIds('a', [id(1), id(2)]), ['embeddings_of_model']],
  ['vectors of some memories', embeddings.matchingPage(vectors, { agentId }), ['embeddings_of_model']],
  ['a vector that is out of date', embeddings.removeOther(id(1), 'a'), ['sqlite_autoindex_embeddings_1']],
  ['forgiving', failures.remove([id(1), id(2)]), ['sqlite_autoindex_embedding_failures_1']],
  ['what was superseded', history.supersededBy([id(1), id(2)]), ['memories_superseded']],
  ['superseding', history.supersede([id(1)], id(2), 5), ['sqlite_autoindex_memories_1']],
  ['the audit', audit.page(idPage), ['sqlite_autoindex_audit_1', 'sqlite_autoindex_audit_2']],
  ['checking the audit', audit.following(5, 9), ['sqlite_autoindex_audit_1']],
  ['trimming the audit', audit.trim(5), ['sqlite_autoindex_audit_1']],
  ['entries that are known', audit.known([id(1), id(2)]), ['sqlite_autoindex_audit_2']],
  ['parts of an index', blobs.list('a/'), ['sqlite_autoindex_blobs_1']],
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
      assert.doesNotMatch(
        plan,
        /SCAN (?!.*INDEX (ledger_latest|memories_streaming|memories_waiting|rooms_deleted))/,
        plan,
      );
    });
  }
});
