import assert from 'node:assert/strict';
import { testRuntime } from '../support/testRuntime.ts';

describe('actions', () => {
  it('are listed with what they take', async () => {
    const { call, runtime } = await testRuntime();
    const { items } = await call('actions.list', {});
    assert.deepEqual(
      items.map(({ name }) => name),
      [
        'REPLY',
        'IGNORE',
        'NONE',
        'SEND_MESSAGE',
        'FOLLOW_ROOM',
        'UNFOLLOW_ROOM',
        'REMEMBER',
        'RECALL',
        'FORGET',
        'EXPLAIN_CODE',
        'FIX_CODE',
        'EDIT_CODE',
        'REFACTOR_CODE',
        'WRITE_TESTS',
        'DOCUMENT_CODE',
        'REVIEW_CHANGES',
        'WRITE_COMMIT_MESSAGE',
        'FIND_CODE',
        'SUMMARISE_CODE',
        'EXPLAIN_TRACE',
      ],
    );
    const remember = items.find(({ name }) => name === 'REMEMBER');
    assert.deepEqual(remember?.parameters?.required, ['text']);
    assert.equal(items.find(({ name }) => name === 'SEND_MESSAGE')?.writes, true);
    await runtime.close();
  });

  it('run by name or simile, and say what they did', async () => {
    const { call, runtime } = await testRuntime();
    const outcome = await call('actions.run', { name: 'take_note', parameters: { text: 'Port 5433' } });
    assert.deepEqual(outcome, { action: 'REMEMBER', status: 'completed', text: 'Remembered: Port 5433' });
    assert.equal((await call('memory.list', {})).items[0]?.text, 'Port 5433');
    await runtime.close();
  });

  it('are only shown where they remove something, until that is confirmed', async () => {
    const { call, runtime } = await testRuntime();
    await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    const forget = { name: 'FORGET', parameters: { query: 'deploys' } };
    const shown = await call('actions.run', forget);
    assert.equal(shown.status, 'refused');
    assert.match(shown.preview ?? '', /Deploys go out on Tuesdays/);
    assert.equal((await call('memory.list', {})).items.length, 1);
    assert.equal((await call('actions.run', { ...forget, confirm: true })).status, 'completed');
    assert.equal((await call('memory.list', {})).items.length, 0);
    await runtime.close();
  });

  it('tell what is wrong with a call', async () => {
    const { call, runtime } = await testRuntime();
    assert.equal((await call('actions.run', { name: 'FLY' })).error?.code, 'not_found');
    assert.equal((await call('actions.run', { name: 'REMEMBER' })).error?.code, 'invalid_input');
    await assert.rejects(
      call('actions.run', { name: 'NONE', roomId: '0192f0c1-2d3e-7abc-8def-0123456789ab' }),
      {
        code: 'not_found',
      },
    );
    await runtime.close();
  });

  it('carry a message into another conversation, once that is confirmed', async () => {
    const { call, runtime } = await testRuntime();
    const here = await call('rooms.create', { title: 'Here' });
    const there = await call('rooms.create', { title: 'There' });
    const send = { name: 'SEND_MESSAGE', roomId: here.id, parameters: { room: 'there', text: 'Hello' } };
    assert.match((await call('actions.run', send)).preview ?? '', /"there":\n\nHello/);
    assert.deepEqual((await call('rooms.messages', { roomId: there.id })).items, []);
    assert.equal((await call('actions.run', { ...send, confirm: true })).text, 'The message is in "There".');
    const { items } = await call('rooms.messages', { roomId: there.id });
    assert.deepEqual(
      items.map(({ role, text }) => [role, text]),
      [['assistant', 'Hello']],
    );
    await runtime.close();
  });
});
