import * as z from 'zod';
import type { Room } from './environment.ts';
import type { Memory, Reference } from './memory.ts';
import { Timestamp, Uuid } from './primitives.ts';

/** What the turn is doing before and between words; `text` is ready to be shown. */
export const Work = z.object({
  kind: z.enum(['reading', 'looking', 'waiting', 'loading', 'thinking', 'writing']),
  text: z.string(),
  /** When this state began. */
  since: Timestamp,
  /** The room whose answer is waited for. */
  roomId: Uuid.optional(),
});
export type Work = z.infer<typeof Work>;

/**
 * One event of a turn: a closed union. `start` comes once, when message and reply are stored; `end` comes
 * once, whatever happened, with the reply as it is stored.
 */
export type TurnEvent =
  | { type: 'start'; room: Room; message?: Memory; reply: Memory }
  | { type: 'work'; work: Work }
  | { type: 'references'; references: Reference[] }
  | { type: 'thinking'; delta: string }
  | { type: 'text'; delta: string }
  | { type: 'end'; message: Memory; room: Room };
