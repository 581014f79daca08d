import assert from 'node:assert/strict';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { temporaryFolder, testRuntime } from '../support/testRuntime.ts';

describe('memory', () => {
  it('is added, listed and found by words, also after a restart', async () => {
    const { folder, remove } = await temporaryFolder();
    const first = await testRuntime({ storageDir: folder });
    const { id } = await first.call('memory.add', { text: 'Deploys go out on Tuesdays', kind: 'fact' });
    await first.call('memory.add', { text: 'The linter is Biome' });
    await first.runtime.close();

    const second = await testRuntime({ storageDir: folder });
    const { items } = await second.call('memory.search', { query: 'when do deploys happen' });
    assert.deepEqual(
      items.map(({ id, text, kind, source }) => ({ id, text, kind, source })),
      [{ id, text: 'Deploys go out on Tuesdays', kind: 'fact', source: 'user' }],
    );
    assert.ok((items[0]?.score ?? 0) > 0);
    assert.equal((await second.call('memory.list', {})).items.length, 2);
    await second.runtime.close();
    await remove();
  });

  it('keeps one memory under one id, and no message of a conversation among them', async () => {
    const { call, runtime } = await testRuntime();
    const id = uuidv7();
    await call('memory.add', { id, text: 'First' });
    await call('memory.add', { id, text: 'Again' });
    await call('chat.send', { text: 'A message' });
    const { items } = await call('memory.list', {});
    assert.deepEqual(
      items.map(({ text }) => text),
      ['First'],
    );
    await runtime.close();
  });

  it('reaches the answer, and is named by it', async () => {
    const { call, runtime } = await testRuntime();
    const { id } = await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    const { message } = await call('chat.send', { text: 'When do deploys go out?' });
    assert.equal(message.references?.[0]?.memoryId, id);
    assert.match(message.text, /Deploys go out on Tuesdays/);
    await runtime.close();
  });

  it('lists long texts in pages that end early, none left out', async () => {
    const { call, runtime } = await testRuntime();
    for (let n = 0; n < 25; n++) await call('memory.add', { text: `${n} ${'x'.repeat(60_000)}` });
    const first = await call('memory.list', { limit: 200 });
    assert.equal(first.items.length, 20);
    const rest = await call('memory.list', { limit: 200, cursor: first.next });
    assert.equal(rest.items.length, 5);
    assert.equal(rest.next, undefined);
    assert.equal(new Set([...first.items, ...rest.items].map(({ id }) => id)).size, 25);
    await runtime.close();
  });

  describe('where it is long', () => {
    const filler = (from: number) =>
      Array.from({ length: 40 }, (_, i) => `Entry ${from + i} tells of hay, straw and water.`).join('\n\n');
    const text = `# Zoo\n\n${filler(0)}\n\n## Night\n\nThe wombat is fed at three.\n\n${filler(100)}\n`;

    async function remembering() {
      const zoey = await testRuntime({ embedder: fakeEmbedder() });
      const { id } = await zoey.call('memory.add', { text, kind: 'document' });
      await zoey.call('recall.drain', {});
      return { ...zoey, id };
    }

    it('is embedded in all its parts, and given whole with the part that fits, once', async () => {
      const { call, runtime, id } = await remembering();
      const { embedded } = await call('recall.status', {});
      assert.ok(embedded > 3, `${embedded}`);
      await call('memory.add', { text: 'Hay is bought on Mondays' });
      const { items } = await call('memory.search', { query: 'When is the wombat fed?' });
      assert.deepEqual([items[0]?.id, items[0]?.kind, items[0]?.text], [id, 'document', text]);
      assert.match(items[0]?.snippet ?? '', /The wombat is fed at three\./);
      assert.ok((items[0]?.snippet ?? '').length < 1_300);
      assert.equal(new Set(items.map((item) => item.id)).size, items.length);
      const documents = await call('memory.search', { query: 'hay', kinds: ['document'] });
      assert.deepEqual(
        documents.items.map((item) => item.id),
        [id],
      );
      assert.equal((await call('memory.list', {})).items.length, 2);
      await runtime.close();
    });

    it('does not take the places of others by its parts', async () => {
      const { call, runtime, id } = await remembering();
      const much = Array.from({ length: 600 }, (_, i) => `${filler(i * 100)}`)
        .join('\n\n')
        .slice(0, 190_000);
      await call('memory.add', { text: much, kind: 'document' });
      await call('memory.add', { text: 'Someone else looks after the hay, and has for years, they say' });
      const { items } = await call('memory.search', { query: 'hay straw water', limit: 3 });
      assert.equal(items.length, 3);
      assert.ok(items.some((item) => item.id === id));
      await runtime.close();
    });

    it('is stored once, and forgotten with all its parts', async () => {
      const { call, runtime, id } = await remembering();
      const { embedded } = await call('recall.status', {});
      await call('memory.add', { id, text: `${text}\n\n${filler(500)}`, kind: 'document' });
      await call('recall.drain', {});
      assert.equal((await call('recall.status', {})).embedded, embedded);
      await call('memory.forget', { id });
      assert.deepEqual((await call('memory.search', { query: 'wombat' })).items, []);
      const parts = await call('memory.search', { query: 'wombat', kinds: ['fragment'] });
      assert.deepEqual(parts.items, []);
      assert.equal((await call('recall.status', {})).embedded, 0);
      await runtime.close();
    });
  });

  it('never holds a secret', async () => {
    const { call, runtime } = await testRuntime();
    await call('memory.add', { text: `The token is ghp_${'a1B2'.repeat(9)}` });
    assert.match((await call('memory.list', {})).items[0]?.text ?? '', /\[redacted/);
    await runtime.close();
  });

  it('is remembered from a conversation, and forgotten in one, without a model', async () => {
    const { call, runtime } = await testRuntime();
    const { roomId, message } = await call('chat.send', { text: 'remember that deploys go out on Tuesdays' });
    assert.equal(message.text, 'Remembered: deploys go out on Tuesdays');
    const asked = await call('chat.send', { roomId, text: 'forget that deploys go out on Tuesdays' });
    assert.match(asked.message.text, /^This would be forgotten:/);
    assert.equal((await call('memory.list', {})).items.length, 1);
    await call('chat.send', { roomId, text: 'yes' });
    assert.deepEqual((await call('memory.list', {})).items, []);
    await runtime.close();
  });

  it('is forgotten by id, words, kind, time and room, and the receipt says what', async () => {
    const { call, runtime } = await testRuntime();
    const add = async (text: string, kind?: 'fact') => (await call('memory.add', { text, kind })).id;
    const [a, b, c, d] = [
      await add('One'),
      await add('Two words here'),
      await add('Three', 'fact'),
      await add('Four'),
    ];
    assert.deepEqual(await call('memory.forget', { id: a }), { forgotten: 1, ids: [a] });
    assert.deepEqual(await call('memory.forget', { id: a }), { forgotten: 0, ids: [] });
    assert.deepEqual(await call('memory.forget', { query: 'WORDS two' }), { forgotten: 1, ids: [b] });
    assert.deepEqual(await call('memory.forget', { kind: 'fact' }), { forgotten: 1, ids: [c] });
    assert.equal((await call('memory.forget', { before: 1 })).forgotten, 0);
    assert.deepEqual(await call('memory.forget', { ids: [d], before: Date.now() + 1_000 }), {
      forgotten: 1,
      ids: [d],
    });
    const { roomId } = await call('chat.send', { text: 'A message' });
    assert.equal((await call('memory.forget', { query: 'message' })).forgotten, 0);
    assert.equal((await call('memory.forget', { roomId })).forgotten, 2);
    assert.deepEqual((await call('rooms.messages', { roomId })).items, []);
    await assert.rejects(call('memory.forget', {}), { code: 'invalid_input' });
    await runtime.close();
  });
});
