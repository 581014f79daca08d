import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Memory } from '../../../types/memory.ts';
import type { State } from '../../../types/state.ts';

export interface Cadence {
  database: IDatabaseAdapter;
  /** The evaluator's name. */
  name: string;
  /** How many messages of one person lie between two looks at a room. */
  every: number;
}

/** Under which name a room keeps when each evaluator looked at it last. */
const LOOKED = 'lookedBack';

/** Whether a model answers here, and enough was said since the last look. */
export async function isDue(cadence: Cadence, message: Memory, state: State | undefined): Promise<boolean> {
  const { database, every } = cadence;
  const { agentId, entityId, roomId } = message;
  if (roomId === undefined || typeof state?.values.model !== 'string') return false;
  const start = (await lastLook(cadence, message)) + 1;
  const said = await database.countMemories({ agentId, entityId, roomId, kinds: ['message'], start });
  return said >= every;
}

/**
 * What the person said since the last look, the oldest first; from now on this counts as looked at, also
 * where the look fails: it is not worth a model's time twice.
 */
export async function take(cadence: Cadence, message: Memory): Promise<Memory[]> {
  const { database, name, every } = cadence;
  const { agentId, entityId, roomId, createdAt } = message;
  if (roomId === undefined) return [];
  const start = (await lastLook(cadence, message)) + 1;
  const { items } = await database.getMemories({
    agentId,
    entityId,
    roomId,
    kinds: ['message'],
    start,
    limit: every * 2,
  });
  await database.updateRoom(roomId, { metadata: { [LOOKED]: { [name]: createdAt } } });
  return items.reverse();
}

async function lastLook({ database, name }: Cadence, { roomId }: Memory): Promise<number> {
  const room = roomId === undefined ? undefined : await database.getRoom(roomId);
  const looked = room?.metadata?.[LOOKED];
  if (typeof looked !== 'object' || looked === null || Array.isArray(looked)) return 0;
  const at = looked[name];
  return typeof at === 'number' ? at : 0;
}
