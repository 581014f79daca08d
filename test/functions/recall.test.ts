import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddingProgress } from '../../runtime/types/recall.ts';
import { fakeEmbedder } from '../support/fakeEmbedder.ts';
import { temporaryFolder, testRuntime } from '../support/testRuntime.ts';

describe('recall', () => {
  it('follows what waits until nothing does', async () => {
    const { call, runtime } = await testRuntime({ embedder: fakeEmbedder() });
    await call('recall.pause', {});
    await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    await call('memory.add', { text: 'The linter is Biome' });
    assert.deepEqual(await call('recall.drain', {}), {
      state: 'paused',
      waiting: 2,
      failed: 0,
      embedded: 0,
      model: 'fake/bag-of-words',
    });
    await call('recall.resume', {});
    const told: EmbeddingProgress[] = [];
    const end = await call('recall.drain', {}, { onChunk: (chunk) => told.push(chunk) });
    assert.deepEqual([end.state, end.waiting, end.embedded], ['idle', 0, 2]);
    assert.ok(told.every(({ waiting }) => waiting > 0));
    assert.deepEqual((await call('status', {})).recall.embedded, 2);
    await runtime.close();
  });

  it('stays paused over a restart, and says so', async () => {
    const { folder, remove } = await temporaryFolder();
    const first = await testRuntime({ storageDir: folder, embedder: fakeEmbedder() });
    await first.call('recall.pause', {});
    await first.call('memory.add', { text: 'Deploys go out on Tuesdays' });
    await first.runtime.close();
    const second = await testRuntime({ storageDir: folder, embedder: fakeEmbedder() });
    assert.equal((await second.call('recall.status', {})).state, 'paused');
    assert.equal((await second.call('recall.resume', {})).waiting, 1);
    assert.equal((await second.call('recall.drain', {})).embedded, 1);
    await second.runtime.close();
    await remove();
  });

  it('says that there is no model, and searches by words', async () => {
    const { call, runtime } = await testRuntime();
    const { id } = await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    assert.equal((await call('recall.drain', {})).state, 'no_model');
    const { items } = await call('memory.search', { query: 'deploys' });
    assert.deepEqual(
      items.map((item) => item.id),
      [id],
    );
    assert.ok((items[0]?.why?.words ?? 0) > 0);
    await runtime.close();
  });

  it('finds in memory and in the workspace, where that is trusted', async () => {
    const { folder, remove } = await temporaryFolder();
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, 'src', 'deploy.ts'), 'export function deployOnTuesday() {}\n');
    const { call, runtime } = await testRuntime();
    await call('memory.add', { text: 'Deploys go out on Tuesday' });
    const query = { query: 'deploy tuesday' };
    const { items } = await call('recall.search', query, { workspace: folder });
    assert.deepEqual(
      items.map((item) => (item.source === 'memory' ? item.memory.text : item.path)),
      ['Deploys go out on Tuesday', 'src/deploy.ts'],
    );
    assert.equal(
      (await call('recall.search', { ...query, limit: 1 }, { workspace: folder })).items.length,
      1,
    );
    assert.equal((await call('recall.search', query)).items.length, 1);
    await runtime.close();
    await remove();
  });

  it('narrows a search of memories down', async () => {
    const { call, runtime } = await testRuntime();
    const { roomId } = await call('chat.send', { text: 'Do we drink tea?' });
    await call('memory.add', { text: 'Tea is at four', kind: 'fact' });
    const found = async (more: object) =>
      (await call('memory.search', { query: 'tea', ...more })).items.map(({ text }) => text);
    assert.deepEqual(await found({}), ['Tea is at four']);
    assert.ok((await found({ kinds: ['message'], roomId })).includes('Do we drink tea?'));
    assert.deepEqual(await found({ before: 1 }), []);
    assert.deepEqual(await found({ from: 1 }), ['Tea is at four']);
    await runtime.close();
  });

  it('tells the history of a memory, and that one is gone', async () => {
    const { call, runtime } = await testRuntime();
    const { id } = await call('memory.add', { text: 'Tea is at four' });
    assert.deepEqual(
      (await call('memory.history', { id })).items.map((item) => item.id),
      [id],
    );
    await call('memory.forget', { id });
    await assert.rejects(call('memory.history', { id }), { code: 'not_found' });
    await runtime.close();
  });
});
