import assert from 'node:assert/strict';
import * as z from 'zod';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import type { Plugin } from '../../../runtime/types/runtime.ts';
import { anAction, anAgent, anEvaluator, aPlugin, aProvider, gate } from '../../support/agent.ts';
import { aMemory } from '../../support/samples.ts';

const failed = (message: RegExp) => (error: unknown) =>
  ZoeyError.is(error) && error.code === 'plugin_failed' && message.test(error.message);

/** A plugin with one of everything. */
function full(name: string, more: Partial<Plugin> = {}): Plugin {
  return aPlugin({
    name,
    actions: [anAction({ name: `${name}_ACTION` })],
    providers: [aProvider({ name: `${name}_PROVIDER` })],
    evaluators: [anEvaluator({ name: `${name}_EVALUATOR` })],
    services: [
      {
        serviceType: `${name}_service`,
        start: async () => ({ capabilityDescription: '', stop: async () => {} }),
      },
    ],
    models: { TEXT_SMALL: async () => name },
    events: { MESSAGE_RECEIVED: [async () => {}] },
    ...more,
  });
}

describe('plugin lifecycle', () => {
  it('awaits each init before the next, in the order of dependencies', async () => {
    const { agent } = await anAgent();
    const said: string[] = [];
    const slow = gate();
    const base = aPlugin({
      name: 'base',
      async init() {
        said.push('base begins');
        await slow.promise;
        said.push('base is done');
      },
    });
    const upper = aPlugin({
      name: 'upper',
      dependencies: ['base'],
      async init() {
        said.push('upper');
      },
    });
    const registered = agent.registerPlugins([upper, base]);
    setImmediate(() => slow.open());
    await registered;
    assert.deepEqual(said, ['base begins', 'base is done', 'upper']);
    assert.deepEqual(
      agent.plugins.map(({ name }) => name),
      ['base', 'upper'],
    );
  });

  it('takes in every component', async () => {
    const { agent } = await anAgent();
    await agent.registerPlugin(full('one'));
    assert.deepEqual(
      agent.actions.map(({ name }) => name),
      ['one_ACTION'],
    );
    assert.deepEqual(
      agent.providers.map(({ name }) => name),
      ['one_PROVIDER'],
    );
    assert.deepEqual(
      agent.evaluators.map(({ name }) => name),
      ['one_EVALUATOR'],
    );
    assert.deepEqual(agent.getRegisteredServiceTypes(), ['one_service']);
    assert.equal(await agent.useModel('TEXT_SMALL', { prompt: '' }), 'one');
  });

  it('gives init its config, parsed by the schema, with what the caller set over the defaults', async () => {
    const { agent } = await anAgent();
    const given: unknown[] = [];
    const plugin = aPlugin({
      name: 'counted',
      config: { LIMIT: '5', NAME: 'default' },
      configSchema: z.object({ LIMIT: z.coerce.number().max(10), NAME: z.string() }),
      async init(config, runtime) {
        given.push(config, runtime.getSetting('NAME'));
      },
    });
    await agent.registerPlugin(plugin, { NAME: 'mine' });
    assert.deepEqual(given, [{ LIMIT: 5, NAME: 'mine' }, 'mine']);
  });

  it('gives strings to an init without a schema, and nothing that is not set', async () => {
    const { agent } = await anAgent();
    let given: unknown;
    const plugin = aPlugin({
      name: 'plain',
      config: { A: 1, B: false, C: undefined, D: null },
      async init(config) {
        given = config;
      },
    });
    await agent.registerPlugin(plugin);
    assert.deepEqual(given, { A: '1', B: 'false' });
  });

  it('refuses a wrong config before init, naming the setting but not its value', async () => {
    const { agent } = await anAgent();
    const plugin = aPlugin({
      name: 'strict',
      config: { KEY: 'hush' },
      configSchema: z.object({ KEY: z.string().regex(/^\d+$/) }),
      init: () => assert.fail('init ran'),
    });
    await assert.rejects(agent.registerPlugin(plugin), (error: Error) => {
      assert.ok(failed(/"strict".*KEY/)(error));
      assert.ok(!error.message.includes('hush'));
      return true;
    });
  });

  it('rolls a plugin back whose init fails, with all that it registered', async () => {
    const { agent } = await anAgent();
    const broken = full('broken', {
      config: { COLOUR: 'red' },
      async init(_config, runtime) {
        runtime.registerAction(anAction({ name: 'EARLY' }));
        runtime.setSetting('TASTE', 'sweet');
        runtime.registerProvider(aProvider({ name: 'EARLY' }));
        runtime.registerEvaluator(anEvaluator({ name: 'EARLY' }));
        runtime.registerModel('TEXT_LARGE', async () => 'early', 'broken');
        runtime.registerEvent('MESSAGE_SENT', async () => assert.fail('it listens still'));
        throw new Error('no licence');
      },
    });
    await assert.rejects(
      agent.registerPlugins([full('good'), broken]),
      failed(/"broken" did not start: no licence/),
    );
    assert.deepEqual(
      agent.plugins.map(({ name }) => name),
      ['good'],
    );
    assert.deepEqual(
      agent.actions.map(({ name }) => name),
      ['good_ACTION'],
    );
    assert.deepEqual(
      agent.providers.map(({ name }) => name),
      ['good_PROVIDER'],
    );
    assert.deepEqual(
      agent.evaluators.map(({ name }) => name),
      ['good_EVALUATOR'],
    );
    assert.deepEqual(agent.getRegisteredServiceTypes(), ['good_service']);
    assert.equal(agent.getModel('TEXT_LARGE'), undefined);
    assert.deepEqual([agent.getSetting('COLOUR'), agent.getSetting('TASTE')], [null, null]);
    await agent.emitEvent('MESSAGE_SENT', { message: aMemory() });
  });

  it('keeps nothing of what an init registers after it was given up', async () => {
    const { agent } = await anAgent();
    const held = gate();
    const late = gate();
    const plugin = aPlugin({
      name: 'slow',
      async init(_config, runtime) {
        await held.promise;
        runtime.registerAction(anAction({ name: 'LATE' }));
        late.open();
      },
    });
    const rejected = assert.rejects(agent.registerPlugin(plugin), failed(/"slow" did not start/));
    const stopped = agent.stop();
    await rejected;
    held.open();
    await late.promise;
    await stopped;
    assert.deepEqual(agent.actions, []);
  });

  it('can be registered again after it failed', async () => {
    const { agent } = await anAgent();
    let ready = false;
    const plugin = full('late', {
      async init() {
        if (!ready) throw new Error('not yet');
      },
    });
    await assert.rejects(agent.registerPlugin(plugin), failed(/not yet/));
    ready = true;
    await agent.registerPlugin(plugin);
    assert.equal(agent.actions.length, 1);
  });

  it('register twice: components are not doubled, also at the same time', async () => {
    const { agent } = await anAgent();
    let inits = 0;
    const plugin = full('one', {
      async init() {
        inits += 1;
      },
    });
    await Promise.all([agent.registerPlugin(plugin), agent.registerPlugin(plugin)]);
    await agent.registerPlugins([plugin, plugin]);
    assert.equal(inits, 1);
    assert.equal(agent.plugins.length, 1);
    assert.equal(agent.actions.length, 1);
    assert.equal(agent.providers.length, 1);
  });

  it('keeps the first of two components with one name, and says so', async () => {
    const { agent, log } = await anAgent();
    const first = anAction({ name: 'SAME' });
    await agent.registerPlugin(aPlugin({ name: 'a', actions: [first] }));
    await agent.registerPlugin(aPlugin({ name: 'b', actions: [anAction({ name: 'SAME' })] }));
    assert.deepEqual(agent.actions, [first]);
    assert.ok(log.lines.some(({ message }) => message.includes('the action SAME is there already')));
  });

  it('stops the services, then disposes in reverse, each even where another fails', async () => {
    const { agent, log } = await anAgent();
    const said: string[] = [];
    const plugin = (name: string, more: Partial<Plugin> = {}) =>
      aPlugin({
        name,
        services: [
          {
            serviceType: name,
            start: async () => ({
              capabilityDescription: name,
              stop: async () => void said.push(`${name} stops`),
            }),
          },
        ],
        async dispose() {
          said.push(name);
          if (name === 'b') throw new Error('stuck');
        },
        ...more,
      });
    await agent.registerPlugins([
      plugin('c', { dependencies: ['b'] }),
      plugin('b', { dependencies: ['a'] }),
      plugin('a'),
    ]);
    await agent.getServiceLoadPromise('a');
    await agent.stop();
    assert.deepEqual(said, ['a stops', 'c', 'b', 'a']);
    assert.ok(log.lines.some(({ message }) => message.includes('plugin b did not end well')));
    assert.deepEqual([agent.plugins.length, agent.getRegisteredServiceTypes().length], [0, 0]);
  });
});
