import type { Character } from './agent.ts';
import type {
  ActionFor,
  ActionResult,
  EvaluatorFor,
  HandlerCallback,
  ProviderFor,
  RunContext,
} from './components.ts';
import type { ChannelType, Room } from './environment.ts';
import type { WireError } from './errors.ts';
import type { EventHandlerFor, EventName, EventPayloadMap } from './events.ts';
import type { Content, Memory, MemoryKind } from './memory.ts';
import type {
  GenerateEvent,
  ModelHandlerFor,
  ModelInput,
  ModelRegistration,
  ModelResultMap,
  ModelTypeName,
  TextModelTypeName,
} from './model.ts';
import type { PluginConfig, PluginFor } from './plugin.ts';
import type { Uuid } from './primitives.ts';
import type { IService, ServiceClassFor } from './service.ts';
import type { ComposedState, State } from './state.ts';
import type { Task } from './task.ts';

export type Action = ActionFor<IAgentRuntime>;
export type Provider = ProviderFor<IAgentRuntime>;
export type Evaluator = EvaluatorFor<IAgentRuntime>;
export type Plugin = PluginFor<IAgentRuntime>;
export type ServiceClass = ServiceClassFor<IAgentRuntime>;
export type ModelHandler<T extends ModelTypeName = ModelTypeName> = ModelHandlerFor<IAgentRuntime, T>;
export type EventHandler<E extends EventName> = EventHandlerFor<IAgentRuntime, E>;

export type SettingValue = string | number | boolean | null;

/** An action to be run, as a model or a program chose it. */
export interface ActionCall {
  name: string;
  parameters?: unknown;
}

/** What became of one call in a chain. A step that failed does not end the chain. */
export interface ActionStep {
  /** The action's own name, or the name that was asked for where there is none. */
  action: string;
  parameters?: unknown;
  /** `refused`: the person said no. `skipped`: not possible now, or over the limit of the chain. */
  status: 'completed' | 'failed' | 'refused' | 'skipped';
  result?: ActionResult;
  /** Set unless it completed. */
  error?: WireError;
}

/** What a chain of actions works on. */
export interface ActionChain {
  message: Memory;
  state?: State;
  callback?: HandlerCallback;
  responses?: Memory[];
  /** Steps of the same chain that are done already: they count for its limits. */
  previous?: readonly ActionStep[];
}

/** A memory as plugins make it; the runtime adds what is missing. */
export type MemoryDraft = Pick<Memory, 'content' | 'entityId'> & Partial<Memory>;

/** What is given of the content replaces that part of it; the rest stays. */
export interface MemoryChange {
  id: Uuid;
  content?: Partial<Content>;
  importance?: number;
}

/** Which memories: a table is what other runtimes call a kind ("messages", "facts", "documents", "memories"). */
export interface MemoryRequest {
  kinds?: readonly MemoryKind[];
  tableName?: string;
  roomId?: Uuid;
  /** At most; 20 otherwise. */
  count?: number;
}

export type FoundMemory = Memory & {
  /** From 0 to 1. */
  similarity: number;
};

/** What does the tasks of one name when they are due. */
export interface TaskWorker {
  name: string;
  execute(runtime: IAgentRuntime, options: Record<string, unknown>, task: Task): Promise<void>;
}

/** Who talks where: made where it is missing, left as it is otherwise. */
export interface Connection {
  entityId: Uuid;
  roomId: Uuid;
  /** The entity's names. */
  userName?: string;
  name?: string;
  /** The platform: "editor", "cli". */
  source?: string;
  type?: ChannelType;
  channelId?: string;
  worldId?: Uuid;
  worldName?: string;
}

/**
 * What plugins see of an agent. Handlers are given one that is bound to their run: what they call through
 * it has the run's caller and stops with it. Errors are ZoeyErrors.
 */
export interface IAgentRuntime {
  readonly agentId: Uuid;
  readonly character: Character;
  readonly plugins: readonly Plugin[];
  readonly actions: readonly Action[];
  readonly providers: readonly Provider[];
  readonly evaluators: readonly Evaluator[];
  /** The run that this one is bound to; outside of runs, one that nobody waits for and that may nothing. */
  readonly run: RunContext;

