import assert from 'node:assert/strict';
import fc from 'fast-check';
import { silentLog } from '../../runtime/kernel/log.ts';
import { memorySource } from '../../runtime/recall/memorySource.ts';
import { EmbeddingQueue } from '../../runtime/recall/queue/embeddingQueue.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import type { EmbeddingProgress, IEmbedder } from '../../runtime/types/recall.ts';
import { gate } from '../support/agent.ts';
import { type FakeEmbedderOptions, fakeEmbedder } from '../support/fakeEmbedder.ts';
import { agentId, id, note } from '../support/storage/samples.ts';

const STEPS = ['add', 'add', 'add', 'change', 'forget', 'down', 'up', 'restart', 'model'] as const;
const never = new AbortController().signal;

/** Every wait is over when it is looked at: none is longer than ten minutes. */
function hastyClock(): () => number {
  let now = 0;
  return () => (now += 600_000);
}

/** A queue over the memories of a database; each test closes what it opened. */
async function aQueue(options: FakeEmbedderOptions & { embedder?: IEmbedder; paused?: boolean } = {}) {
  const database = createSqliteDatabase({ log: silentLog });
  await database.init();
  const embedder = options.embedder ?? fakeEmbedder(options);
  const queue = new EmbeddingQueue({
    embedder,
    sources: [memorySource(database)],
    idle: async () => {},
    paused: options.paused ?? false,
    clock: hastyClock(),
    random: () => 0,
    log: silentLog,
  });
  return {
    database,
    embedder,
    queue,
    add: (numbers: number[], text = (number: number) => `Note ${number}`) =>
      database.createMemories(numbers.map((number) => note(number, { content: { text: text(number) } }))),
    async close() {
      await queue.close();
      await database.close();
    },
  };
}

/** Follows the queue to its end; gives all that it told. */
async function drained(queue: EmbeddingQueue): Promise<EmbeddingProgress[]> {
  const told: EmbeddingProgress[] = [];
  const progress = queue.progress(never);
  for (;;) {
    const { done, value } = await progress.next();
    told.push(value);
    if (done) return told;
  }
}

