import * as z from 'zod';
import type { RunContext } from './components.ts';
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
  /** A JSON schema that the answer is held to. */
  schema?: Record<string, unknown>;
}

/** What is to stand between two texts. */
export interface FillParams {
  model: string;
  prefix: string;
  suffix: string;
  /** As in `GenerateParams`. */
  contextTokens: number;
  maxTokens: number;
  /** Where to end at once. */
  stop?: readonly string[];
}

/** One event of a generation: a closed union, ended by exactly one `end`. */
export type GenerateEvent =
  | { type: 'loading'; model: string }
  | { type: 'thinking'; delta: string }
  | { type: 'text'; delta: string }
  | { type: 'end'; reason: 'stop' | 'length'; usage?: Usage };

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
  /** Fills in between two texts, with a model that has the capability `insert`. Leaving early closes the socket. */
  fill(params: FillParams, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, void>;
  pull(name: string, signal: AbortSignal): AsyncGenerator<PullProgress, void, void>;
  /** Loads the model so that the first answer starts at once. */
  preload(model: string, contextTokens: number, signal: AbortSignal): Promise<void>;
}

/** What a model is used for. The value is the name under which handlers are registered. */
export const ModelType = {
  TEXT_SMALL: 'TEXT_SMALL',
  TEXT_LARGE: 'TEXT_LARGE',
  TEXT_REASONING_SMALL: 'REASONING_SMALL',
  TEXT_REASONING_LARGE: 'REASONING_LARGE',
  TEXT_COMPLETION: 'TEXT_COMPLETION',
  TEXT_EMBEDDING: 'TEXT_EMBEDDING',
  TEXT_TOKENIZER_ENCODE: 'TEXT_TOKENIZER_ENCODE',
  TEXT_TOKENIZER_DECODE: 'TEXT_TOKENIZER_DECODE',
  OBJECT_SMALL: 'OBJECT_SMALL',
  OBJECT_LARGE: 'OBJECT_LARGE',
} as const;

/** Settings that bear on every text model: those of one type (`TEXT_SMALL_TEMPERATURE`) beat `DEFAULT_...`. */
export interface SamplingParams {
  /** Upper bound of tokens to generate. */
  maxTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  minP?: number;
  seed?: number;
  repetitionPenalty?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
}

/** What a handler of a text model is given. */
export interface GenerateTextParams extends SamplingParams {
  /** The whole prompt as one text; made of `messages` where those are given. */
  prompt: string;
  /** The prompt as a conversation, for models that take one. */
  messages?: readonly ChatMessage[];
  stopSequences?: string[];
  /** For `TEXT_COMPLETION`: what follows the text that is filled in. */
  suffix?: string;
  responseFormat?: { type: 'json_object' | 'text' };
  /** A JSON schema that the text must follow, where the model can be held to it. */
  schema?: Record<string, unknown>;
  /** The model by its own name, where one was chosen. */
  model?: string;
  /** Context window to ask for, in tokens. */
  contextTokens?: number;
  /** Let a capable model reason first. */
  think?: boolean;
  /** The run that asks: its caller's settings and its signal. */
  run: RunContext;
}

export interface TextEmbeddingParams {
  text: string;
}

export interface ObjectGenerationParams extends SamplingParams {
  prompt: string;
  schema?: Record<string, unknown>;
  output?: 'object' | 'array' | 'enum';
  enumValues?: string[];
  stopSequences?: string[];
}

export interface TokenizeTextParams {
  prompt: string;
  modelType: ModelTypeName;
}

export interface DetokenizeTextParams {
  tokens: number[];
  modelType: ModelTypeName;
}

/** What handlers are given, by model type. */
export interface ModelParamsMap {
  TEXT_SMALL: GenerateTextParams;
  TEXT_LARGE: GenerateTextParams;
  REASONING_SMALL: GenerateTextParams;
  REASONING_LARGE: GenerateTextParams;
  TEXT_COMPLETION: GenerateTextParams;
  TEXT_EMBEDDING: TextEmbeddingParams | string | null;
  TEXT_TOKENIZER_ENCODE: TokenizeTextParams;
  TEXT_TOKENIZER_DECODE: DetokenizeTextParams;
  OBJECT_SMALL: ObjectGenerationParams;
  OBJECT_LARGE: ObjectGenerationParams;
}

/** What a call gives back, by model type. */
export interface ModelResultMap {
  TEXT_SMALL: string;
  TEXT_LARGE: string;
  REASONING_SMALL: string;
  REASONING_LARGE: string;
  TEXT_COMPLETION: string;
  TEXT_EMBEDDING: number[];
  TEXT_TOKENIZER_ENCODE: number[];
  TEXT_TOKENIZER_DECODE: string;
  OBJECT_SMALL: Record<string, unknown>;
  OBJECT_LARGE: Record<string, unknown>;
}
export type ModelTypeName = keyof ModelParamsMap;
export type TextModelTypeName =
  | 'TEXT_SMALL'
  | 'TEXT_LARGE'
  | 'REASONING_SMALL'
  | 'REASONING_LARGE'
  | 'TEXT_COMPLETION';

/** What a caller passes: a text model takes a prompt or messages, and knows its run by itself. */
export type ModelInput<T extends ModelTypeName> = T extends TextModelTypeName
  ? Partial<GenerateTextParams>
  : ModelParamsMap[T];

/** What a handler gives: text models may stream their events instead of giving the text at once. */
export type ModelOutput<T extends ModelTypeName> = T extends TextModelTypeName
  ? Promise<string> | AsyncIterable<GenerateEvent>
  : Promise<ModelResultMap[T]>;

export type ModelHandlerFor<R, T extends ModelTypeName> = (
  runtime: R,
  params: ModelParamsMap[T],
) => ModelOutput<T>;

/** A plugin's handlers, by model type. */
export type ModelHandlersFor<R> = { [T in ModelTypeName]?: ModelHandlerFor<R, T> };

export interface ModelRegistration {
  /** Among handlers of one type, the higher is tried first; then the order of registration counts. */
  priority?: number;
  /** Which endpoint a call goes to: each has a circuit breaker of its own. The provider's name otherwise. */
  endpoint?(params: unknown): string;
}
