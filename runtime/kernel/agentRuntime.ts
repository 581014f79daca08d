import type { Character } from '../types/agent.ts';
import type { HandlerCallback, RunContext } from '../types/components.ts';
import type { Room } from '../types/environment.ts';
import type { EventName, EventPayloadMap } from '../types/events.ts';
import type { Memory } from '../types/memory.ts';
import type {
  GenerateEvent,
  ModelInput,
  ModelRegistration,
  ModelResultMap,
  ModelTypeName,
  TextModelTypeName,
} from '../types/model.ts';
import type { PluginConfig } from '../types/plugin.ts';
import type { Uuid } from '../types/primitives.ts';
import type {
  Action,
  ActionCall,
  ActionChain,
  ActionStep,
  Connection,
  Evaluator,
  EventHandler,
  FoundMemory,
  IAgentRuntime,
  MemoryChange,
  MemoryDraft,
  MemoryRequest,
  ModelHandler,
  Plugin,
  Provider,
  ServiceClass,
  SettingValue,
  TaskWorker,
} from '../types/runtime.ts';
import type { IService } from '../types/service.ts';
import type { ComposedState, State } from '../types/state.ts';
import type { Task } from '../types/task.ts';
import { runActions } from './actions.ts';
import { connect } from './connections.ts';
import type { ZoeyError } from './errors.ts';
import { uuidv7 } from './ids.ts';
import { type AgentRuntimeOptions, createParts, type Parts, stopParts } from './parts.ts';
import { createInstaller } from './plugins/install.ts';
import type { Undo } from './registry.ts';
import { backgroundRun, type RunEvents, tellRun } from './run.ts';

/**
 * The agent's parts under the names of the plugin interface, and nothing else. It holds no state of a run:
 * a view that is bound to a run shares the parts and carries the run with it.
 */
export class AgentRuntime implements IAgentRuntime {
  readonly agentId: Uuid;
  readonly run: RunContext;
  readonly #parts: Parts;
  readonly #own: (undo: Undo) => void;

  /** `own` remembers how a registration is taken back; it is given while a plugin initialises. */
  private constructor(parts: Parts, run: RunContext, own: (undo: Undo) => void = () => {}) {
    this.agentId = parts.options.agentId;
    this.run = run;
    this.#parts = parts;
    this.#own = own;
  }

  static create(options: AgentRuntimeOptions): AgentRuntime {
    const parts = createParts(options);
    return new AgentRuntime(parts, backgroundRun(options.background, parts.stopping.signal));
  }

  get character(): Character {
    return this.#parts.settings.character;
  }
  get plugins(): readonly Plugin[] {
    return this.#parts.plugins.all;
  }
  get actions(): readonly Action[] {
    return this.#parts.actions.all;
  }
  get providers(): readonly Provider[] {
    return this.#parts.providers.all;
  }
  get evaluators(): readonly Evaluator[] {
    return this.#parts.evaluators.all;
  }

  registerPlugin(plugin: Plugin, config?: PluginConfig): Promise<void> {
    return this.#register([{ plugin, config }]);
  }
  registerPlugins(plugins: readonly Plugin[]): Promise<void> {
    return this.#register(plugins.map((plugin) => ({ plugin })));
  }
  registerAction(action: Action): void {
    this.#own(this.#parts.actions.add(action));
  }
  registerProvider(provider: Provider): void {
    this.#own(this.#parts.providers.add(provider));
  }
  registerEvaluator(evaluator: Evaluator): void {
    this.#own(this.#parts.evaluators.add(evaluator));
  }
  registerService(service: ServiceClass): void {
    this.#own(this.#parts.services.add(service));
  }
  registerTaskWorker(worker: TaskWorker): void {
    this.#own(this.#parts.tasks.add(worker));
  }
  registerModel<T extends ModelTypeName>(
    type: T,
    handler: ModelHandler<T>,
    provider: string,
    registration: number | ModelRegistration = {},
  ): void {
    const options = typeof registration === 'number' ? { priority: registration } : registration;
    this.#own(this.#parts.models.add(type, handler, { ...options, provider }));
  }
  registerEvent<E extends EventName>(event: E, handler: EventHandler<E>): Undo {
    const undo = this.#parts.events.on(event, handler);
    this.#own(undo);
    return undo;
  }

