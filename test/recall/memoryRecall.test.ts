import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import type { RecallQuery } from '../../runtime/recall/memoryRecall.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import type { IEmbedder } from '../../runtime/types/recall.ts';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { aRecall, embedded } from '../support/recall.ts';
import { aMemory, aRoom } from '../support/samples.ts';
import { id } from '../support/storage/samples.ts';
import { temporaryFolder } from '../support/testRuntime.ts';

const aNote = (text: string, memory: Partial<Memory> = {}): Memory => {
  const { roomId: _, ...rest } = aMemory();
  return { ...rest, kind: 'note', content: { text }, source: 'user', ...memory };
};

/** Takes words of one line for the same: it stands for a model that knows what they mean. */
function knowing(...synonyms: string[]): IEmbedder & { asked: string[][] } {
  const words = new Map(
    synonyms.flatMap((line) => line.split(' ').map((word) => [word, line.split(' ')[0] ?? word] as const)),
  );
  const plain = fakeEmbedder();
  return {
    ...plain,
    embed: (texts, options) =>
      plain.embed(
        texts.map((text) => text.toLowerCase().replace(/\w+/g, (word) => words.get(word) ?? word)),
        options,
      ),
  };
}

type Options = { embedder?: IEmbedder; file?: string; shared?: boolean; clock?: () => number };

async function remembering(options: Options = {}) {
  const { file, ...rest } = options;
  const opened = createSqliteDatabase({ log: silentLog, ...(file !== undefined && { file }) });
  await opened.init();
  const recall = await aRecall({ database: opened, ...rest });
  const texts = async (query: string, more: Partial<RecallQuery> = {}) =>
    (await recall.memories.search({ query, limit: 5, ...more })).map(({ memory }) => memory.content.text);
  return {
    ...recall,
    opened,
    texts,
    async close() {
      await recall.close();
      await opened.close();
    },
  };
}

