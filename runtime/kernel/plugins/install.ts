import type { EventName } from '../../types/events.ts';
import type { ModelTypeName } from '../../types/model.ts';
import type { EventHandler, IAgentRuntime, ModelHandler, Plugin } from '../../types/runtime.ts';
import type { Parts } from '../parts.ts';
import type { Undo } from '../registry.ts';
import type { Installer } from './lifecycle.ts';

/** How a plugin gets into these parts. `view` is the runtime that it sees. */
export function createInstaller(
  plugin: Plugin,
  parts: Omit<Parts, 'plugins'>,
  view: (own?: (undo: Undo) => void) => IAgentRuntime,
): Installer {
  return {
    configure: (config) => parts.settings.addPlugin(config),
    init: async (config, own) => plugin.init?.(config, view(own)),
    install: (own) => install(plugin, parts, own),
    dispose: async () => plugin.dispose?.(view()),
  };
}

function install(plugin: Plugin, parts: Omit<Parts, 'plugins'>, own: (undo: Undo) => void): void {
  const { name, priority } = plugin;
  for (const action of plugin.actions ?? []) own(parts.actions.add(action));
  for (const provider of plugin.providers ?? []) own(parts.providers.add(provider));
  for (const evaluator of plugin.evaluators ?? []) own(parts.evaluators.add(evaluator));
  for (const service of plugin.services ?? []) own(parts.services.add(service));
  // The keys of these two are the names of their types.
  for (const [type, handler] of Object.entries(plugin.models ?? {}) as [ModelTypeName, ModelHandler][]) {
    own(parts.models.add(type, handler, { provider: name, ...(priority !== undefined && { priority }) }));
  }
  for (const [event, handlers] of Object.entries(plugin.events ?? {}) as [
    EventName,
    EventHandler<EventName>[],
  ][]) {
    for (const handler of handlers) own(parts.events.on(event, handler));
  }
}
