import { uuidv7 } from '../kernel/ids.ts';
import type { Step } from './context.ts';

/** Logs that are kept, the newest. */
const LOGS = 2_000;

/** Tells plugins of a message that came, as soon as it is stored. */
export function tellReceived({ agent, request }: Step): Promise<void> {
  return request.continues
    ? Promise.resolve()
    : agent.emitEvent('MESSAGE_RECEIVED', { message: request.message });
}

/**
 * The seventh step: tells plugins what was said, and writes down how the turn went, without a word of what it
 * was about. Never rejects: the answer is stored by now.
 */
export async function tellSent({ agent, request, services, reply }: Step, since: number): Promise<void> {
  const { database, clock, log } = services;
  const { roomId, agentId, entityId } = request.message;
  const { status, model, actions, error } = reply.memory.content;
  await agent.emitEvent('MESSAGE_SENT', { message: reply.memory });
  const now = clock();
  const body = {
    runId: agent.run.runId,
    ms: now - since,
    status: status ?? 'complete',
    ...(model !== undefined && { model }),
    ...(actions && { actions }),
    ...(error && { error: error.code }),
  };
  const entry = { id: uuidv7(now), agentId, type: 'turn', entityId, body, createdAt: now };
  try {
    await database.createLogs([{ ...entry, ...(roomId !== undefined && { roomId }) }], LOGS);
  } catch (cause) {
    log.warn(`a turn was not written down: ${cause instanceof Error ? cause.name : 'failure'}`);
  }
}
