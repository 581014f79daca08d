import assert from 'node:assert/strict';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { Settings } from '../../runtime/types/host.ts';
import { anAgent, aProvider, heldClock } from '../support/agent.ts';
import { aMemory } from '../support/samples.ts';

/** An agent with one provider that counts how often it is asked. */
async function counting() {
  const { clock, advance } = heldClock();
  const { agent } = await anAgent({ clock });
  const asked = { A: 0, B: 0 };
  for (const name of ['A', 'B'] as const) {
    agent.registerProvider(
      aProvider({
        name,
        async get(_runtime, message) {
          asked[name] += 1;
          const text = `${name} for ${message.roomId}`;
          return { text, values: { [name]: asked[name] }, data: { from: name } };
        },
      }),
    );
  }
  return { agent, asked, advance };
}

const inRoom = (roomId = uuidv7()) => aMemory({ text: 'Hello' }, { roomId });

describe('state', () => {
  it('is made of texts, values, data and pieces of the providers', async () => {
    const { agent } = await counting();
    const message = inRoom();
    const state = await agent.composeState(message);
    assert.equal(state.text, `A for ${message.roomId}\n\nB for ${message.roomId}`);
    assert.deepEqual(state.values, { A: 1, B: 1, providers: state.text });
    assert.deepEqual(state.data.providers, { A: { from: 'A' }, B: { from: 'B' } });
  });

  it('is remembered for the same room, message and providers', async () => {
    const { agent, asked } = await counting();
    const message = inRoom();
    assert.deepEqual(await agent.composeState(message), await agent.composeState(message));
    assert.deepEqual(asked, { A: 1, B: 1 });
  });

  it('of one room is never given to another, not even for one message id', async () => {
    const { agent } = await counting();
    const message = inRoom();
    await agent.composeState(message);
    const elsewhere = { ...message, roomId: uuidv7() };
    assert.ok((await agent.composeState(elsewhere)).text.includes(elsewhere.roomId));
  });

  it('of one message is not given to another, nor to the same one changed', async () => {
    const { agent, asked } = await counting();
    const message = inRoom();
    await agent.composeState(message);
    await agent.composeState({ ...message, id: uuidv7() });
    await agent.composeState({ ...message, updatedAt: message.updatedAt + 1 });
    assert.equal(asked.A, 3);
  });

  it('of a trusted caller is not given to an untrusted one', async () => {
    const { agent, asked } = await counting();
    const message = inRoom();
    for (const trusted of [true, false]) {
      const caller = { host: 'test' as const, workspace: '/w', trusted, settings: Settings.parse({}) };
      await agent.withRun(message, { caller }, (bound) => bound.composeState(message));
    }
    assert.equal(asked.A, 2);
  });

  it('of some providers holds those only, though all were asked before', async () => {
    const { agent } = await counting();
    const message = inRoom();
    await agent.composeState(message);
    const state = await agent.composeState(message, ['B'], true);
    assert.deepEqual(Object.keys(state.values), ['B', 'providers']);
    assert.deepEqual(Object.keys(state.data.providers ?? {}), ['B']);
    assert.ok(!state.text.includes('A for'));
  });

  it('is composed anew when the cache is to be skipped', async () => {
    const { agent, asked } = await counting();
    const message = inRoom();
    await agent.composeState(message);
    const state = await agent.composeState(message, null, false, true);
    assert.equal(asked.A, 2);
    assert.equal(state.values.A, 2);
  });

  it('is forgotten after a minute', async () => {
    const { agent, asked, advance } = await counting();
    const message = inRoom();
    await agent.composeState(message);
    advance(59_999);
    await agent.composeState(message);
    assert.equal(asked.A, 1);
    advance(2);
    await agent.composeState(message);
    assert.equal(asked.A, 2);
  });

  it('is kept for two hundred messages at most, the one not used for longest going first', async () => {
    const { agent, asked } = await counting();
    const messages = Array.from({ length: 201 }, () => inRoom());
    for (const message of messages) await agent.composeState(message);
    const [first, second] = messages;
    assert.ok(first && second);
    await agent.composeState(second);
    assert.equal(asked.A, 201);
    await agent.composeState(first);
    assert.equal(asked.A, 202);
  });

  it('too large to be kept is composed each time', async () => {
    const { agent } = await anAgent();
    let asked = 0;
    agent.registerProvider(
      aProvider({
        name: 'HUGE',
        async get() {
          asked += 1;
          return { text: 'x'.repeat(4_000_001) };
        },
      }),
    );
    const message = inRoom();
    await agent.composeState(message);
    await agent.composeState(message);
    assert.equal(asked, 2);
  });

  it('that lacks a provider is not remembered: the next one may have it', async () => {
    const { agent } = await anAgent();
    let asked = 0;
    agent.registerProvider(
      aProvider({
        name: 'FLAKY',
        async get() {
          asked += 1;
          if (asked === 1) throw new Error('not yet');
          return { text: 'there' };
        },
      }),
    );
    const message = inRoom();
    assert.equal((await agent.composeState(message)).failures.length, 1);
    const state = await agent.composeState(message);
    assert.deepEqual([state.text, state.failures], ['there', []]);
  });

  it('can be changed by whoever got it without changing what the next one gets', async () => {
    const { agent } = await counting();
    const message = inRoom();
    const mine = await agent.composeState(message);
    mine.values.A = 'changed';
    mine.data.mine = true;
    Object.assign(mine.data.providers ?? {}, { A: 'changed' });
    const next = await agent.composeState(message);
    assert.equal(next.values.A, 1);
    assert.deepEqual(next.data, { providers: { A: { from: 'A' }, B: { from: 'B' } } });
  });
});
