import type { Room } from '../../../runtime/types/environment.ts';
import type { Memory } from '../../../runtime/types/memory.ts';

/** A UUID that is the same at every run. */
export function id(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export const agentId = id(0xa);
export const otherAgentId = id(0xb);
export const personId = id(0xc);

/** A room; its number is its id and both its times. */
export function room(number: number, changes: Partial<Room> = {}): Room {
  return {
    id: id(number),
    agentId,
    title: `Room ${number}`,
    pinned: false,
    createdAt: number,
    updatedAt: number,
    ...changes,
  };
}

/** A message of room 1; its number is its id and both its times. */
export function message(number: number, changes: Partial<Memory> = {}): Memory {
  return {
    id: id(number),
    kind: 'message',
    agentId,
    entityId: personId,
    roomId: id(1),
    content: { text: `Message ${number}`, role: 'user', status: 'complete' },
    importance: 0.5,
    source: 'conversation',
    createdAt: number,
    updatedAt: number,
    ...changes,
  };
}

/** A note of no room; its number is its id and both its times. */
export function note(number: number, changes: Partial<Memory> = {}): Memory {
  const { roomId: _, ...rest } = message(number);
  return { ...rest, kind: 'note', source: 'user', content: { text: `Note ${number}` }, ...changes };
}
