import * as z from 'zod';
import { Timestamp, Uuid } from './primitives.ts';

/** A conversation. `agentId` is the agent that it belongs to. */
export const Room = z.object({
  id: Uuid,
  agentId: Uuid,
  title: z.string().max(200),
  pinned: z.boolean(),
  createdAt: Timestamp,
  /** When the last message came. */
  updatedAt: Timestamp,
  /** Set while a deletion can still be undone; the room is purged later. */
  deletedAt: Timestamp.optional(),
});
export type Room = z.infer<typeof Room>;
