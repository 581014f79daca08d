import * as z from 'zod';
import { CodeSymbol, MAX_SYMBOLS } from '../../types/codeSymbol.ts';
import { Attachment } from '../../types/memory.ts';
import { Text, Uuid } from '../../types/primitives.ts';
import { ChatChunk, Message } from '../schemas.ts';
import { type FunctionSpec, modelName } from './spec.ts';

export const chatContract = {
  'chat.send': {
    summary: 'Send a message to a room and stream the answer. Without a room, a new one is made.',
    input: z.object({
      roomId: Uuid.optional(),
      /** Chosen by the client, so that a retry is not stored twice. */
      id: Uuid.optional(),
      text: Text.refine((text) => text.trim() !== '', { error: 'is empty' }),
      attachments: z.array(Attachment).max(20).default([]),
      /** What the editor's language services know of the code that is attached, for a command such as /explain. */
      symbols: z.array(CodeSymbol).max(MAX_SYMBOLS).optional(),
      model: modelName.optional(),
      /** Edit and resend: this message and all after it are taken out first. */
      replaces: Uuid.optional(),
    }),
    output: z.object({ roomId: Uuid, message: Message }),
    chunk: ChatChunk,
  },
  'chat.continue': {
    summary: 'Go on with an answer that ended half-way.',
    input: z.object({ roomId: Uuid, messageId: Uuid }),
    output: z.object({ roomId: Uuid, message: Message }),
    chunk: ChatChunk,
  },
  'chat.watch': {
    summary: 'Follow the turn that is under way in a room, if any, from its present state.',
    input: z.object({ roomId: Uuid }),
    output: z.object({ active: z.boolean() }),
    chunk: ChatChunk,
  },
  'chat.stop': {
    summary: 'Stop the answer that is being written in a room; what was written stays.',
    input: z.object({ roomId: Uuid }),
    output: z.object({ stopped: z.boolean() }),
  },
} as const satisfies Record<string, FunctionSpec>;
