import type { EventName, EventPayloadMap } from '../types/events.ts';
import type { EventHandler, IAgentRuntime } from '../types/runtime.ts';
import { within } from './deadline.ts';
import type { Log } from './log.ts';
import type { Undo } from './registry.ts';

/** How long a handler may hold up whoever tells the event, in ms. */
const DEADLINE_MS = 5_000;

type AnyHandler = (payload: never) => Promise<void>;

/** Who listens to what. */
export class EventBus {
  readonly #handlers = new Map<string, Set<AnyHandler>>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  on<E extends EventName>(event: E, handler: EventHandler<E>): Undo {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** Every handler runs, at the same time; those that fail or take too long are logged. Never rejects. */
  async emit<E extends EventName>(
    event: E,
    payload: EventPayloadMap[E] & { source?: string },
    runtime: IAgentRuntime,
  ): Promise<void> {
    // The map holds each handler under the event of its own type.
    const handlers = [...(this.#handlers.get(event) ?? [])] as EventHandler<E>[];
    if (handlers.length === 0) return;
    const full = Object.assign({}, payload, { source: payload.source ?? runtime.character.name, runtime });
    // Under no signal: a stopped run still tells that it ended.
    await Promise.all(
      handlers.map((handler) =>
        within({ ms: DEADLINE_MS, what: 'It' }, () => handler(full)).catch((error: unknown) => {
          const reason = error instanceof Error ? error.name : 'unknown failure';
          this.#log.warn(`a handler of ${event} failed: ${reason}`);
        }),
      ),
    );
  }
}