describe('recall of memories', () => {
  it('finds by words what shares them, best first, also parts of identifiers and other accents', async () => {
    const { database, texts, close } = await remembering();
    await database.createMemories([
      aNote('The staging database listens on port 5433.'),
      aNote('Staging is rebuilt every night.'),
      aNote('getUserName is deprecated'),
      aNote('Le résumé est prêt'),
    ]);
    assert.deepEqual(await texts('Which port does the staging database use?'), [
      'The staging database listens on port 5433.',
      'Staging is rebuilt every night.',
    ]);
    assert.deepEqual(await texts('user name'), ['getUserName is deprecated']);
    assert.deepEqual(await texts('resume'), ['Le résumé est prêt']);
    assert.deepEqual(await texts('  '), []);
    await close();
  });

  it('finds what was stored a moment ago, changed, or finished, and what it said before no more', async () => {
    const { database, texts, close } = await remembering();
    assert.deepEqual(await texts('pears'), []);
    const note = aNote('Pears are in the cellar');
    await database.createMemories([note]);
    assert.deepEqual(await texts('pears'), ['Pears are in the cellar']);
    await database.updateMemory(note.id, { content: { text: 'Apples are in the attic' }, updatedAt: 1 });
    assert.deepEqual(await texts('pears cellar'), []);
    assert.deepEqual(await texts('apples'), ['Apples are in the attic']);
    const room = aRoom();
    await database.createRoom(room);
    const reply = aMemory({ role: 'assistant', status: 'streaming' }, { roomId: room.id });
    await database.createMemories([reply]);
    assert.deepEqual(await texts('plums', { kinds: ['message'] }), []);
    const content = { ...reply.content, text: 'Plums, said the reply', status: 'complete' as const };
    await database.updateMemory(reply.id, { content, updatedAt: 2 });
    assert.deepEqual(await texts('plums', { kinds: ['message'] }), ['Plums, said the reply']);
    await close();
  });

  it('finds by meaning what shares no word, and what has no vector yet by its words', async () => {
    const recall = await remembering({ embedder: knowing('deploys releases', 'tuesdays weekday') });
    const { database, texts, close } = recall;
    await database.createMemories([aNote('Deploys: Tuesdays'), aNote('Lunch at noon with Ada')]);
    await embedded(recall);
    assert.deepEqual(await texts('releases weekday'), ['Deploys: Tuesdays']);
    await recall.setPaused(true);
    await database.createMemories([aNote('Release notes are written by Bob')]);
    assert.ok((await texts('release notes')).includes('Release notes are written by Bob'));
    await close();
  });

  it('finds a memory as soon as its vector is there, and none by the vector of what it said before', async () => {
    const recall = await remembering({ embedder: knowing('deploys releases') });
    const { database, texts, close } = recall;
    assert.deepEqual(await texts('releases'), []);
    const note = aNote('Deploys');
    await database.createMemories([note]);
    await embedded(recall);
    assert.deepEqual(await texts('releases'), ['Deploys']);
    await recall.setPaused(true);
    await database.updateMemory(note.id, { content: { text: 'Lunch' }, updatedAt: 1 });
    assert.deepEqual(await texts('releases'), []);
    await close();
  });

  it('says what a score is made of', async () => {
    const recall = await remembering({ embedder: fakeEmbedder() });
    await recall.database.createMemories([aNote('Port 5433 is the database', { importance: 1 })]);
    await embedded(recall);
    const [found] = await recall.memories.search({ query: 'port 5433', limit: 1 });
    assert.ok(found && found.score > 0 && found.score <= 1);
    assert.deepEqual(Object.keys(found.why).sort(), ['exact', 'importance', 'meaning', 'recency', 'words']);
    await recall.close();
  });

  it('gives what tells of a change before what it changed, and never the other way round', async () => {
    const clock = () => 1_000_000;
    const recall = await remembering({ embedder: knowing('queue broker', 'kafka rabbit'), clock });
    const before = 'The queue is Rabbit';
    await recall.database.createMemories([
      aNote(before, { createdAt: 1_000 }),
      aNote('We switched to Kafka for the queue', { createdAt: 2_000 }),
      aNote('The switch of the office is now beside the door', { createdAt: 3_000 }),
    ]);
    await embedded(recall);
    assert.deepEqual((await recall.texts('broker')).slice(0, 2), [
      'We switched to Kafka for the queue',
      before,
    ]);
    const told = aNote('The queue is no longer Kafka, but Rabbit', { createdAt: 500 });
    await recall.database.createMemories([told]);
    await embedded(recall);
    const found = await recall.memories.search({ query: 'broker', limit: 5 });
    assert.equal(found.find(({ memory }) => memory.id === told.id)?.why.update, undefined);
    await recall.close();
  });

  it('leaves messages in their order: what was said is not made untrue', async () => {
    const recall = await remembering({ embedder: fakeEmbedder() });
    const room = aRoom();
    await recall.database.createRoom(room);
    await recall.database.createMemories([
      aMemory({ text: 'queue rabbit' }, { roomId: room.id, createdAt: 1_000 }),
      aMemory({ text: 'queue rabbit is now something else' }, { roomId: room.id, createdAt: 2_000 }),
    ]);
    await embedded(recall);
    const found = await recall.memories.search({ query: 'queue rabbit', limit: 5, kinds: ['message'] });
    assert.deepEqual(
      found.map(({ memory, why }) => [memory.createdAt, why.update]),
      [
        [1_000, undefined],
        [2_000, undefined],
      ],
    );
    await recall.close();
  });

  it('stays within what is asked for: kinds, room, entity, time; never another agent', async () => {
    const { database, texts, close } = await remembering({ embedder: fakeEmbedder() });
    const [one, two] = [aRoom(), aRoom()];
    await database.createRooms([one, two]);
    await database.createMemories([
      aNote('tea told', { createdAt: 1_000 }),
      aNote('tea fact', { kind: 'fact', roomId: one.id, createdAt: 2_000 }),
      aMemory({ text: 'tea one' }, { roomId: one.id, createdAt: 3_000 }),
      aMemory({ text: 'tea two' }, { roomId: two.id, entityId: id(7), createdAt: 4_000 }),
      aNote('tea elsewhere', { agentId: id(9) }),
    ]);
    const sorted = async (more: Partial<RecallQuery>) => (await texts('tea', more)).sort();
    assert.deepEqual(await sorted({}), ['tea fact', 'tea told']);
    assert.deepEqual(await sorted({ kinds: ['fact'] }), ['tea fact']);
    assert.deepEqual(await sorted({ kinds: ['message'] }), ['tea one', 'tea two']);
    assert.deepEqual(await sorted({ kinds: ['message', 'fact'], roomId: one.id }), ['tea fact', 'tea one']);
    assert.deepEqual(await sorted({ kinds: ['message'], entityId: id(7) }), ['tea two']);
    assert.deepEqual(await sorted({ start: 1_500 }), ['tea fact']);
    assert.deepEqual(await sorted({ before: 2_000 }), ['tea told']);
    await database.deleteRoom(one.id, 5_000);
    assert.deepEqual(await sorted({}), ['tea told']);
    await database.restoreRoom(one.id);
    assert.deepEqual(await sorted({}), ['tea fact', 'tea told']);
    await close();
  });

  it('finds what came back with its conversation, by words and by meaning', async () => {
    const recall = await remembering({ embedder: knowing('deploys releases') });
    const { database, texts, close } = recall;
    const room = aRoom();
    await database.createRoom(room);
    const other = aNote('Lunch');
    await database.createMemories([aNote('Deploys', { roomId: room.id }), other]);
    await embedded(recall);
    assert.deepEqual(await texts('releases'), ['Deploys']);
    await database.deleteRoom(room.id, 1);
    await database.deleteMemories([other.id]);
    assert.deepEqual(await texts('deploys'), []);
    await database.restoreRoom(room.id);
    assert.deepEqual(await texts('deploys'), ['Deploys']);
    assert.deepEqual(await texts('releases'), ['Deploys']);
    await close();
  });

  it('finds a few of one room among many of others', async () => {
    const { database, texts, close } = await remembering();
    const [one, two] = [aRoom(), aRoom()];
    await database.createRooms([one, two]);
    await database.createMemories(
      Array.from({ length: 300 }, (_, at) => aMemory({ text: `tea ${at}` }, { roomId: one.id })),
    );
    await database.createMemories([
      aMemory({ text: 'tea with much beside it, so that it ranks last' }, { roomId: two.id }),
    ]);
    const found = await texts('tea', { kinds: ['message'], roomId: two.id });
    assert.deepEqual(found, ['tea with much beside it, so that it ranks last']);
    await close();
  });

  it('recalls what holds now, not what it superseded', async () => {
    const { database, texts, close } = await remembering();
    const old = aNote('The port is 5432', { kind: 'fact' });
    await database.createMemories([old]);
    await database.supersedeMemories(aNote('The port is 5433', { kind: 'fact' }), [old.id]);
    assert.deepEqual(await texts('port'), ['The port is 5433']);
    await close();
  });

  it('shows no secret of a question to the model, and goes on by words where the model fails', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const asked: string[] = [];
    const embedder = fakeEmbedder({
      before(texts) {
        asked.push(...texts);
        throw new Error('no');
      },
    });
    const { database, texts, close } = await remembering({ embedder });
    await database.createMemories([aNote('The token is in the vault')]);
    assert.deepEqual(await texts(`token ${secret}`), ['The token is in the vault']);
    assert.ok(asked.length > 0 && !asked.join().includes(secret));
    await close();
  });

  it('is stopped by its signal', async () => {
    const { memories, close } = await remembering({ embedder: fakeEmbedder() });
    const stopped = memories.search({ query: 'tea', limit: 1, signal: AbortSignal.abort() });
    await assert.rejects(stopped, { code: 'cancelled' });
    await close();
  });

  it('sees what another process does to a shared database', async () => {
    let now = 0;
    const clock = () => now;
    const ours = await remembering({ embedder: fakeEmbedder(), shared: true, clock });
    const theirs = await aRecall({ database: ours.opened, embedder: fakeEmbedder(), shared: true });
    await ours.database.createMemories([aNote('tea one')]);
    await embedded(ours);
    assert.deepEqual(await ours.texts('tea'), ['tea one']);
    await theirs.database.createMemories([aNote('tea two')]);
    await embedded(theirs);
    now += 2_000;
    assert.deepEqual((await ours.texts('tea')).sort(), ['tea one', 'tea two']);
    await theirs.close();
    await ours.close();
  });

  it('finds the same whatever happened before: as a recall that begins anew', async () => {
    const word = fc.constantFrom('tea', 'milk', 'sugar', 'fetchUser', 'port 5433');
    const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    const step = fc.tuple(
      fc.constantFrom('store', 'store', 'change', 'forget', 'search', 'embed', 'reopen'),
      fc.integer({ min: 0, max: 12 }),
      text,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), text, async (steps, question) => {
        const { folder, remove } = await temporaryFolder();
        const file = path.join(folder, 'm.sqlite');
        let now = await remembering({ embedder: fakeEmbedder(), file });
        const doing = {
          store: (number: number, text: string) =>
            now.database.createMemories([aNote(text, { id: id(number), createdAt: number })]),
          change: (number: number, text: string) =>
            now.database.updateMemory(id(number), { content: { text }, updatedAt: 50 }),
          forget: (number: number) => now.database.deleteMemories([id(number)]),
          search: (_: number, text: string) => now.texts(text),
          embed: () => embedded(now),
          reopen: async () => {
            await now.close();
            now = await remembering({ embedder: fakeEmbedder(), file });
          },
        };
        for (const [what, number, text] of steps) await doing[what](number, text);
        await embedded(now);
        const fresh = await aRecall({ database: now.opened, embedder: fakeEmbedder(), shared: true });
        const query = { query: question, limit: 20 };
        const shown = (found: Awaited<ReturnType<typeof fresh.memories.search>>) =>
          found.map(({ memory }) => memory.id).sort();
        assert.deepEqual(shown(await now.memories.search(query)), shown(await fresh.memories.search(query)));
        await fresh.close();
        await now.close();
        await remove();
      }),
      { numRuns: 12 },
    );
  });
});

