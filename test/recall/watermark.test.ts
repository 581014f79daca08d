import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import { aRecall } from '../support/recall.ts';
import { aMemory } from '../support/samples.ts';

describe('the index of memories, opened again', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'zoey-watermark-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A start, which counts how often memories are compared and how many are read. */
  async function start() {
    const stored = createSqliteDatabase({ file: path.join(folder, 'memory.sqlite'), log: silentLog });
    await stored.init();
    const seen = { pages: 0, rows: 0 };
    const database: SqliteDatabase = {
      ...stored,
      getMemoryVersions(filter) {
        if (!filter.current) seen.pages += 1;
        return stored.getMemoryVersions(filter);
      },
      async getMemoriesByIds(ids) {
        seen.rows += ids.length;
        return stored.getMemoriesByIds(ids);
      },
    };
    const recall = await aRecall({ database });
    const find = async (query: string) => {
      const found = await recall.memories.search({ query, limit: 50, kinds: ['message'] });
      return found.map(({ memory }) => memory.content.text).sort();
    };
    return {
      stored,
      database: recall.database,
      seen,
      find,
      async stop() {
        await recall.close();
        await stored.close();
      },
      /** The process is gone: nothing is written at its end. */
      crash: () => stored.close(),
    };
  }

  const message = (text: string): Memory => aMemory({ text });

  it('compares nothing where nothing changed', async () => {
    const first = await start();
    await first.database.createMemories([message('the otter'), message('the heron')]);
    assert.deepEqual(await first.find('otter'), ['the otter']);
    await first.stop();
    const second = await start();
    assert.deepEqual(await second.find('otter'), ['the otter']);
    assert.deepEqual([second.seen.pages, second.seen.rows], [0, 1]);
    await second.stop();
  });

  it('reads what changed while it was not open, and no more', async () => {
    const first = await start();
    const old = message('the otter');
    await first.database.createMemories([old, ...Array.from({ length: 30 }, (_, n) => message(`crow ${n}`))]);
    await first.find('otter');
    await first.stop();
    for (const text of ['the badger', 'the newt']) {
      const between = await start();
      await between.database.createMemories([message(text)]);
      await between.stop();
    }
    const changing = await start();
    await changing.database.updateMemory(old.id, { content: { text: 'the stoat' }, updatedAt: 1 });
    await changing.stop();
    const last = await start();
    assert.deepEqual(await last.find('badger newt stoat otter'), ['the badger', 'the newt', 'the stoat']);
    // Three to be indexed, three that were found.
    assert.deepEqual([last.seen.pages, last.seen.rows], [0, 6]);
    await last.stop();
  });

  it('compares all after a crash', async () => {
    const first = await start();
    await first.database.createMemories([message('the otter')]);
    await first.find('otter');
    await first.stop();
    const second = await start();
    await second.database.createMemories([message('the heron')]);
    await second.crash();
    const third = await start();
    assert.deepEqual(await third.find('heron'), ['the heron']);
    assert.ok(third.seen.pages > 0);
    await third.stop();
  });

  it('compares all where other hands were at the database', async () => {
    const first = await start();
    await first.database.createMemories([message('the otter')]);
    await first.find('otter');
    await first.stop();
    const second = await start();
    await second.stored.createMemories([message('the heron')]);
    assert.deepEqual(await second.find('heron'), ['the heron']);
    await second.stop();
  });

  it('finds what an index made afresh finds, whatever was done before it was opened', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('store' as const), word: fc.constantFrom('otter', 'heron', 'crow') }),
      fc.record({
        do: fc.constant('change' as const),
        word: fc.constantFrom('otter', 'stoat'),
        at: fc.nat(9),
      }),
      fc.record({ do: fc.constant('remove' as const), at: fc.nat(9) }),
      fc.record({ do: fc.constant('search' as const) }),
      fc.record({ do: fc.constant('stop' as const) }),
      fc.record({ do: fc.constant('crash' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        rmSync(folder, { recursive: true, force: true });
        let now = await start();
        const texts = new Map<string, string>();
        for (const [n, one] of steps.entries()) {
          if (one.do === 'search') await now.find('otter');
          else if (one.do === 'stop' || one.do === 'crash') {
            await now[one.do]();
            now = await start();
          } else await change(now.database, { texts, n, step: one });
        }
        const words = ['otter', 'heron', 'crow', 'stoat'];
        const found = await Promise.all(words.map((word) => now.find(word)));
        await now.stop();
        const wanted = words.map((word) =>
          [...texts.values()].filter((text) => text.startsWith(word)).sort(),
        );
        assert.deepEqual(found, wanted);
      }),
      { numRuns: 12 },
    );
  });
});

type Change =
  | { do: 'store'; word: string }
  | { do: 'change'; word: string; at: number }
  | { do: 'remove'; at: number };

/** One change, in the database and in what it is to say. */
async function change(
  database: SqliteDatabase,
  { texts, n, step }: { texts: Map<string, string>; n: number; step: Change },
): Promise<void> {
  if (step.do === 'store') {
    const memory = aMemory({ text: `${step.word} ${n}` });
    await database.createMemories([memory]);
    texts.set(memory.id, memory.content.text);
    return;
  }
  const id = [...texts.keys()][step.at % Math.max(1, texts.size)];
  if (id === undefined) return;
  if (step.do === 'remove') {
    await database.deleteMemories([id]);
    texts.delete(id);
  } else {
    const text = `${step.word} ${n}`;
    await database.updateMemory(id, { content: { text }, updatedAt: n });
    texts.set(id, text);
  }
}
