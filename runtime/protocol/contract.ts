import * as z from 'zod';
import { Attachment } from '../types/memory.ts';
import { ModelInfo, PullProgress } from '../types/model.ts';
import { JsonValue, Text, Timestamp, Uuid } from '../types/primitives.ts';
import {
  ActionItem,
  ActionOutcome,
  ChatChunk,
  MemoryItem,
  Message,
  ModelStatusReport,
  RoomSummary,
} from './schemas.ts';

/** What a function is called, takes, gives back and streams. The handler is in `functions/`. */
export interface FunctionSpec<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  C extends z.ZodType = z.ZodType,
> {
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  /** Present where the function streams. */
  readonly chunk?: C;
}

const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() });
const limit = z.int().min(1).max(200).default(50);
const cursor = z.string().max(200).optional();
const done = z.object({ done: z.boolean() });
const modelName = z.string().min(1).max(200);
const title = z.string().trim().min(1).max(200);

/** Every function that a host may call, by name. */
export const contract = {
  'chat.send': {
    summary: 'Send a message to a room and stream the answer. Without a room, a new one is made.',
    input: z.object({
      roomId: Uuid.optional(),
      /** Chosen by the client, so that a retry is not stored twice. */
      id: Uuid.optional(),
      text: Text.refine((text) => text.trim() !== '', { error: 'is empty' }),
      attachments: z.array(Attachment).max(20).default([]),
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
  'memory.add': {
    summary: 'Remember a text.',
    input: z.object({
      id: Uuid.optional(),
      text: Text.refine((text) => text.trim() !== '', { error: 'is empty' }),
      kind: z.enum(['note', 'fact', 'document']).default('note'),
      importance: z.number().min(0).max(1).default(0.5),
      source: z.string().max(500).default('user'),
    }),
    output: z.object({ id: Uuid }),
  },
  'memory.list': {
    summary: 'List what is remembered, newest first.',
    input: z.object({ limit, cursor }),
    output: page(MemoryItem),
  },
  'memory.search': {
    summary: 'Find what is remembered by words.',
    input: z.object({ query: z.string().min(1).max(2000), limit: z.int().min(1).max(50).default(10) }),
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
  'actions.list': {
    summary: 'List what the agent can do beside answering.',
    input: z.object({}),
    output: page(ActionItem),
  },
  'actions.run': {
    summary: 'Let the agent do one thing. What writes, or removes, is only shown unless it is confirmed.',
    input: z.object({
      name: z.string().trim().min(1).max(100),
      /** As the action's own schema says. */
      parameters: z.record(z.string(), JsonValue).optional(),
      /** The conversation that it is about. */
      roomId: Uuid.optional(),
      /** The person has seen what it will do, and wants it. */
      confirm: z.boolean().default(false),
    }),
    output: ActionOutcome,
  },
  'models.list': {
    summary: 'List the chat models that the model server has.',
    input: z.object({}),
    output: z.object({ items: z.array(ModelInfo) }),
  },
  'models.status': {
    summary: 'Tell whether a model can answer, and what to do if not.',
    input: z.object({}),
    output: ModelStatusReport,
  },
  'models.select': {
    summary: 'Choose the model that answers in this workspace.',
    input: z.object({ name: modelName }),
    output: ModelStatusReport,
  },
  'models.preload': {
    summary: 'Load the chosen model, so that the first answer starts at once.',
    input: z.object({}),
    output: done,
  },
  'models.pull': {
    summary: 'Let the model server download a model. Cancelling keeps what came; the next call goes on.',
    input: z.object({ name: modelName }),
    output: ModelStatusReport,
    chunk: PullProgress,
  },
  'privacy.ledger': {
    summary: 'List the requests that left this process, newest first, without their content.',
    input: z.object({ limit }),
    output: z.object({
      items: z.array(
        z.object({
          at: Timestamp,
          method: z.string(),
          url: z.string(),
          purpose: z.string(),
          status: z.int(),
          ms: z.number(),
          bytesOut: z.int(),
          bytesIn: z.int(),
        }),
      ),
    }),
  },
  status: {
    summary: 'Tell what runs where, and how much is kept.',
    input: z.object({}),
    output: z.object({
      version: z.string(),
      pid: z.int(),
      /** False where no folder is open: memory is then shared by all windows without one. */
      workspace: z.boolean(),
      storage: z.object({
        bytes: z.int(),
        rooms: z.int(),
        memories: z.int(),
        schemaVersion: z.int(),
        file: z.string().optional(),
        /** What the last start had to repair, in words. */
        notice: z.string().optional(),
      }),
      uptimeMs: z.number(),
    }),
  },
} as const satisfies Record<string, FunctionSpec>;

export type Contract = typeof contract;
export type FunctionName = keyof Contract;
/** What a caller passes: defaults may be left out. */
export type Input<N extends FunctionName> = z.input<Contract[N]['input']>;
/** What a handler gets: defaults are filled in. */
export type ParsedInput<N extends FunctionName> = z.output<Contract[N]['input']>;
export type Output<N extends FunctionName> = z.output<Contract[N]['output']>;
export type Chunk<N extends FunctionName> = Contract[N] extends { chunk: infer C extends z.ZodType }
  ? z.output<C>
  : never;

export const FunctionName = z.enum(Object.keys(contract) as [FunctionName, ...FunctionName[]]);
