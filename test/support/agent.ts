import { AgentRuntime } from '../../runtime/kernel/agentRuntime.ts';
import { Background } from '../../runtime/kernel/background.ts';
import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { createLog, type LogLevel } from '../../runtime/kernel/log.ts';
import type { AgentRuntimeOptions } from '../../runtime/kernel/parts.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import type { Action, Evaluator, Plugin, Provider } from '../../runtime/types/runtime.ts';

/** A log that is kept, for tests that ask what was reported. */
export function keptLog(): AgentRuntimeOptions['log'] & { lines: { level: LogLevel; message: string }[] } {
  const lines: { level: LogLevel; message: string }[] = [];
  return Object.assign(
    createLog((level, message) => lines.push({ level, message })),
    { lines },
  );
}

/** A time of day that only the test moves. */
export function heldClock(now = 1_800_000_000_000): { clock: () => number; advance(ms: number): void } {
  let at = now;
  return {
    clock: () => at,
    advance(ms) {
      at += ms;
    },
  };
}

/** An agent over a memory of its own, with what the test cares about. */
export async function anAgent(options: Partial<AgentRuntimeOptions> = {}) {
  const log = keptLog();
  const database = createSqliteDatabase({ log });
  await database.init();
  const agent = AgentRuntime.create({
    agentId: ZOEY_AGENT_ID,
    character: { name: 'Zoey', bio: [] },
    database,
    search: async () => [],
    background: new Background(),
    clock: Date.now,
    log,
    ...options,
  });
  return { agent, database, log };
}

export function aPlugin(plugin: Partial<Plugin> & { name: string }): Plugin {
  return { description: `The plugin ${plugin.name}.`, ...plugin };
}

export function aProvider(provider: Partial<Provider> & { name: string }): Provider {
  return { get: async () => ({ text: provider.name }), ...provider };
}

export function anAction(action: Partial<Action> & { name: string }): Action {
  return {
    description: `The action ${action.name}.`,
    validate: async () => true,
    handler: async () => ({ success: true, text: action.name }),
    ...action,
  };
}

export function anEvaluator(evaluator: Partial<Evaluator> & { name: string }): Evaluator {
  return {
    description: `The evaluator ${evaluator.name}.`,
    validate: async () => true,
    handler: async () => undefined,
    ...evaluator,
  };
}

/** A promise that the test settles. */
export function gate<T = void>(): { promise: Promise<T>; open(value: T): void; fail(error: unknown): void } {
  let open: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
