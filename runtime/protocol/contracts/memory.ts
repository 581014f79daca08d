import * as z from 'zod';
import { MemoryKind } from '../../types/memory.ts';
import { Text, Timestamp, Uuid } from '../../types/primitives.ts';
import { MemoryItem } from '../schemas.ts';
import { cursor, done, type FunctionSpec, limit, page } from './spec.ts';

const notEmpty = Text.refine((text) => text.trim() !== '', { error: 'is empty' });
const Told = z.enum(['note', 'fact', 'document']);

export const memoryContract = {
  'memory.add': {
    summary: 'Remember a text.',
    input: z.object({
      id: Uuid.optional(),
      text: notEmpty,
      kind: Told.default('note'),
      importance: z.number().min(0).max(1).default(0.5),
      source: z.string().max(500).default('user'),
      /** When it was learnt, in which conversation and by which model, where it was known before. */
      createdAt: Timestamp.optional(),
      roomId: Uuid.optional(),
      model: z.string().max(300).optional(),
    }),
    output: z.object({ id: Uuid }),
  },
  'memory.list': {
    summary: 'List what is remembered, newest first.',
    input: z.object({ kinds: z.array(Told).min(1).max(3).optional(), limit, cursor }),
    output: page(MemoryItem),
  },
  'memory.search': {
    summary: 'Find what is remembered, by meaning and by words, the best first.',
    input: z.object({
      query: z.string().min(1).max(2000),
      limit: z.int().min(1).max(50).default(10),
      /** What was told or learnt, where none are named. */
      kinds: z.array(MemoryKind).min(1).max(5).optional(),
      roomId: Uuid.optional(),
      /** Who said it. */
      entityId: Uuid.optional(),
      /** Made at that time or later. */
      from: Timestamp.optional(),
      /** Made before that time. */
      before: Timestamp.optional(),
    }),
    output: z.object({ items: z.array(MemoryItem) }),
  },
  'memory.update': {
    summary: 'Change the text of what is remembered.',
    input: z.object({ id: Uuid, text: notEmpty }),
    output: MemoryItem,
  },
  'memory.watch': {
    summary: 'Tell at once and whenever what is remembered may have changed, until it is cancelled.',
    input: z.object({}),
    output: done,
    chunk: z.object({ at: Timestamp }),
  },
  'memory.history': {
    summary: 'Tell what a memory superseded and what superseded it, newest first.',
    input: z.object({ id: Uuid }),
    output: z.object({ items: z.array(MemoryItem) }),
  },
  'memory.forget': {
    summary:
      'Forget what fits all that is given. By default what was told or learnt; with a room alone, its messages too.',
    input: z
      .object({
        id: Uuid.optional(),
        ids: z.array(Uuid).min(1).max(1000).optional(),
        /** Every one of its words is in the text, case aside. */
        query: z.string().trim().min(1).max(500).optional(),
        roomId: Uuid.optional(),
        kind: z.enum(['note', 'fact', 'document', 'message']).optional(),
        /** Made before that time. */
        before: Timestamp.optional(),
      })
      .refine((which) => Object.values(which).some((value) => value !== undefined), {
        error: 'names nothing to forget',
      }),
    output: z.object({ forgotten: z.int(), ids: z.array(Uuid) }),
  },
} as const satisfies Record<string, FunctionSpec>;
