import { uuidv7 } from '../kernel/ids.ts';
import type { TurnLog } from '../types/database.ts';
import type { WireError } from '../types/errors.ts';
import type { MessageStatus } from '../types/memory.ts';
import type { Timestamp } from '../types/primitives.ts';
import type { Step } from './context.ts';

/** Logs that are kept, the newest. */
const LOGS = 2_000;

/** Tells plugins of a message that came, as soon as it is stored. */
export function tellReceived({ agent, request }: Step): Promise<void> {
  return request.continues
    ? Promise.resolve()
    : agent.emitEvent('MESSAGE_RECEIVED', { message: request.message });
}

/** The seventh step: tells plugins what was said. Never rejects: the answer is stored by now. */
export function tellSent({ agent, reply }: Step): Promise<void> {
  return agent.emitEvent('MESSAGE_SENT', { message: reply.memory });
}

/** How a turn went, and since when it ran. */
export interface Outcome {
  since: Timestamp;
  status: MessageStatus;
  error?: WireError | undefined;
}

/** How the turn went, without a word of what it was about. */
export function turnLog(
  { agent, request, services, reply }: Step,
  { since, status, error }: Outcome,
): TurnLog {
  const { roomId, agentId, entityId } = request.message;
  const { model, actions } = reply.memory.content;
  const now = services.clock();
  const body = {
    runId: agent.run.runId,
    ms: now - since,
    status,
    ...(model !== undefined && { model }),
    ...(actions && { actions }),
    ...(error && { error: error.code }),
  };
  const entry = { id: uuidv7(now), agentId, type: 'turn', entityId, body, createdAt: now };
  return { entry: { ...entry, ...(roomId !== undefined && { roomId }) }, keep: LOGS };
}
