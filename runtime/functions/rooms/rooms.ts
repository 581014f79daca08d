import { redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { UNTITLED, ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Room } from '../../types/environment.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { RuntimeParts } from '../define.ts';

/** The room, or an error that says it is gone. */
export async function requireRoom({ database }: RuntimeParts, id: Uuid): Promise<Room> {
  const room = await database.getRoom(id);
  if (room?.agentId !== ZOEY_AGENT_ID)
    throw new ZoeyError('not_found', 'There is no such conversation here.');
  return room;
}

/** Makes a room; one that exists already under this id is given back as it is. */
export async function createRoom(
  runtime: RuntimeParts,
  { id = uuidv7(runtime.clock()), title = UNTITLED }: { id?: Uuid | undefined; title?: string | undefined },
): Promise<Room> {
  const now = runtime.clock();
  const room = {
    id,
    agentId: ZOEY_AGENT_ID,
    title: redact(title).text,
    pinned: false,
    createdAt: now,
    updatedAt: now,
  };
  await runtime.database.createRoom(room);
  return requireRoom(runtime, id);
}
