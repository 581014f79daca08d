import type { RunContext } from '../types/components.ts';
import { type EventName, type EventPayloadMap, EventType, type RunEventPayload } from '../types/events.ts';
import type { Memory } from '../types/memory.ts';
import type { Background } from './background.ts';
import type { Clock } from './clock.ts';
import { ZoeyError } from './errors.ts';
import { uuidv7 } from './ids.ts';

/** A run that nobody waits for, in the name of the last caller. What it would have to ask is refused. */
export function backgroundRun(background: Background, signal: AbortSignal): RunContext {
  return {
    runId: uuidv7(),
    // Looked up when it is used: a run may outlive a change of the settings.
    get caller() {
      return background.caller();
    },
    signal,
    background: true,
    attachments: [],
    onProgress() {},
    ask: async () => false,
  };
}

/** The same run with a signal of its own, that is made when it is asked for. */
export function runUntil(limit: Pick<AbortController, 'signal'>, run: RunContext) {
  return {
    ...run,
    get signal() {
      return limit.signal;
    },
  };
}

export interface RunEvents {
  clock: Clock;
  emit<E extends EventName>(event: E, payload: EventPayloadMap[E]): Promise<void>;
}

/** Tells that a run starts and, whatever happened, that it ended. */
export async function tellRun<T>(
  message: Memory,
  run: RunContext,
  { clock, emit }: RunEvents,
  body: () => Promise<T>,
): Promise<T> {
  const startTime = clock();
  const common = {
    runId: run.runId,
    messageId: message.id,
    entityId: message.entityId,
    startTime,
    ...(message.roomId !== undefined && { roomId: message.roomId }),
  };
  const end = (rest: Pick<RunEventPayload, 'status' | 'error'>) => {
    const endTime = clock();
    return emit(EventType.RUN_ENDED, { ...common, ...rest, endTime, duration: endTime - startTime });
  };
  await emit(EventType.RUN_STARTED, { ...common, status: 'started' });
  let result: T;
  try {
    result = await body();
  } catch (cause) {
    const { code } = ZoeyError.from(cause);
    await end({ status: run.signal.aborted || code === 'cancelled' ? 'cancelled' : 'failed', error: code });
    throw cause;
  }
  await end({ status: 'completed' });
  return result;
}
