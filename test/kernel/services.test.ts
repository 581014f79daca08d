import assert from 'node:assert/strict';
import { ZoeyError } from '../../runtime/kernel/errors.ts';
import { Services } from '../../runtime/kernel/services.ts';
import type { ServiceClass } from '../../runtime/types/runtime.ts';
import type { IService } from '../../runtime/types/service.ts';
import { anAgent, gate, keptLog } from '../support/agent.ts';

interface Clockwork extends IService {
  tick(): string;
}

function clockwork(
  serviceType: string,
  said: string[] = [],
  start: () => Promise<void> = async () => {},
): ServiceClass {
  return {
    serviceType,
    async start(): Promise<Clockwork> {
      said.push(`${serviceType} starts`);
      await start();
      return {
        capabilityDescription: 'Ticks.',
        tick: () => `${serviceType} ticks`,
        stop: async () => void said.push(`${serviceType} stops`),
      };
    },
  };
}

const failed = (code: string, message: RegExp) => (error: unknown) =>
  ZoeyError.is(error) && error.code === code && message.test(error.message);

describe('services', () => {
  it('are started when they are first used, once, whoever asks at the same time', async () => {
    const { agent } = await anAgent();
    const said: string[] = [];
    agent.registerService(clockwork('clock', said));
    assert.deepEqual([agent.hasService('clock'), said], [true, []]);
    const [one, two] = await Promise.all([
      agent.getServiceLoadPromise('clock'),
      agent.getServiceLoadPromise('clock'),
    ]);
    assert.equal(one, two);
    assert.deepEqual(said, ['clock starts']);
  });

  it('are looked up by type, with their own interface', async () => {
    const { agent } = await anAgent();
    agent.registerService(clockwork('clock'));
    assert.equal(agent.getService('clock'), null, 'the first ask starts it');
    await agent.getServiceLoadPromise('clock');
    assert.equal(agent.getService<Clockwork>('clock')?.tick(), 'clock ticks');
    assert.equal(agent.getService('other'), null);
  });

  it('of which there are none are a typed error, and no promise that hangs', async () => {
    const { agent } = await anAgent();
    await assert.rejects(agent.getServiceLoadPromise('gone'), failed('not_found', /"gone"/));
  });

  it('that fail to start reject everybody who waits, and may be tried again', async () => {
    const { agent, log } = await anAgent();
    let ready = false;
    const start = async () => {
      if (!ready) throw new Error('no port');
    };
    agent.registerService(clockwork('clock', [], start));
    const asked = [agent.getServiceLoadPromise('clock'), agent.getServiceLoadPromise('clock')];
    for (const promise of asked)
      await assert.rejects(promise, failed('plugin_failed', /"clock" did not start: no port/));
    assert.equal(agent.getService('clock'), null);
    assert.ok(log.lines.some(({ message }) => message.startsWith('service clock did not start')));
    ready = true;
    await agent.getServiceLoadPromise('clock');
  });

  it('that never start reject at a deadline, and are stopped where they start after all', async () => {
    const { agent } = await anAgent();
    const said: string[] = [];
    const held = gate();
    const { signal } = new AbortController();
    const services = new Services({ log: keptLog(), signal, startMs: 5 });
    services.add(clockwork('clock', said, () => held.promise));
    await assert.rejects(services.load('clock', agent), failed('plugin_failed', /took too long/));
    held.open();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(said, ['clock starts', 'clock stops']);
  });

  it('that need each other in a circle reject, and do not hang', async () => {
    const { signal } = new AbortController();
    const services = new Services({ log: keptLog(), signal, startMs: 5 });
    const { agent } = await anAgent();
    services.add(clockwork('a', [], async () => void (await services.load('b', agent))));
    services.add(clockwork('b', [], async () => void (await services.load('a', agent))));
    await assert.rejects(services.load('a', agent), failed('plugin_failed', /did not start/));
  });

  it('are stopped in the reverse of their starts, each even where another fails', async () => {
    const { agent, log } = await anAgent();
    const said: string[] = [];
    agent.registerService(clockwork('a', said));
    agent.registerService(clockwork('b', said));
    agent.registerService({
      serviceType: 'stuck',
      start: async () => ({ capabilityDescription: '', stop: async () => Promise.reject(new Error('no')) }),
    });
    agent.registerService(clockwork('unused', said));
    for (const type of ['b', 'stuck', 'a']) await agent.getServiceLoadPromise(type);
    await agent.stop();
    assert.deepEqual(said, ['b starts', 'a starts', 'a stops', 'b stops']);
    assert.ok(log.lines.some(({ message }) => message.startsWith('service stuck did not stop well')));
  });

  it('that are starting when the runtime stops reject', async () => {
    const { agent } = await anAgent();
    const held = gate();
    agent.registerService(clockwork('clock', [], () => held.promise));
    const loading = agent.getServiceLoadPromise('clock');
    const rejected = assert.rejects(loading, failed('plugin_failed', /clock/));
    await agent.stop();
    await rejected;
    held.open();
  });
});
