import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NOWHERE, temporaryFolder, testRuntime } from '../support/testRuntime.ts';

/** A plugin whose task writes down in whose name it works. */
const PLUGIN = `
const { writeFileSync } = require('node:fs');
module.exports = {
  name: 'remind', description: 'Does tasks.',
  async init(_config, runtime) {
    runtime.registerTaskWorker({ name: 'REMIND', async execute({ run }, options) {
      if (options.fail) throw new RangeError('no');
      writeFileSync(options.file, JSON.stringify({ caller: run.caller, options }));
    } });
  },
};`;

async function withPlugin() {
  const { folder, remove } = await temporaryFolder();
  await writeFile(path.join(folder, 'remind.cjs'), PLUGIN);
  const test = await testRuntime({ plugins: { folder, trusted: true }, settings: { model: 'mine' } });
  const file = path.join(folder, 'said.json');
  const close = async () => {
    await test.runtime.close();
    await remove();
  };
  return { ...test, file, close, said: async () => JSON.parse(await readFile(file, 'utf8')) };
}

describe('tasks', () => {
  it('carry no more than a list can give out', async () => {
    const { call, runtime } = await testRuntime();
    const metadata = { text: 'x'.repeat(30_000) };
    await assert.rejects(call('tasks.create', { name: 'REMIND', metadata }), { code: 'invalid_input' });
    assert.deepEqual((await call('tasks.list', {})).items, []);
    await runtime.close();
  });

  it('are made once, listed by what they are for, told about, and taken out', async () => {
    const { call, runtime } = await testRuntime();
    const room = await call('rooms.create', {});
    const dueAt = Date.now() + 3_600_000;
    const task = await call('tasks.create', { name: 'REMIND', roomId: room.id, tags: ['a'], dueAt });
    assert.deepEqual([task.name, task.roomId, task.dueAt, task.attempts], ['REMIND', room.id, dueAt, 0]);
    await call('tasks.create', { id: task.id, name: 'REMIND' });
    const other = await call('tasks.create', { name: 'OTHER', description: `ghp_${'a1B2'.repeat(9)}` });
    assert.match(other.description, /^\[redacted/);
    assert.deepEqual(
      (await call('tasks.list', {})).items.map(({ id }) => id),
      [task.id, other.id],
    );
    for (const which of [{ name: 'REMIND' }, { roomId: room.id }, { tags: ['a'] }]) {
      assert.deepEqual((await call('tasks.list', which)).items, [task]);
    }
    assert.deepEqual(await call('tasks.get', { id: task.id }), task);
    assert.deepEqual(await call('tasks.cancel', { id: task.id }), { done: true });
    assert.deepEqual(await call('tasks.cancel', { id: task.id }), { done: false });
    await assert.rejects(call('tasks.get', { id: task.id }), { code: 'not_found' });
    await runtime.close();
  });

  it('are done now where that is asked, in the name of who asks', async () => {
    const { call, file, said, close } = await withPlugin();
    const { id } = await call('tasks.create', { name: 'REMIND', metadata: { file, what: 'it' } });
    assert.deepEqual(await call('tasks.run', { id }, { workspace: '/project' }), { completed: true });
    const { caller, options } = await said();
    assert.deepEqual([caller.host, caller.workspace, caller.trusted], ['agent', '/project', true]);
    assert.deepEqual([caller.settings.ollamaUrl, caller.settings.model], [NOWHERE, 'mine']);
    assert.equal(options.what, 'it');
    await assert.rejects(call('tasks.get', { id }), { code: 'not_found' });
    await close();
  });

  it('that repeat are due again, and those that fail say why', async () => {
    const { call, file, close } = await withPlugin();
    const often = await call('tasks.create', { name: 'REMIND', metadata: { file }, everyMs: 60_000 });
    assert.equal((await call('tasks.run', { id: often.id })).completed, true);
    assert.ok(((await call('tasks.get', { id: often.id })).dueAt ?? 0) > Date.now());
    const bad = await call('tasks.create', { name: 'REMIND', metadata: { fail: true } });
    const failed = await call('tasks.run', { id: bad.id });
    assert.deepEqual([failed.completed, failed.error?.code], [false, 'internal']);
    await close();
  });

  it('that nobody does are not begun', async () => {
    const { call, runtime } = await testRuntime();
    const { id } = await call('tasks.create', { name: 'FLY' });
    await assert.rejects(call('tasks.run', { id }), { code: 'conflict' });
    assert.equal((await call('tasks.get', { id })).dueAt, undefined);
    await runtime.close();
  });
});