describe('the embedding queue', () => {
  it('embeds what waits, in batches, and tells how far it is', async () => {
    const asked: string[][] = [];
    const { queue, database, add, close } = await aQueue({ before: (texts) => asked.push([...texts]) });
    await add(Array.from({ length: 40 }, (_, at) => 10 + at));
    queue.start();
    const told = await drained(queue);
    assert.deepEqual(told.at(-1), {
      state: 'idle',
      model: 'fake/bag-of-words',
      waiting: 0,
      failed: 0,
      embedded: 40,
    });
    assert.deepEqual(
      asked.map(({ length }) => length),
      [16, 16, 8],
    );
    const stamp = { model: 'fake/bag-of-words', dims: 64, dtype: 'fp32', pooling: 'mean', sha256: 'fake-1' };
    assert.equal((await database.getEmbeddings({ stamp, limit: 50 })).length, 40);
    await close();
  });

  it('goes on by itself with what comes later', async () => {
    const { queue, add, close } = await aQueue();
    queue.start();
    await drained(queue);
    await add([10]);
    queue.wake();
    assert.equal((await drained(queue)).at(-1)?.embedded, 1);
    await close();
  });

  it('blames the one text that a model cannot embed, and gives it up after five attempts', async () => {
    let tried = 0;
    const { queue, add, close } = await aQueue({
      before(texts) {
        if (texts.length === 1 && texts[0] === 'Note 11') tried += 1;
        if (texts.some((text) => text.includes('11'))) throw new Error('no');
      },
    });
    await add([10, 11, 12]);
    queue.start();
    const last = (await drained(queue)).at(-1);
    assert.deepEqual([last?.waiting, last?.failed, last?.embedded], [0, 1, 2]);
    assert.equal(tried, 5);
    await close();
  });

  it('blames no text for a model that is out of reach, and goes on when it is back', async () => {
    let down = true;
    const { queue, add, close } = await aQueue({
      before() {
        if (down) throw new Error('connection refused');
      },
    });
    await add([10, 11]);
    queue.start();
    const progress = queue.progress(never);
    for (let state = ''; state !== 'unreachable'; ) {
      const { value } = await progress.next();
      state = value.state;
      assert.equal(value.failed, 0);
    }
    down = false;
    queue.resume();
    assert.equal((await drained(queue)).at(-1)?.embedded, 2);
    await close();
  });

  it('keeps no vector of zeros, of another length, or of no numbers', async () => {
    const stamp = { model: 'm', dims: 2, dtype: 'fp32', pooling: 'mean', sha256: 's' };
    const wrong: Record<string, number[]> = { 'Note 10': [0, 0], 'Note 11': [1], 'Note 12': [Number.NaN, 1] };
    const embedder: IEmbedder = {
      stamp: async () => stamp,
      embed: async (texts) => texts.map((text) => Float32Array.from(wrong[text] ?? [1, 0])),
      close: async () => {},
    };
    const { queue, database, add, close } = await aQueue({ embedder });
    await add([10, 11, 12, 13]);
    queue.start();
    const progress = queue.progress(never);
    while ((await progress.next()).value.embedded !== 1);
    assert.deepEqual(
      (await database.getEmbeddings({ stamp, limit: 9 })).map(({ id }) => id),
      [id(13)],
    );
    await close();
  });

  it('waits while somebody waits for an answer', async () => {
    const database = createSqliteDatabase({ log: silentLog });
    await database.init();
    await database.createMemories([note(10)]);
    const { promise, open } = gate();
    const embedder = fakeEmbedder();
    const queue = new EmbeddingQueue({
      embedder,
      sources: [memorySource(database)],
      idle: () => promise,
      paused: false,
      clock: Date.now,
      log: silentLog,
    });
    queue.start();
    const progress = queue.progress(never);
    assert.equal((await progress.next()).value.waiting, 1);
    assert.deepEqual(embedder.asked, []);
    open();
    assert.equal((await progress.next()).value.embedded, 1);
    await queue.close();
    await database.close();
  });

  it('does nothing while it is paused, and says so; it goes on when it is resumed', async () => {
    const { queue, embedder, add, close } = await aQueue({ paused: true });
    await add([10]);
    queue.start();
    const [paused] = await drained(queue);
    assert.equal(paused?.state, 'paused');
    assert.equal(paused?.waiting, 1);
    assert.deepEqual((embedder as ReturnType<typeof fakeEmbedder>).asked, []);
    queue.resume();
    assert.equal((await drained(queue)).at(-1)?.embedded, 1);
    await close();
  });

  it('says that there is no model, and takes one that comes', async () => {
    let stamp: Awaited<ReturnType<IEmbedder['stamp']>>;
    const fake = fakeEmbedder();
    const { queue, add, close } = await aQueue({ embedder: { ...fake, stamp: async () => stamp } });
    await add([10]);
    queue.start();
    assert.deepEqual(await drained(queue), [{ state: 'no_model', waiting: 0, failed: 0, embedded: 0 }]);
    stamp = await fake.stamp();
    assert.equal((await drained(queue)).at(-1)?.embedded, 1);
    await close();
  });

  it('embeds anew for another model', async () => {
    let current = fakeEmbedder();
    const embedder: IEmbedder = {
      stamp: () => current.stamp(),
      embed: (texts, options) => current.embed(texts, options),
      close: async () => {},
    };
    const { queue, add, close } = await aQueue({ embedder });
    await add([10, 11]);
    queue.start();
    await drained(queue);
    current = fakeEmbedder({ stamp: { sha256: 'fake-2', dims: 32 } });
    assert.deepEqual((await drained(queue)).at(-1), {
      state: 'idle',
      model: 'fake/bag-of-words',
      waiting: 0,
      failed: 0,
      embedded: 2,
    });
    assert.equal(current.asked.flat().length, 2);
    await close();
  });

  it('shows no secret to the model', async () => {
    const { queue, embedder, add, close } = await aQueue();
    await add([10], () => `The token is ghp_${'a1B2'.repeat(9)}`);
    queue.start();
    await drained(queue);
    assert.match((embedder as ReturnType<typeof fakeEmbedder>).asked.flat().join(), /\[redacted/);
    await close();
  });

  it('ends, whatever happens in whatever order, with a vector for each text that a model can embed', async () => {
    const step = fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 10, max: 30 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const database = createSqliteDatabase({ log: silentLog });
        await database.init();
        // One for all: after a restart it is not earlier than before.
        const clock = hastyClock();
        let down = false;
        let version = 1;
        const before = (texts: readonly string[]) => {
          if (down || texts.some((text) => text.includes('Note 13'))) throw new Error('no');
        };
        const fake = () => fakeEmbedder({ stamp: { sha256: `fake-${version}` }, before });
        const embedder: IEmbedder = {
          stamp: () => fake().stamp(),
          embed: (texts, options) => fake().embed(texts, options),
          close: async () => {},
        };
        const start = () => {
          const queue = new EmbeddingQueue({
            embedder,
            sources: [memorySource(database)],
            idle: async () => {},
            paused: false,
            clock,
            random: () => 0,
            log: silentLog,
          });
          queue.start();
          return queue;
        };
        let queue = start();
        const doing = {
          add: (number: number) => database.createMemories([note(number)]),
          change: (number: number) =>
            database.updateMemory(id(number), { content: { text: `Changed ${number}` }, updatedAt: 1 }),
          forget: (number: number) => database.deleteMemories([id(number)]),
          model: async () => {
            version += 1;
          },
          restart: async () => {
            await queue.close();
            queue = start();
          },
          down: async () => {
            down = true;
          },
          up: async () => {
            down = false;
          },
        };
        for (const [what, number] of steps) {
          await doing[what](number);
          queue.wake();
        }
        down = false;
        queue.resume();
        await drained(queue);
        const { items } = await database.getMemories({ agentId, limit: 100 });
        const able = items.filter(({ content }) => content.text !== 'Note 13').map((memory) => memory.id);
        const stamp = await embedder.stamp();
        assert.ok(stamp);
        const vectors = await database.getEmbeddings({ stamp, limit: 100 });
        assert.deepEqual(
          vectors.map((vector) => vector.id),
          able.sort(),
        );
        const status = await queue.status();
        assert.equal(status.waiting, 0);
        assert.equal(status.failed, items.length - able.length);
        await queue.close();
        await database.close();
      }),
      { numRuns: 15 },
    );
  });
});
