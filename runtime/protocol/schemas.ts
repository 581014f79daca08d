import * as z from 'zod';
import { WireError } from '../types/errors.ts';
import { Work } from '../types/events.ts';
import { Content, Memory, Reference } from '../types/memory.ts';
import { ModelInfo, ModelState } from '../types/model.ts';
import { JsonValue, Timestamp, Uuid } from '../types/primitives.ts';

export { Work };

/** A message as the panel and the command line see it. */
export const Message = Content.required({ role: true, status: true }).extend({
  id: Uuid,
  roomId: Uuid,
  createdAt: Timestamp,
});
export type Message = z.infer<typeof Message>;

/** A conversation in a list. `snippet` is set for a search: the first words that matched, in context. */
export const RoomSummary = z.object({
  id: Uuid,
  title: z.string(),
  pinned: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  snippet: z.string().optional(),
});
export type RoomSummary = z.infer<typeof RoomSummary>;

export const MemoryItem = Memory.pick({
  id: true,
  kind: true,
  source: true,
  createdAt: true,
  importance: true,
  roomId: true,
  model: true,
  lastUsedAt: true,
  supersededBy: true,
}).extend({
  text: z.string(),
  /** Of a long text, the part that speaks most of what was asked, set by a search. */
  snippet: z.string().optional(),
  /** From 0 to 1, set by a search. */
  score: z.number().optional(),
  /** What the score is made of, set by a search. */
  why: z
    .object({
      meaning: z.number(),
      words: z.number(),
      exact: z.number(),
      recency: z.number(),
      importance: z.number(),
      update: z.number(),
    })
    .partial()
    .optional(),
});
export type MemoryItem = z.infer<typeof MemoryItem>;

/** One thing that a search over everything found. */
export const FoundItem = z.discriminatedUnion('source', [
  z.object({ source: z.literal('memory'), memory: MemoryItem }),
  z.object({
    source: z.literal('workspace'),
    path: z.string(),
    startLine: z.int().min(1),
    endLine: z.int().min(1),
    text: z.string(),
    score: z.number(),
  }),
]);
export type FoundItem = z.infer<typeof FoundItem>;

/** Something that the agent can do. */
export const ActionItem = z.object({
  name: z.string(),
  description: z.string(),
  /** The person is asked first. */
  writes: z.boolean(),
  /** JSON schema of what it takes. */
  parameters: z.record(z.string(), JsonValue).optional(),
});
export type ActionItem = z.infer<typeof ActionItem>;

/** What became of one action. `refused`: what it would do is in `preview`, and was not confirmed. */
export const ActionOutcome = z.object({
  action: z.string(),
  status: z.enum(['completed', 'failed', 'refused', 'skipped']),
  text: z.string(),
  preview: z.string().optional(),
  error: WireError.optional(),
});
export type ActionOutcome = z.infer<typeof ActionOutcome>;

/**
 * One event of a turn. `start` carries all that is known so far; deltas follow; `end` is the stored message, or one
 * that says IGNORE, and is stored nowhere, where a rule left what was said without an answer.
 */
export const ChatChunk = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), room: RoomSummary, message: Message.optional(), reply: Message }),
  z.object({ type: z.literal('work'), work: Work }),
  z.object({ type: z.literal('references'), references: z.array(Reference) }),
  z.object({ type: z.literal('thinking'), delta: z.string() }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  z.object({ type: z.literal('end'), message: Message, room: RoomSummary }),
]);
export type ChatChunk = z.infer<typeof ChatChunk>;

/** The one button that cures a state. */
export const ModelAction = z.object({
  kind: z.enum(['install', 'start', 'update', 'change_address', 'allow_host', 'pull', 'choose']),
  label: z.string(),
  /** For `pull`. */
  model: z.string().optional(),
});
export type ModelAction = z.infer<typeof ModelAction>;

/** A model worth having on a common machine. Bytes are of the download, approximate. */
export const ModelSuggestion = z.object({ name: z.string(), bytes: z.int(), note: z.string() });
export type ModelSuggestion = z.infer<typeof ModelSuggestion>;

export const ModelStatusReport = z.object({
  state: ModelState,
  /** The state in the words of the panel: "Ollama is not running". */
  word: z.string(),
  message: z.string().optional(),
  hint: z.string().optional(),
  action: ModelAction.optional(),
  address: z.string(),
  version: z.string().optional(),
  /** The model that will answer. */
  model: ModelInfo.optional(),
  contextTokens: z.int().optional(),
  suggestions: z.array(ModelSuggestion),
});
export type ModelStatusReport = z.infer<typeof ModelStatusReport>;
