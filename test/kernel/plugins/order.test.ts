import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ZoeyError } from '../../../runtime/kernel/errors.ts';
import { orderPlugins } from '../../../runtime/kernel/plugins/order.ts';

interface Named {
  name: string;
  dependencies?: string[];
  priority?: number;
}

const none = new Set<string>();
const names = (plugins: readonly Named[]) => plugins.map(({ name }) => name);

function refusal(run: () => unknown): ZoeyError {
  try {
    run();
  } catch (error) {
    assert.ok(ZoeyError.is(error));
    assert.equal(error.code, 'plugin_failed');
    return error;
  }
  assert.fail('it was not refused');
}

/** Plugins that depend on earlier ones alone, in any order. */
const acyclic = fc
  .array(
    fc.record({ needs: fc.array(fc.nat(), { maxLength: 4 }), priority: fc.integer({ min: -3, max: 3 }) }),
    {
      maxLength: 12,
    },
  )
  .map((drafts) =>
    drafts.map(
      ({ needs, priority }, index): Named => ({
        name: `p${index}`,
        priority,
        dependencies: index === 0 ? [] : needs.map((need) => `p${need % index}`),
      }),
    ),
  )
  .chain((plugins) => fc.shuffledSubarray(plugins, { minLength: plugins.length }));

describe('plugin order', () => {
  it('puts each plugin after what it depends on, whatever the order they come in', () => {
    fc.assert(
      fc.property(acyclic, (plugins) => {
        const order = names(orderPlugins(plugins, none));
        assert.deepEqual([...order].sort(), names(plugins).sort());
        for (const { name, dependencies = [] } of plugins) {
          for (const needed of dependencies) assert.ok(order.indexOf(needed) < order.indexOf(name));
        }
      }),
    );
  });

  it('takes, at every place, the highest priority among those whose turn it may be', () => {
    fc.assert(
      fc.property(acyclic, (plugins) => {
        const order = orderPlugins(plugins, none);
        order.forEach((plugin, place) => {
          const before = new Set(names(order.slice(0, place)));
          const could = order
            .slice(place)
            .filter(({ dependencies = [] }) => dependencies.every((name) => before.has(name)));
          assert.equal(plugin.priority, Math.max(...could.map(({ priority = 0 }) => priority)));
        });
      }),
    );
  });

  it('keeps the given order among equals', () => {
    assert.deepEqual(names(orderPlugins([{ name: 'b' }, { name: 'a' }, { name: 'c' }], none)), [
      'b',
      'a',
      'c',
    ]);
  });

  it('refuses a circle, naming the plugins in it and no others', () => {
    const plugins = [
      { name: 'start', dependencies: ['a'] },
      { name: 'a', dependencies: ['b'] },
      { name: 'b', dependencies: ['c'] },
      { name: 'c', dependencies: ['a'] },
    ];
    const { message } = refusal(() => orderPlugins(plugins, none));
    assert.equal(message, 'Plugins need each other in a circle: a needs b needs c needs a.');
  });

  it('refuses a plugin that needs itself', () => {
    assert.match(
      refusal(() => orderPlugins([{ name: 'a', dependencies: ['a'] }], none)).message,
      /a needs a/,
    );
  });

  it('refuses a missing dependency, naming both', () => {
    const { message } = refusal(() => orderPlugins([{ name: 'a', dependencies: ['gone'] }], none));
    assert.equal(message, 'The plugin "a" needs "gone", which is not there.');
  });

  it('counts what is there already, and takes a name once', () => {
    const plugins = [{ name: 'a', dependencies: ['there'] }, { name: 'there' }, { name: 'a' }];
    assert.deepEqual(names(orderPlugins(plugins, new Set(['there']))), ['a']);
  });
});
