import assert from 'node:assert/strict';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { all, isCode } from '../support/storage/pages.ts';
import { agentId, id, ledgerEntry, message, note, otherAgentId, room } from '../support/storage/samples.ts';
import { calls } from './calls.ts';
import { agentConformance } from './conformanceAgents.ts';
import { auditConformance } from './conformanceAudit.ts';
import { environmentConformance } from './conformanceEnvironment.ts';
import { filterConformance } from './conformanceFilters.ts';
import { recallConformance } from './conformanceRecall.ts';
import { relationConformance } from './conformanceRelations.ts';
import { roomConformance } from './conformanceRooms.ts';
import { taskConformance } from './conformanceTasks.ts';
import { turnConformance } from './conformanceTurns.ts';

/** The options that each kind of database has. */
interface FactoryOptions {
  clock?: () => number;
  cacheEntries?: number;
}

/** Gives a database that is not open yet and that holds nothing, another one each time within a test. */
export type Factory = (options?: FactoryOptions) => IDatabaseAdapter;

/** Few, so that the cache is soon full. */
const CACHE_ENTRIES = 200;

/** What every database of the house does, whatever is beneath it. */
export function conformance(factory: Factory): void {
  let db: IDatabaseAdapter;
  let now = 0;
  beforeEach(async () => {
    now = 1_000;
    db = factory({ clock: () => now, cacheEntries: CACHE_ENTRIES });
    await db.init();
  });
  afterEach(() => db.close());

  describe('its life', () => {
    it('is ready after init, and init may be called again', async () => {
      const fresh = factory();
      assert.equal(fresh.isReady(), false);
      await Promise.all([fresh.init(), fresh.init()]);
      await fresh.init();
      assert.equal(fresh.isReady(), true);
      await fresh.close();
      assert.equal(fresh.isReady(), false);
    });

    it('saves what is under way before it closes, and closes twice without harm', async () => {
      const saving = db.createRoom(room(1));
      await Promise.all([saving, db.close(), db.close()]);
      await db.close();
    });

    it('refuses every call before init and once closed', async () => {
      const fresh = factory();
      await db.close();
      for (const [name, call] of Object.entries(calls)) {
        await assert.rejects(call(fresh), isCode('storage_failed'), name);
        await assert.rejects(call(db), isCode('storage_failed'), name);
      }
    });
  });

  agentConformance(() => db);
  auditConformance(() => db);
  environmentConformance(() => db);
  recallConformance(() => db);
  relationConformance(() => db);
  roomConformance(() => db);
  filterConformance(() => db);
  turnConformance(() => db);
  taskConformance(() => db, {
    setNow(time) {
      now = time;
    },
    cacheEntries: CACHE_ENTRIES,
  });

  describe('memories', () => {
    beforeEach(() => db.createRoom(room(1)));

    it('gives back all of a content', async () => {
      const full = message(2, {
        importance: 0.123456789,
        content: {
          text: 'line\nline\ttab \u0000 "quotes" 日本語 👩‍💻',
          role: 'assistant',
          status: 'failed',
          thinking: 'hm',
          thinkingMs: 3,
          model: 'm',
          attachments: [{ kind: 'selection', path: 'a.ts', startLine: 1, endLine: 2, text: 'x' }],
          references: [{ number: 1, kind: 'memory', memoryId: id(7), text: 'y', score: 0.5 }],
          usage: { promptTokens: 1, outputTokens: 2, tokensPerSecond: 3.5, contextTokens: 4 },
          dropped: [{ what: 'code', label: 'b.ts', tokens: 5 }],
          error: { code: 'model_stopped', message: 'm', hint: 'h', retryable: true },
        },
      });
      await db.createMemories([full, note(3)]);
      assert.deepEqual(await db.getMemoryById(id(2)), full);
      assert.deepEqual(await db.getMemoryById(id(3)), note(3));
      assert.equal(await db.getMemoryById(id(4)), undefined);
    });

    it('mends text that UTF-8 cannot hold', async () => {
      await db.createMemories([note(2, { content: { text: 'cut \ud83d' } })]);
      assert.equal((await db.getMemoryById(id(2)))?.content.text, 'cut \ufffd');
    });

    it('stores nothing twice, and all or nothing', async () => {
      await db.createMemories([message(2)]);
      await db.createMemories([message(2, { content: { text: 'again' } }), message(3)]);
      assert.deepEqual(await db.getMemoryById(id(2)), message(2));
      await assert.rejects(
        db.createMemories([message(4), message(5, { roomId: id(99) })]),
        isCode('not_found'),
      );
      assert.equal(await db.countMemories({ agentId }), 2);
      await db.createMemories([]);
    });

    it('lets a failing write fail alone', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          db.createMemories([message(10 + i, i % 3 === 0 ? { roomId: id(99) } : {})]),
        ),
      );
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status),
        outcomes.map((_, i) => (i % 3 === 0 ? 'rejected' : 'fulfilled')),
      );
      assert.equal(await db.countMemories({ agentId }), 13);
    });

    it('lists the newest first, by agent, kind and room', async () => {
      await db.createRoom(room(2));
      await db.createMemories([
        message(10),
        message(11, { createdAt: 12 }),
        message(12),
        message(13, { roomId: id(2) }),
        note(14),
        note(15, { kind: 'fact', roomId: id(1) }),
        note(16, { agentId: otherAgentId }),
      ]);
      const list = (filter: object, limit: number) =>
        all((cursor) => db.getMemories({ agentId, limit, ...filter, ...(cursor && { cursor }) }));
      const cases: [object, number[]][] = [
        [{}, [15, 14, 13, 12, 11, 10]],
        [{ roomId: id(1) }, [15, 12, 11, 10]],
        [{ roomId: id(1), kinds: ['message'] }, [12, 11, 10]],
        [{ kinds: ['note', 'fact'] }, [15, 14]],
        [{ kinds: ['document'] }, []],
        [{ kinds: [] }, []],
        [{ roomId: id(98) }, []],
      ];
      for (const [filter, numbers] of cases) {
        for (const limit of [1, 2, 6, 50]) {
          const found = (await list(filter, limit)).map((memory) => memory.id);
          assert.deepEqual(found, numbers.map(id), JSON.stringify({ filter, limit }));
        }
        assert.equal(await db.countMemories({ agentId, ...filter }), numbers.length);
      }
    });

    it('changes only what a patch names', async () => {
      await db.createMemories([message(2)]);
      assert.equal(await db.updateMemory(id(2), { updatedAt: 7, importance: 1 }), true);
      assert.deepEqual(await db.getMemoryById(id(2)), message(2, { updatedAt: 7, importance: 1 }));
      const content = { text: 'Changed', thinking: 'now' };
      assert.equal(await db.updateMemory(id(2), { updatedAt: 8, content }), true);
      assert.deepEqual(await db.getMemoryById(id(2)), message(2, { updatedAt: 8, importance: 1, content }));
      assert.deepEqual(
        (await db.getRooms({ agentId, limit: 1, words: ['CHANGED'] })).items[0]?.snippet,
        'Changed',
      );
      assert.equal(await db.updateMemory(id(3), { updatedAt: 8 }), false);
    });

    it('deletes by id and counts what was there', async () => {
      await db.createMemories([message(2), message(3), message(4)]);
      assert.equal(await db.deleteMemories([id(2), id(4), id(99), id(2)]), 2);
      assert.equal(await db.deleteMemories([]), 0);
      assert.deepEqual((await db.getMemories({ agentId, limit: 9 })).items, [message(3)]);
    });

    it('cuts a room off from one message on', async () => {
      await db.createRoom(room(2));
      await db.createMemories([
        message(10),
        message(11, { createdAt: 20 }),
        message(12, { createdAt: 20 }),
        message(13, { createdAt: 30 }),
        note(14, { roomId: id(1), createdAt: 40 }),
        message(15, { roomId: id(2), createdAt: 50 }),
      ]);
      assert.equal(await db.deleteMessagesFrom(id(2), id(10)), 0);
      assert.equal(await db.deleteMessagesFrom(id(1), id(99)), 0);
      assert.equal(await db.deleteMessagesFrom(id(1), id(14)), 0);
      assert.equal(await db.deleteMessagesFrom(id(1), id(12)), 2);
      const left = (await db.getMemories({ agentId, limit: 9 })).items.map((memory) => memory.id);
      assert.deepEqual(left, [15, 14, 11, 10].map(id));
    });

    it('puts others in the place of what it cuts off, or changes nothing', async () => {
      await db.createMemories([message(10), message(11, { createdAt: 20 })]);
      const homeless = message(13, { roomId: id(77) });
      const room = { id: id(1), updatedAt: 30 };
      await assert.rejects(db.beginTurn({ room, replaces: id(11), memories: [message(12), homeless] }));
      assert.equal((await db.getMemories({ agentId, limit: 9 })).items.length, 2);
      const memories = [message(12, { createdAt: 30 })];
      assert.equal(await db.beginTurn({ room, replaces: id(11), memories }), 1);
      assert.equal((await db.getRoom(id(1)))?.updatedAt, 30);
      const left = (await db.getMemories({ agentId, limit: 9 })).items.map((memory) => memory.id);
      assert.deepEqual(left, [12, 10].map(id));
    });

    it('marks what was left streaming as interrupted', async () => {
      const streaming = message(2, { content: { text: 'half', role: 'assistant', status: 'streaming' } });
      await db.createMemories([streaming, message(3)]);
      assert.equal(await db.interruptStreaming(9), 1);
      assert.equal(await db.interruptStreaming(10), 0);
      const expected = {
        ...streaming,
        updatedAt: 9,
        content: { ...streaming.content, status: 'interrupted' },
      };
      assert.deepEqual(await db.getMemoryById(id(2)), expected);
      assert.deepEqual(await db.getMemoryById(id(3)), message(3));
    });
  });

  describe('settings', () => {
    it('keeps any JSON; null removes it', async () => {
      assert.equal(await db.getSetting('a'), undefined);
      for (const value of [1, 0, '', 'text', false, true, [], { deep: [null, { x: 'ü' }] }]) {
        await db.setSetting('a', value);
        assert.deepEqual(await db.getSetting('a'), value);
      }
      await db.setSetting('b', 2);
      await db.setSetting('a', null);
      assert.equal(await db.getSetting('a'), undefined);
      assert.equal(await db.getSetting('b'), 2);
    });
  });

  describe('the ledger', () => {
    it('keeps the newest entries', async () => {
      await db.writeLedger([ledgerEntry(1), ledgerEntry(3), ledgerEntry(2)], 10);
      await db.writeLedger([ledgerEntry(3)], 10);
      assert.deepEqual(await db.getLedger(10), [ledgerEntry(3), ledgerEntry(2), ledgerEntry(1)]);
      assert.deepEqual(await db.getLedger(1), [ledgerEntry(3)]);
      await db.writeLedger([ledgerEntry(5), ledgerEntry(4)], 3);
      assert.deepEqual(await db.getLedger(10), [ledgerEntry(5), ledgerEntry(4), ledgerEntry(3)]);
      const again = { ...ledgerEntry(5), at: ledgerEntry(9).at, purpose: 'status (2 times)' };
      await db.writeLedger([again], 3);
      assert.deepEqual(await db.getLedger(10), [again, ledgerEntry(4), ledgerEntry(3)]);
      await db.writeLedger([], 0);
      assert.deepEqual(await db.getLedger(10), []);
    });
  });

  it('counts for the status', async () => {
    await db.createRoom(room(1));
    await db.createRoom(room(2));
    await db.deleteRoom(id(2), 3);
    await db.createMemories([message(3), note(4), message(5, { roomId: id(2) })]);
    const { rooms, memories, schemaVersion } = await db.stats();
    assert.deepEqual({ rooms, memories, schemaVersion }, { rooms: 1, memories: 2, schemaVersion: 3 });
  });
}
