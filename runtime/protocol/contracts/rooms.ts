import * as z from 'zod';
import { Uuid } from '../../types/primitives.ts';
import { Message, RoomSummary } from '../schemas.ts';
import { cursor, done, type FunctionSpec, limit, page } from './spec.ts';

const title = z.string().trim().min(1).max(200);

export const roomContract = {
  'rooms.list': {
    summary:
      'List conversations, pinned first, then the latest. With a query: those that hold all its words.',
    input: z.object({ query: z.string().max(500).optional(), limit, cursor }),
    output: page(RoomSummary),
  },
  'rooms.create': {
    summary: 'Make a conversation.',
    input: z.object({ id: Uuid.optional(), title: title.optional() }),
    output: RoomSummary,
  },
  'rooms.rename': {
    summary: 'Change the title of a conversation, or pin it.',
    input: z.object({ id: Uuid, title: title.optional(), pinned: z.boolean().optional() }),
    output: RoomSummary,
  },
  'rooms.delete': {
    summary: 'Delete a conversation. For one minute it can be restored; then it is gone for good.',
    input: z.object({ id: Uuid }),
    output: done,
  },
  'rooms.restore': {
    summary: 'Take back a deletion of the last minute.',
    input: z.object({ id: Uuid }),
    output: done,
  },
  'rooms.messages': {
    summary: 'List the messages of a conversation, newest first.',
    input: z.object({ roomId: Uuid, limit, cursor }),
    output: page(Message),
  },
} as const satisfies Record<string, FunctionSpec>;
