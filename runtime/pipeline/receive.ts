import type { Room } from '../types/environment.ts';
import type { TurnContext } from './context.ts';

/** The first step: message and empty reply are stored together, then acknowledged by `start`. */
export async function receive({ request, services, emit }: TurnContext): Promise<Room> {
  const { database, clock } = services;
  const { message, reply } = request;
  if (request.continues) {
    await database.updateMemory(reply.id, { content: reply.content, updatedAt: clock() });
    emit({ type: 'start', room: request.room, reply });
    return request.room;
  }
  await database.createMemories([message, reply]);
  const room: Room = { ...request.room, updatedAt: message.createdAt };
  await database.updateRoom(room.id, { updatedAt: room.updatedAt });
  emit({ type: 'start', room, message, reply });
  return room;
}
