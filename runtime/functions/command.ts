import { PERSON_ENTITY_ID, ZOEY_AGENT_ID } from '../kernel/identity.ts';
import { uuidv7 } from '../kernel/ids.ts';
import type { Memory } from '../types/memory.ts';
import type { CallContext } from './define.ts';

/** What a handler takes for the message: nobody said anything, so it is stored nowhere. */
export function commandOf(name: string, roomId: string | undefined, { runtime }: CallContext): Memory {
  const now = runtime.clock();
  return {
    id: uuidv7(now),
    kind: 'message',
    agentId: ZOEY_AGENT_ID,
    entityId: PERSON_ENTITY_ID,
    content: { text: name, role: 'user', status: 'complete' },
    importance: 0,
    source: 'command',
    createdAt: now,
    updatedAt: now,
    ...(roomId !== undefined && { roomId }),
  };
}
