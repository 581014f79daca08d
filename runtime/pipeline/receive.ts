import { WORKSPACE_WORLD_ID } from '../kernel/identity.ts';
import type { Room } from '../types/environment.ts';
import type { Step } from './context.ts';

/**
 * The first step: message and reply are stored together, then acknowledged by `start`. Where a rule already wants the
 * agent `silent`, the message is stored alone.
 */
export async function receive(step: Step, silent = false): Promise<Room> {
  const { request, services, emit } = step;
  const { database, clock } = services;
  const { message, replaces } = request;
  const reply = step.reply.memory;
  if (request.continues) {
    await database.updateMemory(reply.id, { content: reply.content, updatedAt: clock() });
    emit({ type: 'start', room: request.room, reply });
    return request.room;
  }
  await takePart(step);
  const room: Room = { ...request.room, updatedAt: message.createdAt };
  await database.beginTurn({
    room,
    memories: silent ? [message] : [message, reply],
    ...(replaces !== undefined && { replaces }),
  });
  emit({ type: 'start', room, message, reply });
  return room;
}

/** Who talks here for the first time takes part from now on, and so does the agent. */
async function takePart({ request, services, agent }: Step): Promise<void> {
  const { caller, room, message } = request;
  const { database } = services;
  if (await database.isRoomParticipant(room.id, message.entityId)) return;
  await agent.ensureConnection({
    entityId: message.entityId,
    roomId: room.id,
    source: caller.host,
    name: 'User',
    worldId: WORKSPACE_WORLD_ID,
    worldName: caller.workspace?.split(/[\\/]/).filter(Boolean).at(-1)?.slice(0, 200) ?? 'No folder',
  });
  if (room.worldId === undefined) await database.updateRoom(room.id, { worldId: WORKSPACE_WORLD_ID });
}
