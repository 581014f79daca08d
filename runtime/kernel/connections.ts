import type { Character } from '../types/agent.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Entity, Room } from '../types/environment.ts';
import type { Uuid } from '../types/primitives.ts';
import type { Connection } from '../types/runtime.ts';
import type { Clock } from './clock.ts';
import { UNTITLED } from './identity.ts';

export interface ConnectionsOptions {
  agentId: Uuid;
  character: Character;
  database: IDatabaseAdapter;
  clock: Clock;
}

/** Makes what is missing of a world, a room, an entity and the agent's own, and lets both take part. */
export async function connect(connection: Connection, options: ConnectionsOptions): Promise<void> {
  const { agentId, character, database } = options;
  const { entityId, roomId, worldId } = connection;
  if (worldId !== undefined) {
    await database.createWorld({ id: worldId, agentId, name: connection.worldName ?? '', metadata: {} });
  }
  await database.createEntities([
    entity(entityId, [connection.name, connection.userName], options),
    entity(agentId, [character.name, character.username], options),
  ]);
  await database.createRoom(roomOf(connection, options));
  await database.addParticipantsRoom([entityId, agentId], roomId);
}

function entity(id: Uuid, names: (string | undefined)[], { agentId }: ConnectionsOptions): Entity {
  return { id, agentId, names: [...new Set(names.filter((name) => name !== undefined))], metadata: {} };
}

function roomOf({ roomId, type, source, channelId, worldId }: Connection, options: ConnectionsOptions): Room {
  const now = options.clock();
  return {
    id: roomId,
    agentId: options.agentId,
    title: UNTITLED,
    pinned: false,
    createdAt: now,
    updatedAt: now,
    ...(type && { type }),
    ...(source !== undefined && { source }),
    ...(channelId !== undefined && { channelId }),
    ...(worldId !== undefined && { worldId }),
  };
}
