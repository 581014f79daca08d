import assert from 'node:assert/strict';
import type { ZoeyError } from '../../runtime/kernel/errors.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { testRuntime } from '../support/testRuntime.ts';

describe('a memory that is changed', () => {
  it('says the new words under its id, and is found by them alone', async () => {
    const { call, runtime } = await testRuntime();
    const { id } = await call('memory.add', { text: 'Deploys go out on Tuesdays', kind: 'fact' });
    const changed = await call('memory.update', { id, text: 'Releases leave on Fridays' });
    assert.deepEqual([changed.id, changed.kind, changed.text], [id, 'fact', 'Releases leave on Fridays']);
    assert.deepEqual((await call('memory.search', { query: 'Deploys Tuesdays' })).items, []);
    const { items } = await call('memory.search', { query: 'Fridays' });
    assert.deepEqual(
      items.map((item) => item.id),
      [id],
    );
    await runtime.close();
  });

  it('is cut anew where it is long', async () => {
    const { call, runtime } = await testRuntime();
    const long = (word: string) => Array.from({ length: 200 }, (_, i) => `${word} ${i}.`).join('\n\n');
    const { id } = await call('memory.add', { text: long('Wombat'), kind: 'document' });
    await call('memory.update', { id, text: long('Quokka') });
    assert.deepEqual((await call('memory.search', { query: 'Wombat' })).items, []);
    assert.equal((await call('memory.search', { query: 'Quokka' })).items[0]?.id, id);
    await runtime.close();
  });

  it('keeps no secret', async () => {
    const { call, runtime } = await testRuntime();
    const { id } = await call('memory.add', { text: 'The key is in the safe' });
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const { text } = await call('memory.update', { id, text: `The key is ${secret}` });
    assert.doesNotMatch(text, new RegExp(secret));
    await runtime.close();
  });

  it('validation: refuses empty words, what is gone, and what was said in a conversation', async () => {
    const { call, runtime } = await testRuntime();
    const { message } = await call('chat.send', { text: 'A message' });
    const { id } = await call('memory.add', { text: 'Kept' });
    const refused = (code: string) => (error: ZoeyError) => error.code === code;
    await assert.rejects(call('memory.update', { id, text: ' \n' }), refused('invalid_input'));
    for (const unknown of [uuidv7(), message.id])
      await assert.rejects(call('memory.update', { id: unknown, text: 'New' }), refused('not_found'));
    await runtime.close();
  });
});

describe('a memory that is told again', () => {
  it('has the age, the conversation and the model that it had', async () => {
    const { call, runtime } = await testRuntime();
    const { roomId } = await call('chat.send', { text: 'A message' });
    const known = {
      id: uuidv7(),
      text: 'Known of old',
      createdAt: 1_700_000_000_000,
      model: 'qwen3:4b',
      roomId,
    };
    await call('memory.add', known);
    const { id, text, createdAt, model, roomId: room } = (await call('memory.list', {})).items[0] ?? {};
    assert.deepEqual({ id, text, createdAt, model, roomId: room }, known);
    await runtime.close();
  });

  it('outlives a conversation that is gone', async () => {
    const { call, runtime } = await testRuntime();
    await call('memory.add', { text: 'Known of old', roomId: uuidv7() });
    const { items } = await call('memory.list', {});
    assert.deepEqual(
      items.map(({ text, roomId }) => [text, roomId]),
      [['Known of old', undefined]],
    );
    await runtime.close();
  });
});

describe('the list of memories', () => {
  it('is of the kinds that are named', async () => {
    const { call, runtime } = await testRuntime();
    for (const kind of ['note', 'fact', 'document'] as const)
      await call('memory.add', { text: `A ${kind}`, kind });
    const texts = async (kinds: ('note' | 'fact' | 'document')[]) =>
      (await call('memory.list', { kinds })).items.map(({ text }) => text).sort();
    assert.deepEqual(await texts(['fact']), ['A fact']);
    assert.deepEqual(await texts(['note', 'document']), ['A document', 'A note']);
    await runtime.close();
  });
});

describe('who watches the memory', () => {
  it('is told at once, and of what is added, changed, forgotten and told in the chat', async () => {
    const { call, runtime } = await testRuntime();
    const { id } = await call('memory.add', { text: 'Deploys go out on Tuesdays' });
    let told = () => {};
    const next = () =>
      new Promise<void>((resolve) => {
        told = resolve;
      });
    const stop = new AbortController();
    const first = next();
    const watching = call('memory.watch', {}, { signal: stop.signal, onChunk: () => told() });
    await first;
    for (const change of [
      () => call('memory.add', { text: 'The linter is Biome' }),
      () => call('memory.update', { id, text: 'Deploys go out on Fridays' }),
      () => call('memory.forget', { id }),
      () => call('chat.send', { text: 'Remember that the office closes at six' }),
    ]) {
      const heard = next();
      await change();
      await heard;
    }
    stop.abort();
    assert.deepEqual(await watching, { done: true });
    await runtime.close();
  });

  it('is told of many changes as of few', async () => {
    const { call, runtime } = await testRuntime();
    const stop = new AbortController();
    let times = 0;
    const watching = call('memory.watch', {}, { signal: stop.signal, onChunk: () => times++ });
    for (let i = 0; i < 50; i++) await call('memory.add', { text: `Memory ${i}` });
    stop.abort();
    await watching;
    assert.ok(times >= 1 && times < 25, `${times}`);
    await runtime.close();
  });
});
