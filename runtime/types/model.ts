import * as z from 'zod';
import type { Usage } from './memory.ts';

/** A model that the server has. Sizes in bytes, context in tokens. */
export const ModelInfo = z.object({
  name: z.string(),
  bytes: z.int().min(0),
  parameters: z.string().optional(),
  contextTokens: z.int().min(0).optional(),
  capabilities: z.array(z.string()),
  /** In memory now, so that an answer starts at once. */
  loaded: z.boolean(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

/** The state of the model server, as named in the panel, the status bar, the doctor and the log. */
export const ModelState = z.enum([
  'ready',
  'not_installed',
  'not_running',
  'wrong_address',
  'too_old',
  'no_model',
  'host_not_allowed',
  'failed',
]);
export type ModelState = z.infer<typeof ModelState>;

/** Progress of a download. Bytes are of the whole model, as far as known. */
export const PullProgress = z.object({
  status: z.string(),
  completed: z.int().min(0),
  total: z.int().min(0),
});
export type PullProgress = z.infer<typeof PullProgress>;

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface GenerateParams {
  model: string;
  messages: readonly ChatMessage[];
  /** Context window in tokens; always sent, and the same for every call to one model, or it reloads. */
  contextTokens: number;
  /** Upper bound of tokens to generate. */
  maxTokens?: number;
  temperature?: number;
  /** Let a capable model reason first; false turns it off. Ignored by models that cannot. */
  think?: boolean;
}

/** One event of a generation: a closed union, ended by exactly one `end`. */
export type GenerateEvent =
  | { type: 'loading'; model: string }
  | { type: 'thinking'; delta: string }
  | { type: 'text'; delta: string }
  | { type: 'end'; reason: 'stop' | 'length'; usage: Usage };

export interface ModelStatus {
  state: ModelState;
  /** The server asked, without credentials. */
  address: string;
  version?: string;
  /** Chat models only, in the server's order. */
  models: ModelInfo[];
  /** A sentence for the person, where the state is not `ready`. */
  message?: string;
  hint?: string;
}

/** A model server. Every failure is a ZoeyError with an `ollama_*`, `model_*` or `pull_*` code. */
export interface IModelServer {
  /** Never throws for a server that is away or wrong: that is a state. */
  status(signal: AbortSignal): Promise<ModelStatus>;
  /** Throws where the stream ends without its end, or with nothing in it. Leaving early closes the socket. */
  generate(params: GenerateParams, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, void>;
  pull(name: string, signal: AbortSignal): AsyncGenerator<PullProgress, void, void>;
  /** Loads the model so that the first answer starts at once. */
  preload(model: string, contextTokens: number, signal: AbortSignal): Promise<void>;
}
