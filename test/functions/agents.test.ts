import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startReplay } from '../support/ollama/replay.ts';
import { temporaryFolder, testRuntime } from '../support/testRuntime.ts';

const ID = '0190a000-0000-7000-8000-000000000001';

describe('who answers', () => {
  it('is Zoey, in the store too', async () => {
    const { call, runtime } = await testRuntime();
    const zoey = await call('agents.get', {});
    assert.deepEqual([zoey.id, zoey.name, zoey.origin], [ID, 'Zoey', 'zoey']);
    assert.deepEqual(await call('agents.get', { id: ID }), zoey);
    assert.deepEqual((await call('agents.list', {})).items, [zoey]);
    await assert.rejects(call('agents.get', { id: ID.replace('7000', '7001') }), { code: 'not_found' });
    await runtime.close();
  });

  it('can be changed, is told so to the model at once, and stays so after a restart', async () => {
    const { folder, remove } = await temporaryFolder();
    const replay = await startReplay({ routes: { 'POST /api/chat': 'chat-stream' } });
    const options = { storageDir: folder, ollamaUrl: replay.url };
    let { call, runtime } = await testRuntime(options);
    const key = `ghp_${'a1B2'.repeat(9)}`;
    const changed = await call('agents.update', { name: 'Ada', bio: `Patient. ${key}` });
    assert.deepEqual([changed.name, changed.origin], ['Ada', 'changed']);
    assert.match(String(changed.bio), /^Patient\. \[redacted/);
    await call('agents.update', { style: { chat: ['Rhyme.'] } });
    await call('chat.send', { text: 'Hello' });
    const asked = replay.requests.find((request) => request.path === '/api/chat')?.body as {
      messages: { content: string }[];
    };
    assert.match(asked.messages[0]?.content ?? '', /^You are Ada\.\nPatient\.[\s\S]*- Rhyme\./);
    await runtime.close();

    ({ call, runtime } = await testRuntime(options));
    assert.equal((await call('agents.get', {})).name, 'Ada');
    const back = await call('agents.update', { reset: true });
    assert.deepEqual(
      [back.name, back.origin, back.style?.chat],
      ['Zoey', 'zoey', ['Answer first, explain after.']],
    );
    await runtime.close();
    await replay.stop();
    await remove();
  });

  it('is a file that the person chose, which is changed in the file alone', async () => {
    const { folder, remove } = await temporaryFolder();
    const character = path.join(folder, 'ada.zoey-character.json');
    await writeFile(character, '\uFEFF{"name":"Ada","bio":"A tester.","mood":"odd"}');
    const { call, runtime } = await testRuntime({ character });
    const ada = await call('agents.get', {});
    assert.deepEqual([ada.name, ada.bio, ada.origin, ada.file], ['Ada', 'A tester.', 'file', character]);
    await assert.rejects(call('agents.update', { name: 'Eve' }), { code: 'conflict' });
    assert.deepEqual((await call('status', {})).notices, []);
    await runtime.close();
    await remove();
  });

  for (const [what, text, said] of [
    ['is not there', undefined, "it can't be read"],
    ['is no JSON', '{"name":', 'it is no JSON'],
    ['has no name', '{"bio":"x"}', 'expected string, received undefined'],
    ['is too large', `"${'x'.repeat(1_000_000)}"`, 'it has more than 1000000 bytes'],
  ] as const) {
    it(`is Zoey where that file ${what}, and it is said`, async () => {
      const { folder, remove } = await temporaryFolder();
      const character = path.join(folder, 'c.json');
      if (text !== undefined) await writeFile(character, text);
      const { call, runtime } = await testRuntime({ character });
      assert.equal((await call('agents.get', {})).origin, 'zoey');
      const [notice, ...more] = (await call('status', {})).notices;
      assert.equal(more.length, 0);
      assert.ok(
        notice?.startsWith(`The character ${character} is not used: `) && notice.includes(said),
        notice,
      );
      await runtime.close();
      await remove();
    });
  }
});