describe('what is forgotten', () => {
  it('is in no file any more: not its words, not its vector', async () => {
    const { folder, remove } = await temporaryFolder();
    const file = path.join(folder, 'm.sqlite');
    const recall = await remembering({ embedder: fakeEmbedder(), file });
    const { database, opened } = recall;
    const room = aRoom();
    await database.createRoom(room);
    const kept = aNote('quinces are kept');
    const gone = aNote('xyzzygone is the name', { id: uuidv7() });
    const said = aMemory({ text: 'plughgone was said' }, { roomId: room.id });
    await database.createMemories([kept, gone, said]);
    await embedded(recall);
    await recall.texts('quinces', { kinds: ['note', 'message'] });
    await recall.queue.close();
    await recall.memories.close();
    const again = await aRecall({ database: opened, embedder: fakeEmbedder() });
    await again.database.deleteMemories([gone.id]);
    await again.database.deleteMessagesFrom(room.id, said.id);
    await again.close();
    const blobs = await Promise.all(
      ['told/', 'said/'].map(async (prefix) => {
        const store = opened.blobs(prefix);
        return [...(await store.read((await store.list()).map(({ name }) => name))).values()];
      }),
    );
    assert.ok(blobs.flat().some((bytes) => Buffer.from(bytes).includes('quinces')));
    assert.ok(
      !blobs.flat().some((bytes) => /xyzzygone|plughgone/.test(Buffer.from(bytes).toString('latin1'))),
    );
    const stamp = await fakeEmbedder().stamp();
    assert.ok(stamp);
    const vectors = await opened.getEmbeddings({ stamp, limit: 9 });
    assert.deepEqual(
      vectors.map((vector) => vector.id),
      [kept.id],
    );
    await opened.close();
    const bytes = readFileSync(file).toString('latin1');
    assert.doesNotMatch(bytes, /xyzzygone|plughgone/);
    assert.match(bytes, /quinces/);
    await remove();
  });
});

