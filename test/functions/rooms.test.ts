import assert from 'node:assert/strict';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { temporaryFolder, testRuntime } from '../support/testRuntime.ts';

describe('rooms', () => {
  it('are listed pinned first, then the latest, in pages', async () => {
    const { call, runtime } = await testRuntime();
    const ids: string[] = [];
    for (const title of ['One', 'Two', 'Three']) ids.push((await call('rooms.create', { title })).id);
    await call('rooms.rename', { id: ids[0] ?? '', pinned: true });
    const first = await call('rooms.list', { limit: 2 });
    assert.deepEqual(
      first.items.map(({ title }) => title),
      ['One', 'Three'],
    );
    assert.ok(first.next);
    const rest = await call('rooms.list', { limit: 2, cursor: first.next });
    assert.deepEqual(
      rest.items.map(({ title }) => title),
      ['Two'],
    );
    assert.equal(rest.next, undefined);
    await runtime.close();
  });

  it('keep no secret in their title', async () => {
    const { call, runtime } = await testRuntime();
    const title = `ghp_${'a1B2'.repeat(9)}`;
    const { id } = await call('rooms.create', { title });
    assert.match((await call('rooms.rename', { id, title })).title, /^\[redacted/);
    const other = await call('rooms.create', { title });
    assert.match(other.title, /^\[redacted/);
    await runtime.close();
  });

  it('are found by all the words of a search, in title or messages', async () => {
    const { call, runtime } = await testRuntime();
    await call('chat.send', { text: 'Why does the Retry loop hang?' });
    await call('chat.send', { text: 'Explain this regex' });
    const { items } = await call('rooms.list', { query: 'loop retry' });
    assert.deepEqual(
      items.map(({ title }) => title),
      ['Why does the Retry loop hang?'],
    );
    assert.deepEqual((await call('rooms.list', { query: 'loop regex' })).items, []);
    await runtime.close();
  });

  it('are made once under one id, and keep their title', async () => {
    const { call, runtime } = await testRuntime();
    const id = uuidv7();
    await call('rooms.create', { id, title: 'Mine' });
    assert.equal((await call('rooms.create', { id, title: 'Other' })).title, 'Mine');
    assert.equal((await call('rooms.rename', { id, title: ' Renamed ' })).title, 'Renamed');
    await assert.rejects(call('rooms.rename', { id: uuidv7(), title: 'x' }), { code: 'not_found' });
    await assert.rejects(call('rooms.rename', { id, title: '  ' }), { code: 'invalid_input' });
    await runtime.close();
  });

  it('can be deleted, and brought back while nobody purged them', async () => {
    const { call, runtime } = await testRuntime();
    const { roomId } = await call('chat.send', { text: 'Hello' });
    assert.deepEqual(await call('rooms.delete', { id: roomId }), { done: true });
    assert.deepEqual((await call('rooms.list', {})).items, []);
    await assert.rejects(call('rooms.messages', { roomId }), { code: 'not_found' });
    assert.deepEqual(await call('rooms.restore', { id: roomId }), { done: true });
    assert.equal((await call('rooms.messages', { roomId })).items.length, 2);
    assert.deepEqual(await call('rooms.delete', { id: uuidv7() }), { done: false });
    await runtime.close();
  });

  it('of one workspace are not in another', async () => {
    const [here, there] = [await temporaryFolder(), await temporaryFolder()];
    const a = await testRuntime({ storageDir: here.folder });
    const b = await testRuntime({ storageDir: there.folder });
    const { roomId } = await a.call('chat.send', { text: 'Only here' });
    await a.call('memory.add', { text: 'Only here' });
    assert.deepEqual((await b.call('rooms.list', {})).items, []);
    assert.deepEqual((await b.call('memory.search', { query: 'only here' })).items, []);
    await assert.rejects(b.call('rooms.messages', { roomId }), { code: 'not_found' });
    await Promise.all([a.runtime.close(), b.runtime.close()]);
    await Promise.all([here.remove(), there.remove()]);
  });
});
