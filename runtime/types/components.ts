import type * as z from 'zod';
import type { CodeSymbol } from './codeSymbol.ts';
import type { Caller } from './host.ts';
import type { Attachment, Content, Memory } from './memory.ts';
import type { Uuid } from './primitives.ts';
import type { Piece, State } from './state.ts';

// Actions, providers and evaluators take the runtime, and the runtime takes them. So that no two files
// need each other, they are written here for any runtime `R`; `runtime.ts` names them for ours.

/** What a run hands to everything that works for it. */
export interface RunContext {
  runId: Uuid;
  /** Who asked, and what they allow. */
  caller: Caller;
  /** Aborted when the run is stopped, or at the deadline of the component at hand. */
  signal: AbortSignal;
  /** Nobody waits for it: its calls to models give way while a person waits for an answer. */
  background: boolean;
  /** What came with the message, read and redacted. */
  attachments: readonly Attachment[];
  /** What the editor's language services know of the code that came with it; absent where none were asked. */
  symbols?: readonly CodeSymbol[];
  /** Tells the person what is being done: "Looking in 412 files". */
  onProgress(text: string): void;
  /** Shows what an action would write, and asks. False where the person refuses or nobody can be asked. */
  ask(proposal: ActionProposal): Promise<boolean>;
}

/** What an action wants to do that can't be undone by looking away. */
export interface ActionProposal {
  action: string;
  /** What it will do, in words or as a diff. */
  preview: string;
  parameters: unknown;
}

export interface ActionExample {
  name: string;
  content: Partial<Content>;
}

/** What one action gave. */
export interface ActionResult {
  success: boolean;
  text?: string;
  /** Merged into the state's values, for the actions that follow. */
  values?: Record<string, unknown>;
  data?: Record<string, unknown>;
  /** What is left to be done after it, in words: a model may then choose once more. */
  more?: string;
  error?: string | Error;
}

/** What came before in the same chain. */
export interface ActionContext {
  previousResults: ActionResult[];
  getPreviousResult?(action: string): ActionResult | undefined;
}

/** The run, and what concerns this call of a handler alone. */
export interface HandlerOptions extends RunContext {
  actionContext?: ActionContext;
  /** Parsed by the action's own schema; undefined for an action without one. */
  parameters?: unknown;
  [key: string]: unknown;
}

/** Says something to the room; resolves with what was stored. */
export type HandlerCallback = (response: Partial<Content>) => Promise<Memory[]>;

/** A handler may end without a word. */
type Nothing = Awaited<Promise<void>>;

/** Something that the agent can do. */
export interface ActionFor<R> {
  name: string;
  /** Other names under which a model may call it. Names are matched whole, case aside. */
  similes?: string[];
  description: string;
  examples?: ActionExample[][];
  /** Whether it is possible here and now. */
  validate(runtime: R, message: Memory, state?: State): Promise<boolean>;
  handler(
    runtime: R,
    message: Memory,
    state?: State,
    options?: HandlerOptions,
    callback?: HandlerCallback,
    responses?: Memory[],
  ): Promise<ActionResult | undefined | Nothing>;
  /**
   * What the person's own words plainly ask of it: its parameters, as given by no model. Undefined where they
   * ask nothing of it, or not plainly.
   */
  trigger?(words: string): unknown;
  /** It changes files, a terminal or a repository: the person is asked first. */
  writes?: boolean;
  /** What it would do, for the question. Its description, where it gives none. */
  preview?(runtime: R, message: Memory, parameters: unknown): Promise<string>;
  /** What a caller must pass; refused before the handler runs where it does not fit. */
  parameters?: z.ZodType;
  /** How long the handler may take, in ms; 30 seconds otherwise. */
  timeoutMs?: number;
}

/** What a provider contributes. */
export interface ProviderResult {
  /** For the prompt. */
  text?: string;
  values?: Record<string, unknown>;
  data?: Record<string, unknown>;
  /** Context with its origin, most useful first: numbered, fenced and cited. */
  pieces?: readonly Piece[];
}

/** A sense of the agent: it contributes to the state that a message is answered from. */
export interface ProviderFor<R> {
  name: string;
  description?: string;
  /** Left out unless it is asked for by name. */
  dynamic?: boolean;
  /** As `dynamic`, and not listed for the model. */
  private?: boolean;
  /** It looks things up for an answer, which takes time: left out where an action is what the message calls for. */
  searches?: boolean;
  /** What a lower position gives comes first; 0 otherwise. */
  position?: number;
  /** How long a message waits for it, in ms; 5 seconds otherwise. What it gives later is left out. */
  deadlineMs?: number;
  get(runtime: R, message: Memory, state: State, options: RunContext): Promise<ProviderResult>;
}

export interface EvaluationExample {
  prompt: string;
  messages: ActionExample[];
  outcome: string;
}

/** What looks back at a message after it was answered: facts, reflection, goals. It never delays the answer. */
export interface EvaluatorFor<R> {
  name: string;
  description: string;
  similes?: string[];
  examples?: EvaluationExample[];
  /** Also where the agent did not respond. */
  alwaysRun?: boolean;
  /** It can do nothing without a model: it is not called where none answers. */
  asksModel?: boolean;
  validate(runtime: R, message: Memory, state?: State): Promise<boolean>;
  handler(
    runtime: R,
    message: Memory,
    state?: State,
    options?: HandlerOptions,
    callback?: HandlerCallback,
    responses?: Memory[],
  ): Promise<unknown>;
  /** How long the handler may take, in ms; 60 seconds otherwise. */
  timeoutMs?: number;
}