describe('what was forgotten while the index was not cleaned', () => {
  it('has no words left in it after the next start', async () => {
    const { folder, remove } = await temporaryFolder();
    const recall = await remembering({ file: path.join(folder, 'm.sqlite') });
    const [kept, gone] = [aNote('quinces are kept'), aNote('xyzzygone is the name')];
    await recall.database.createMemories([kept, gone]);
    await recall.texts('quinces');
    await recall.memories.close();
    // As a crash would: the row went, and nobody told the index.
    await recall.opened.deleteMemories([gone.id]);
    const again = await aRecall({ database: recall.opened });
    await again.memories.search({ query: 'quinces', limit: 1 });
    await again.close();
    const store = recall.opened.blobs('told/');
    const blobs = [...(await store.read((await store.list()).map(({ name }) => name))).values()];
    const words = Buffer.concat(blobs).toString('latin1');
    assert.match(words, /quinces/);
    assert.doesNotMatch(words, /xyzzygone/);
    await recall.close();
    await remove();
  });
});

describe('agents', () => {
  it('share nothing', async () => {
    const opened = createSqliteDatabase({ log: silentLog });
    await opened.init();
    const [ours, theirs] = [
      await aRecall({ database: opened }),
      await aRecall({ database: opened, agentId: id(9) }),
    ];
    await ours.database.createMemories([aNote('tea')]);
    assert.equal(ours.database.isReady(), true);
    assert.equal((await ours.memories.search({ query: 'tea', limit: 1 }))[0]?.memory.agentId, ZOEY_AGENT_ID);
    assert.deepEqual(await theirs.memories.search({ query: 'tea', limit: 1 }), []);
    await ours.close();
    await theirs.close();
    await opened.close();
  });
});
