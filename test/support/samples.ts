import { PERSON_ENTITY_ID, ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import type { Room } from '../../runtime/types/environment.ts';
import type { Content, Memory } from '../../runtime/types/memory.ts';

/** A room as the runtime makes it, with what the test cares about. */
export function aRoom(room: Partial<Room> = {}): Room {
  const now = Date.now();
  return {
    id: uuidv7(),
    agentId: ZOEY_AGENT_ID,
    title: 'A room',
    pinned: false,
    createdAt: now,
    updatedAt: now,
    ...room,
  };
}

/** A message as the runtime makes it, with what the test cares about. */
export function aMemory(content: Partial<Content> = {}, memory: Partial<Memory> = {}): Memory {
  const now = Date.now();
  return {
    id: uuidv7(),
    kind: 'message',
    agentId: ZOEY_AGENT_ID,
    entityId: PERSON_ENTITY_ID,
    content: { text: '', role: 'user', status: 'complete', ...content },
    importance: 0.5,
    source: 'conversation',
    createdAt: now,
    updatedAt: now,
    ...memory,
  };
}