  getService<T extends IService = IService>(type: string): T | null {
    const service = this.#parts.services.get(type);
    // The first ask starts it; why it did not start is in the log.
    if (!service && this.hasService(type)) this.getServiceLoadPromise(type).catch(() => {});
    // Whoever asks for a type knows what it gives.
    return (service as T | undefined) ?? null;
  }
  async getServiceLoadPromise<T extends IService = IService>(type: string): Promise<T> {
    return (await this.#parts.services.load(type, this.#background())) as T;
  }
  hasService(type: string): boolean {
    return this.#parts.services.types.includes(type);
  }
  getRegisteredServiceTypes(): string[] {
    return this.#parts.services.types;
  }
  getTaskWorker(name: string): TaskWorker | undefined {
    return this.#parts.tasks.get(name);
  }

  getSetting(key: string): SettingValue {
    return this.#parts.settings.get(key);
  }
  setSetting(key: string, value: SettingValue): void {
    this.#own(this.#parts.settings.set(key, value));
  }

  composeState(
    message: Memory,
    include?: readonly string[] | null,
    onlyInclude?: boolean,
    skipCache?: boolean,
  ): Promise<ComposedState> {
    return this.#parts.states.compose(this.providers, {
      ...this.#bound(),
      message,
      include,
      onlyInclude,
      skipCache,
    });
  }

  useModel<T extends ModelTypeName>(
    type: T,
    input: ModelInput<T>,
    provider?: string,
  ): Promise<ModelResultMap[T]> {
    return this.#giveWay((run) => this.#parts.models.use({ ...this.#modelCall(run), type, input, provider }));
  }
  async *streamModel(
    type: TextModelTypeName,
    input: ModelInput<TextModelTypeName>,
    provider?: string,
  ): AsyncGenerator<GenerateEvent, void, void> {
    // What was read of a stream can't be taken back, so it gives way before it begins alone.
    if (this.run.background) await this.#parts.options.background.idle(this.run.signal);
    yield* this.#parts.models.stream({ ...this.#modelCall(this.run), type, input, provider });
  }
  getModel<T extends ModelTypeName>(type: T): ModelHandler<T> | undefined {
    return this.#parts.models.first(type);
  }

  processActions(
    message: Memory,
    responses: Memory[],
    state?: State,
    callback?: HandlerCallback,
  ): Promise<ActionStep[]> {
    const calls = responses.flatMap(({ content }) => (content.actions ?? []).map((name) => ({ name })));
    return this.runActions(calls, {
      message,
      responses,
      ...(state && { state }),
      ...(callback && { callback }),
    });
  }
  runActions(calls: readonly ActionCall[], chain: ActionChain): Promise<ActionStep[]> {
    return runActions(calls, { ...this.#bound(), actions: this.actions, chain });
  }
  evaluate(
    message: Memory,
    state?: State,
    didRespond = false,
    callback?: HandlerCallback,
    responses?: Memory[],
  ): Promise<Evaluator[]> {
    const evaluation = { ...this.#bound(), message, state, didRespond, callback, responses };
    return this.#parts.evaluations.add(this.evaluators, evaluation);
  }

  async emitEvent<E extends EventName>(
    event: E | readonly E[],
    payload: EventPayloadMap[E] & { source?: string },
  ): Promise<void> {
    const names = typeof event === 'string' ? [event] : event;
    await Promise.all(names.map((name) => this.#parts.events.emit(name, payload, this)));
  }
  async withRun<T>(
    message: Memory,
    context: Partial<RunContext>,
    body: (runtime: IAgentRuntime) => Promise<T>,
  ): Promise<T> {
    const run = { ...this.run, runId: uuidv7(), background: false, ...context };
    const view = this.#bind(run);
    const { clock, background } = this.#parts.options;
    const attended = run.background ? () => {} : background.attend();
    try {
      const emit: RunEvents['emit'] = (event, payload) => view.emitEvent(event, payload);
      return await tellRun(message, run, { clock, emit }, () => body(view));
    } finally {
      attended();
    }
  }

  createMemory(memory: MemoryDraft, tableName?: string, unique?: boolean): Promise<Uuid> {
    return this.#parts.memories.create({ ...memory, ...(unique !== undefined && { unique }) }, tableName);
  }
  getMemories(request: MemoryRequest): Promise<Memory[]> {
    return this.#parts.memories.list(request);
  }
  getMemoryById(id: Uuid): Promise<Memory | null> {
    return this.#parts.memories.get(id);
  }
  updateMemory(change: MemoryChange): Promise<boolean> {
    return this.#parts.memories.update(change);
  }
  deleteMemory(id: Uuid): Promise<void> {
    return this.deleteManyMemories([id]);
  }
  deleteManyMemories(ids: readonly Uuid[]): Promise<void> {
    return this.#parts.memories.delete(ids);
  }
  countMemories(request: Omit<MemoryRequest, 'count'>): Promise<number> {
    return this.#parts.memories.count(request);
  }
  searchMemories(request: MemoryRequest & { query: string }): Promise<FoundMemory[]> {
    return this.#parts.memories.search(request);
  }
  async getRoom(id: Uuid): Promise<Room | null> {
    return (await this.#parts.options.database.getRoom(id)) ?? null;
  }
  ensureConnection(connection: Connection): Promise<void> {
    return connect(connection, { ...this.#parts.options, character: this.character });
  }

  /** Who it is from now on; runs under way have it too. */
  setCharacter(character: Character): void {
    this.#parts.settings.character = character;
  }

  /** Begins to do tasks that are due, once it is known in whose name. */
  async startTasks(): Promise<void> {
    await this.#parts.options.background.known;
    if (!this.#parts.stopping.signal.aborted) this.#parts.tasks.start((signal) => this.#background(signal));
  }

  /** Does one task now. Gives back why it failed, if it did. */
  runTask(task: Task): Promise<ZoeyError | undefined> {
    return this.#parts.tasks.runNow(task, (signal) => this.#background(signal));
  }

  stop(): Promise<void> {
    return stopParts(this.#parts);
  }

  #register(plugins: readonly { plugin: Plugin; config?: PluginConfig | undefined }[]): Promise<void> {
    const { run } = this.#background();
    return this.#parts.plugins.register(plugins, (plugin) =>
      createInstaller(plugin, this.#parts, (own) => new AgentRuntime(this.#parts, run, own)),
    );
  }

  #bind(run: RunContext): AgentRuntime {
    return new AgentRuntime(this.#parts, run);
  }

  /** For what outlives the run that asks for it. */
  #background(signal: AbortSignal = this.#parts.stopping.signal): AgentRuntime {
    return this.#bind(backgroundRun(this.#parts.options.background, signal));
  }

  #bound() {
    return {
      run: this.run,
      log: this.#parts.options.log,
      audit: this.#parts.audit,
      bind: (run: RunContext) => this.#bind(run),
      emit: <E extends EventName>(event: E, payload: EventPayloadMap[E]) => this.emitEvent(event, payload),
    };
  }

  #modelCall(run: RunContext) {
    const used = (payload: EventPayloadMap['MODEL_USED']) => void this.emitEvent('MODEL_USED', payload);
    return { run, runtime: this, used };
  }

  /** Nobody waits for a call of the background, and somebody may begin to wait for another. */
  #giveWay<T>(call: (run: RunContext) => Promise<T>): Promise<T> {
    const { run } = this;
    if (!run.background) return call(run);
    return this.#parts.options.background.giveWay(run.signal, (signal) => call({ ...run, signal }));
  }
}
