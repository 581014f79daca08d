import * as z from 'zod';
import { WireError } from './errors.ts';
import { Metadata, Text, Timestamp, Uuid } from './primitives.ts';

/** What an answer used, numbered from 1 as it is cited in the text. */
export const Reference = z.object({
  number: z.int().min(1),
  kind: z.enum(['code', 'attachment', 'memory']),
  /** Relative to the workspace folder, with forward slashes. */
  path: z.string().optional(),
  /** Lines count from 1; both ends belong to the piece. */
  startLine: z.int().min(1).optional(),
  endLine: z.int().min(1).optional(),
  /** The function, class or section that the lines are of. */
  symbol: z.string().optional(),
  memoryId: Uuid.optional(),
  /** When a memory was made. */
  createdAt: Timestamp.optional(),
  text: z.string(),
  score: z.number().optional(),
});
export type Reference = z.infer<typeof Reference>;

/**
 * What the person gave along with a message. Files, selections and folders are places of the workspace;
 * `path` is a mere name of the others, which only the editor or the memory can tell the text of.
 */
export const Attachment = z.object({
  kind: z.enum(['file', 'selection', 'folder', 'diff', 'problems', 'terminal', 'memory']),
  path: z.string().min(1),
  startLine: z.int().min(1).optional(),
  endLine: z.int().min(1).optional(),
  languageId: z.string().optional(),
  /** The live text where the editor has it; read from disk otherwise. */
  text: Text.optional(),
  /** What is shown of it where its path says too little: "Staged changes", a symbol's name. */
  label: z.string().max(200).optional(),
  memoryId: Uuid.optional(),
  /** About how many tokens its text takes. */
  tokens: z.int().min(0).optional(),
});
export type Attachment = z.infer<typeof Attachment>;

/** What one generation cost. Tokens are the model's own count. */
export const Usage = z.object({
  promptTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  /** Generation alone, without loading and reading the prompt. */
  tokensPerSecond: z.number().min(0),
  /** The context window that was asked for (`num_ctx`), in tokens. */
  contextTokens: z.int().min(0),
});
export type Usage = z.infer<typeof Usage>;

/** A piece that did not fit the model's context. */
export const Dropped = z.object({
  what: z.enum(['message', 'code', 'attachment', 'memory']),
  label: z.string(),
  tokens: z.int().min(0),
});
export type Dropped = z.infer<typeof Dropped>;

/**
 * How far a message came. `streaming` is still being written by a living turn; `stopped` by the person;
 * `interrupted` by a crash or a closed window; `failed` by an error that stands beside it.
 */
export const MessageStatus = z.enum(['complete', 'streaming', 'stopped', 'interrupted', 'failed']);
export type MessageStatus = z.infer<typeof MessageStatus>;

/** What a memory says. The fields after `text` are those of a message. */
export const Content = z.object({
  text: z.string(),
  role: z.enum(['user', 'assistant']).optional(),
  status: MessageStatus.optional(),
  /** The model's reasoning, kept apart from the answer. */
  thinking: z.string().optional(),
  thinkingMs: z.int().min(0).optional(),
  /** The model that wrote it; absent where no model is connected. */
  model: z.string().optional(),
  attachments: z.array(Attachment).optional(),
  references: z.array(Reference).optional(),
  usage: Usage.optional(),
  dropped: z.array(Dropped).optional(),
  error: WireError.optional(),
  /** Why the agent says it, in its own words; not shown as part of the text. */
  thought: z.string().optional(),
  /** Names of the actions that it calls for. */
  actions: z.array(z.string()).optional(),
  /** Names of the providers that it asks for. */
  providers: z.array(z.string()).optional(),
  inReplyTo: Uuid.optional(),
  /** The platform that it came over: "editor", "cli". */
  source: z.string().max(100).optional(),
});
export type Content = z.infer<typeof Content>;

/** What kind of thing is remembered. A conversation's messages are memories too; fragments are of a document. */
export const MemoryKind = z.enum(['message', 'note', 'fact', 'document', 'fragment']);
export type MemoryKind = z.infer<typeof MemoryKind>;

/** One thing that an agent remembers. Ids come from the client, so a retry stores nothing twice. */
export const Memory = z.object({
  id: Uuid,
  kind: MemoryKind,
  agentId: Uuid,
  /** Who said it: the person or the agent. */
  entityId: Uuid,
  roomId: Uuid.optional(),
  content: Content,
  /** From 0 (trifle) to 1 (vital). */
  importance: z.number().min(0).max(1),
  /** Where it came from, in words or as a path: "conversation", "user", "src/a.ts:3-9". */
  source: z.string(),
  /** The document of which this is a fragment: it goes when the document goes. */
  documentId: Uuid.optional(),
  /** False where another memory says the same. */
  unique: z.boolean().optional(),
  /** The model that found it out; absent where a person or a program said it. */
  model: z.string().max(300).optional(),
  /** When an answer last cited it. */
  lastUsedAt: Timestamp.optional(),
  /** The memory that says what holds now. This one is history: it is not recalled. */
  supersededBy: Uuid.optional(),
  metadata: Metadata.optional(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Memory = z.infer<typeof Memory>;
