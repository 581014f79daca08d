import assert from 'node:assert/strict';
import { fragmentsOf } from '../../runtime/functions/memory/fragments.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase, type SqliteDatabase } from '../../runtime/storage/index.ts';
import { aRecall } from '../support/recall.ts';
import { aMemory } from '../support/samples.ts';

const long = (last: string) =>
  `${Array.from({ length: 60 }, (_, i) => `Entry ${i} tells of hay, straw and water.`).join('\n\n')}\n\n${last}`;

describe('long memories, whoever stores them', () => {
  let stored: SqliteDatabase;
  let recall: Awaited<ReturnType<typeof aRecall>>;
  const parts = async (id: string) => {
    const { items } = await stored.getMemories({
      agentId: aMemory().agentId,
      kinds: ['fragment'],
      documentId: id,
      limit: 50,
    });
    return items.map(({ content }) => content.text);
  };
  const snippet = async (query: string) =>
    (await recall.memories.search({ query, limit: 3 }))[0]?.snippet ?? '';

  beforeEach(async () => {
    stored = createSqliteDatabase({ log: silentLog });
    await stored.init();
    recall = await aRecall({ database: stored, partsOf: fragmentsOf });
  });
  afterEach(async () => {
    await recall.close();
    await stored.close();
  });

  it('are stored with their parts; short ones and messages have none', async () => {
    const note = aMemory({ text: long('The wombat is fed at three.') }, { kind: 'note' });
    const short = aMemory({ text: 'Short' }, { kind: 'note' });
    const message = aMemory({ text: long('Said') });
    await recall.database.createMemories([note, short, message]);
    assert.ok((await parts(note.id)).length > 1);
    assert.deepEqual([await parts(short.id), await parts(message.id)], [[], []]);
    assert.match(await snippet('wombat'), /The wombat is fed at three\./);
  });

  it('are stored in few parts, however many headings they have, with all that they say', async () => {
    const sections = Array.from({ length: 5_000 }, (_, n) => `## Entry ${n}\n\nsome hay`);
    const note = aMemory({ text: sections.join('\n') }, { kind: 'note' });
    const made = await fragmentsOf(note);
    assert.ok(made.length > 1 && made.length <= 250, `${made.length} parts`);
    const said = made.map(({ content }) => content.text).join('\n');
    for (const n of [0, 1, 2_500, 4_999]) assert.ok(said.includes(`Entry ${n}\n`));
  });

  it('that are known stay as they are, with the parts that they have', async () => {
    const note = aMemory({ text: long('The wombat is fed at three.') }, { kind: 'note' });
    await recall.database.createMemories([note]);
    const before = await parts(note.id);
    const content = { ...note.content, text: long('Otherwise') };
    await recall.database.createMemories([{ ...note, content }]);
    assert.deepEqual(await parts(note.id), before);
  });

  it('get new parts where they say something else, and lose them where they become short', async () => {
    const note = aMemory({ text: long('The wombat is fed at three.') }, { kind: 'document' });
    await recall.database.createMemories([note]);
    const change = (text: string) =>
      recall.database.updateMemory(note.id, { updatedAt: note.updatedAt + 1, content: { text } });
    await change(long('The otter is fed at four.'));
    assert.match(await snippet('otter'), /The otter is fed at four\./);
    assert.equal(
      (await parts(note.id)).some((part) => part.includes('wombat')),
      false,
    );
    await change('Short by now');
    assert.deepEqual(await parts(note.id), []);
  });
});
