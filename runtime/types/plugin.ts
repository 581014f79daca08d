import type * as z from 'zod';
import type { ActionFor, EvaluatorFor, ProviderFor } from './components.ts';
import type { EventHandlersFor } from './events.ts';
import type { ModelHandlersFor } from './model.ts';
import type { ServiceClassFor } from './service.ts';

export type PluginConfig = Record<string, string | number | boolean | null | undefined>;

/** A set of abilities under one name. Everything that it registers goes when it goes. */
export interface PluginFor<R> {
  name: string;
  description: string;
  /** Defaults of its settings, by key. */
  config?: PluginConfig;
  /** What its settings must look like. Without it, `init` is given them as strings. */
  configSchema?: z.ZodType<Record<string, unknown>>;
  /** Names of the plugins that come before it. */
  dependencies?: string[];
  /** Among plugins that don't depend on each other, the higher comes first; also the priority of its models. */
  priority?: number;
  init?(config: Record<string, unknown>, runtime: R): Promise<void>;
  actions?: ActionFor<R>[];
  providers?: ProviderFor<R>[];
  evaluators?: EvaluatorFor<R>[];
  services?: ServiceClassFor<R>[];
  models?: ModelHandlersFor<R>;
  events?: EventHandlersFor<R>;
  /** Gives back what `init` took. Called in reverse order of `init`. */
  dispose?(runtime: R): Promise<void>;
}
