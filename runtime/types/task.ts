import * as z from 'zod';
import { Metadata, Tags, Timestamp, Uuid } from './primitives.ts';

/** Something to be done later, or to be chosen from. A worker of the same name does it. */
export const Task = z.object({
  id: Uuid,
  agentId: Uuid,
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).default(''),
  roomId: Uuid.optional(),
  worldId: Uuid.optional(),
  entityId: Uuid.optional(),
  tags: Tags.default([]),
  metadata: Metadata.default({}),
  /** When it is to run; absent for a task that waits for somebody's choice. */
  dueAt: Timestamp.optional(),
  /** How often it was handed out. More than 1 for a run means that an earlier one never ended. */
  attempts: z.int().min(0).default(0),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Task = z.infer<typeof Task>;

/** What happened in a run, for whoever wants to know why. `type` is the writer's own word. */
export const LogEntry = z.object({
  id: Uuid,
  agentId: Uuid,
  type: z.string().min(1).max(100),
  entityId: Uuid.optional(),
  roomId: Uuid.optional(),
  body: Metadata,
  createdAt: Timestamp,
});
export type LogEntry = z.infer<typeof LogEntry>;
