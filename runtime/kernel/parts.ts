import type { Character } from '../types/agent.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Uuid } from '../types/primitives.ts';
import type { Action, Evaluator, Provider } from '../types/runtime.ts';
import { type Audit, createAudit } from './audit.ts';
import type { Background } from './background.ts';
import type { Clock } from './clock.ts';
import { within } from './deadline.ts';
import { EvaluationQueue } from './evaluators.ts';
import { EventBus } from './events.ts';
import type { Log } from './log.ts';
import { Memories, type SearchMemories } from './memories.ts';
import { Models } from './models.ts';
import { PluginLifecycle } from './plugins/lifecycle.ts';
import { Registry } from './registry.ts';
import { Services } from './services.ts';
import { LayeredSettings } from './settings.ts';
import { StateComposer } from './state.ts';
import { TaskRunner } from './tasks.ts';

/** How long what is in the background may take to end at a stop, in ms: an editor waits for about two seconds. */
const DRAIN_MS = 1_000;

export interface AgentRuntimeOptions {
  agentId: Uuid;
  character: Character;
  database: IDatabaseAdapter;
  search: SearchMemories;
  /** In whose name and when what nobody waits for is done. */
  background: Background;
  clock: Clock;
  log: Log;
}

/** What an agent's runtime is composed of. */
export interface Parts {
  options: AgentRuntimeOptions;
  /** Aborted when the runtime stops. */
  stopping: AbortController;
  actions: Registry<Action>;
  audit: Audit;
  providers: Registry<Provider>;
  evaluators: Registry<Evaluator>;
  evaluations: EvaluationQueue;
  events: EventBus;
  memories: Memories;
  models: Models;
  plugins: PluginLifecycle;
  services: Services;
  settings: LayeredSettings;
  states: StateComposer;
  tasks: TaskRunner;
}

export function createParts(options: AgentRuntimeOptions): Parts {
  const { log, clock, character, background } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const audit = createAudit(options);
  return {
    options,
    stopping,
    actions: new Registry('action', log),
    audit,
    providers: new Registry('provider', log),
    evaluators: new Registry('evaluator', log),
    evaluations: new EvaluationQueue({ log, signal, background }),
    events: new EventBus(log),
    memories: new Memories({ ...options, audit }),
    models: new Models(clock),
    plugins: new PluginLifecycle({ log, signal }),
    services: new Services({ log, signal }),
    settings: new LayeredSettings(character),
    states: new StateComposer(clock),
    tasks: new TaskRunner({ ...options, signal }),
  };
}

/** What is in the background ends or is stopped; then services and plugins go, the last first. */
export async function stopParts({ evaluations, stopping, tasks, plugins, services }: Parts): Promise<void> {
  const { signal } = new AbortController();
  const drained = within({ ms: DRAIN_MS, signal, what: 'The background' }, () => evaluations.drain());
  await drained.catch(() => {}); // what is left is stopped
  stopping.abort();
  await Promise.all([evaluations.drain(), tasks.stop()]);
  await services.stop();
  await plugins.dispose();
}