  /** Checks its config, initialises it, takes its components in. What it depends on must be there. */
  registerPlugin(plugin: Plugin, config?: PluginConfig): Promise<void>;
  /** Several, ordered by their dependencies, then by priority. */
  registerPlugins(plugins: readonly Plugin[]): Promise<void>;
  registerAction(action: Action): void;
  registerProvider(provider: Provider): void;
  registerEvaluator(evaluator: Evaluator): void;
  registerService(service: ServiceClass): void;
  /** `provider` is the name of who registers. */
  registerModel<T extends ModelTypeName>(
    type: T,
    handler: ModelHandler<T>,
    provider: string,
    registration?: number | ModelRegistration,
  ): void;
  /** Returns what takes the handler out again. */
  registerEvent<E extends EventName>(event: E, handler: EventHandler<E>): () => void;

  /** The service where it is started; the first call starts it and gives null. */
  getService<T extends IService = IService>(type: string): T | null;
  /** Starts it where it is not; rejects where that fails, or there is none of that type. */
  getServiceLoadPromise<T extends IService = IService>(type: string): Promise<T>;
  hasService(type: string): boolean;
  getRegisteredServiceTypes(): string[];

  getSetting(key: string): SettingValue;
  /** The highest layer; null takes it out. */
  setSetting(key: string, value: SettingValue): void;

  /**
   * What the providers know about a message. All but dynamic and private ones by default; `include` adds
   * some by name, `onlyInclude` asks those alone.
   */
  composeState(
    message: Memory,
    include?: readonly string[] | null,
    onlyInclude?: boolean,
    skipCache?: boolean,
  ): Promise<ComposedState>;

  /** The first handler that answers, by priority. A text is given whole. */
  useModel<T extends ModelTypeName>(
    type: T,
    input: ModelInput<T>,
    provider?: string,
  ): Promise<ModelResultMap[T]>;
  /** A text as it is written; ends with an `end` event. Leaving early stops the model. */
  streamModel(
    type: TextModelTypeName,
    input: ModelInput<TextModelTypeName>,
    provider?: string,
  ): AsyncGenerator<GenerateEvent, void, void>;
  /** The handler that would be tried first. */
  getModel<T extends ModelTypeName>(type: T): ModelHandler<T> | undefined;

  /** Runs the actions that the responses name, in order. */
  processActions(
    message: Memory,
    responses: Memory[],
    state?: State,
    callback?: HandlerCallback,
  ): Promise<ActionStep[]>;
  runActions(calls: readonly ActionCall[], chain: ActionChain): Promise<ActionStep[]>;
  /** Queues the evaluators; settles with those that ran. Nobody has to wait for it. */
  evaluate(
    message: Memory,
    state?: State,
    didRespond?: boolean,
    callback?: HandlerCallback,
    responses?: Memory[],
  ): Promise<Evaluator[]>;

  /** Every handler runs; those that fail are logged. */
  emitEvent<E extends EventName>(
    event: E | readonly E[],
    payload: EventPayloadMap[E] & { source?: string },
  ): Promise<void>;
  /**
   * Runs `body` with a runtime that is bound to a run for this message. RUN_STARTED comes before,
   * RUN_ENDED after, whatever happened.
   */
  withRun<T>(
    message: Memory,
    context: Partial<RunContext>,
    body: (runtime: IAgentRuntime) => Promise<T>,
  ): Promise<T>;

  /** An id that exists already is left as it is. Resolves when it is durable. */
  createMemory(memory: MemoryDraft, tableName?: string, unique?: boolean): Promise<Uuid>;
  getMemories(filter: MemoryRequest): Promise<Memory[]>;
  getMemoryById(id: Uuid): Promise<Memory | null>;
  updateMemory(change: MemoryChange): Promise<boolean>;
  deleteMemory(id: Uuid): Promise<void>;
  deleteManyMemories(ids: readonly Uuid[]): Promise<void>;
  countMemories(filter: Omit<MemoryRequest, 'count'>): Promise<number>;
  /** The best first. */
  searchMemories(filter: MemoryRequest & { query: string }): Promise<FoundMemory[]>;
  getRoom(id: Uuid): Promise<Room | null>;
  /** Makes sure that world, room and entity exist and that the entity and the agent take part. */
  ensureConnection(connection: Connection): Promise<void>;
  /** Its tasks are done when they are due, each once. */
  registerTaskWorker(worker: TaskWorker): void;
  getTaskWorker(name: string): TaskWorker | undefined;

  /** Drains what is in the background, disposes the plugins and stops the services, in reverse. */
  stop(): Promise<void>;
}
