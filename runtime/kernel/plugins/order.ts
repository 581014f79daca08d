import type { Plugin } from '../../types/runtime.ts';
import { ZoeyError } from '../errors.ts';

type Ordered = Pick<Plugin, 'name' | 'dependencies' | 'priority'>;

/**
 * Each plugin after those that it depends on; among the rest the higher priority first, then as given. A name
 * that comes twice is taken once. `present` are there already.
 * @throws `plugin_failed`, naming the plugins, where one is missing or they need each other in a circle.
 */
export function orderPlugins<T extends Ordered>(plugins: readonly T[], present: ReadonlySet<string>): T[] {
  const waiting = new Map<string, T>();
  for (const plugin of plugins) {
    if (!waiting.has(plugin.name) && !present.has(plugin.name)) waiting.set(plugin.name, plugin);
  }
  for (const { name, dependencies = [] } of waiting.values()) {
    const missing = dependencies.find((needed) => !waiting.has(needed) && !present.has(needed));
    if (missing !== undefined)
      throw orderError(`The plugin "${name}" needs "${missing}", which is not there.`);
  }
  const order: T[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(
      ({ dependencies = [] }) => !dependencies.some((needed) => waiting.has(needed)),
    );
    const next = ready.reduce<T | undefined>(
      (best, plugin) => (best && (best.priority ?? 0) >= (plugin.priority ?? 0) ? best : plugin),
      undefined,
    );
    if (!next) throw orderError(`Plugins need each other in a circle: ${circle(waiting).join(' needs ')}.`);
    waiting.delete(next.name);
    order.push(next);
  }
  return order;
}

/** A circle among plugins of which each needs another: "a", "b", "a". */
function circle(waiting: ReadonlyMap<string, Ordered>): string[] {
  const path: string[] = [];
  let [name] = waiting.keys();
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    name = waiting.get(name)?.dependencies?.find((needed) => waiting.has(needed));
  }
  return name === undefined ? path : [...path.slice(path.indexOf(name)), name];
}

function orderError(message: string): ZoeyError {
  return new ZoeyError('plugin_failed', message);
}
