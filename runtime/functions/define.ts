import type { Audit } from '../kernel/audit.ts';
import type { Background } from '../kernel/background.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ZoeyError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { RateLimiter } from '../kernel/rateLimiter.ts';
import type { Embedder } from '../models/embedder/index.ts';
import type { TurnServices } from '../pipeline/context.ts';
import type { Turns } from '../pipeline/turns.ts';
import type { Coding } from '../plugins/coding/index.ts';
import type { Chunk, FunctionName, Output, ParsedInput } from '../protocol/contract.ts';
import type { Recall } from '../recall/createRecall.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Caller, Settings } from '../types/host.ts';
import type { IModelServer } from '../types/model.ts';
import type { IEmbedder } from '../types/recall.ts';
import type { Task } from '../types/task.ts';
import type { WorkspaceIndex } from '../workspace/index.ts';
import type { Passages } from '../workspace/passages.ts';
import type { Characters } from './agents/characters.ts';
import type { MemoryChanges } from './memory/changes.ts';

/** The composed parts that handlers work with. They hold no state between calls but what is here. */
export interface RuntimeParts {
  database: IDatabaseAdapter & { notice(): string | undefined };
  turns: Turns;
  turn: TurnServices;
  /** In whose name and when what nobody waits for is done. */
  background: Background;
  /** Who answers. */
  characters: Characters;
  /** Writes down what was done, without its content. */
  audit: Audit;
  /** Does a task now; gives back why it failed, if it did. */
  runTask(task: Task): Promise<ZoeyError | undefined>;
  /** What of the person's own could not be used, in words: a character, plugins. */
  notices(): readonly string[];
  /** What is done with code. */
  coding: Omit<Coding, 'plugin' | 'close'>;
  /** The model server at the address that the caller has set. */
  models(settings: Settings): IModelServer;
  /** Finds memories, and gives texts their vectors. */
  recall: Omit<Recall, 'database' | 'close'>;
  /** Tells that memories were stored, changed or removed by this process. */
  memoryChanges: Pick<MemoryChanges, 'follow'>;
  /** Finds places of the workspace. */
  passages: Passages;
  /** What is known of the files of the workspace. */
  workspaceIndex: Omit<WorkspaceIndex, 'embeddings' | 'close'>;
  /** Turns text into vectors, by the model that the settings name. */
  embedder: IEmbedder;
  /** Which model that is, and what there is of it. */
  embeddings: Omit<Embedder, keyof IEmbedder>;
  /** Reads a piece of the caller's workspace: inside it only, text only, no secret files. */
  readPiece: ReadPiece;
  /** Requests written down but not yet stored are stored. */
  flushLedger(): Promise<void>;
  /** How often each kind of caller may call. */
  limiter: Pick<RateLimiter, 'take'>;
  clock: Clock;
  log: Log;
  version: string;
}

export type ReadPiece = (
  root: string,
  piece: { path: string; startLine?: number; endLine?: number },
) => Promise<{ text: string; startLine: number; endLine: number }>;

/** What one call is given. */
export interface CallContext {
  runtime: RuntimeParts;
  caller: Caller;
  signal: AbortSignal;
}

/** A handler: it keeps nothing between calls. A streaming one is a generator that returns its output. */
export type Run<N extends FunctionName> = (
  input: ParsedInput<N>,
  context: CallContext,
) => Promise<Output<N>> | AsyncGenerator<Chunk<N>, Output<N>, void>;

export interface FunctionHandler<N extends FunctionName> {
  name: N;
  run: Run<N>;
  /** How long a call may take, in ms; streams have no such limit but their own. */
  deadlineMs?: number;
}

/** Any of the functions, whichever its types. */
export type AnyFunction = { [N in FunctionName]: FunctionHandler<N> }[FunctionName];

/** A function that streams or answers within its own deadlines. */
export function defineFunction<N extends FunctionName>(
  name: N,
  run: Run<N>,
  options: { deadlineMs?: number } = {},
): FunctionHandler<N> {
  return { name, run, ...options };
}
