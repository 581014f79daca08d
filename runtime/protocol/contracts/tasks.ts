import * as z from 'zod';
import { WireError } from '../../types/errors.ts';
import { Metadata, Tags, Uuid } from '../../types/primitives.ts';
import { Task } from '../../types/task.ts';
import { cursor, done, type FunctionSpec, limit, page } from './spec.ts';

const TaskItem = Task.omit({ agentId: true });

export const taskContract = {
  'tasks.list': {
    summary: 'List what is to be done later or waits for a choice, oldest first.',
    input: z.object({
      name: Task.shape.name.optional(),
      roomId: Uuid.optional(),
      tags: Tags.optional(),
      limit,
      cursor,
    }),
    output: page(TaskItem),
  },
  'tasks.get': {
    summary: 'Tell about one task.',
    input: z.object({ id: Uuid }),
    output: TaskItem,
  },
  'tasks.create': {
    summary: 'Make a task. With a time it is done when it is due, by whoever does tasks of its name.',
    input: z.object({
      /** Chosen by the client, so that a retry makes it once. */
      id: Uuid.optional(),
      name: Task.shape.name,
      description: z.string().max(10_000).default(''),
      roomId: Uuid.optional(),
      tags: Tags.default([]),
      /** Handed to whoever does it. */
      metadata: Metadata.default({}),
      dueAt: Task.shape.dueAt,
      /** Done again that long after each time, in ms. */
      everyMs: z.int().min(1_000).optional(),
    }),
    output: TaskItem,
  },
  'tasks.cancel': {
    summary: 'Take a task out. One that is being done at this moment is done to its end.',
    input: z.object({ id: Uuid }),
    output: done,
  },
  'tasks.run': {
    summary: 'Do a task now, whenever it is due.',
    input: z.object({ id: Uuid }),
    output: z.object({ completed: z.boolean(), error: WireError.optional() }),
  },
} as const satisfies Record<string, FunctionSpec>;
