import type { Uuid } from '../types/primitives.ts';
import type { IAgentRuntime, TaskWorker } from '../types/runtime.ts';
import type { Task } from '../types/task.ts';
import type { ITaskStore } from '../types/taskStore.ts';
import type { Clock } from './clock.ts';
import { within } from './deadline.ts';
import { ZoeyError } from './errors.ts';
import { uuidv7 } from './ids.ts';
import type { Log } from './log.ts';
import { Registry, type Undo } from './registry.ts';

/** How often due tasks are looked for, and how many are taken at once. */
const EVERY_MS = 30_000;
const AT_ONCE = 10;
/** How long a task may take. One that fails is due again after that, this often. */
const TIMEOUT_MS = 5 * 60_000;
const ATTEMPTS = 3;

export interface TaskRunnerOptions {
  agentId: Uuid;
  database: ITaskStore;
  clock: Clock;
  log: Log;
  /** Aborted when the runtime stops. */
  signal: AbortSignal;
}

/** Does tasks when they are due, each by the worker of its name, each once, also after a restart. */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #workers: Registry<TaskWorker>;
  readonly #active = new Set<Uuid>();
  /** Tasks that somebody asked to be done now, and what became of them. */
  readonly #asked = new Map<Uuid, { done?: boolean; error?: ZoeyError }>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
    this.#workers = new Registry('task worker', options.log);
  }

  add(worker: TaskWorker): Undo {
    return this.#workers.add(worker);
  }

  get(name: string): TaskWorker | undefined {
    return this.#workers.all.find((worker) => worker.name === name);
  }

  /** Looks now, and from then on from time to time. */
  start(bind: (signal: AbortSignal) => IAgentRuntime): void {
    this.#timer ??= setInterval(() => void this.runDue(bind), EVERY_MS).unref();
    void this.runDue(bind);
  }

  /** Does what is due now; settles when that is done. Never rejects. */
  runDue(bind: (signal: AbortSignal) => IAgentRuntime): Promise<void> {
    this.#running ??= this.#claimAndRun(bind)
      .catch((error: unknown) => this.#options.log.warn(`due tasks were not run: ${nameOf(error)}`))
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /**
   * Does one task now, whenever it is due. Gives back why it failed, if it did.
   * @throws `conflict` where nobody here does such tasks, or it is being done already.
   */
  async runNow(
    { id, name }: Task,
    bind: (signal: AbortSignal) => IAgentRuntime,
  ): Promise<ZoeyError | undefined> {
    const { database, clock } = this.#options;
    if (!this.get(name)) {
      throw new ZoeyError('conflict', `Nobody here does tasks called "${name}".`, {
        hint: 'Add the plugin that does them.',
      });
    }
    if (this.#active.has(id) || this.#asked.has(id)) throw beingDone();
    const asked: { done?: boolean; error?: ZoeyError } = {};
    this.#asked.set(id, asked);
    try {
      await database.updateTask(id, { dueAt: clock(), updatedAt: clock() });
      // A look that is under way may have begun before the task was due.
      for (let look = 0; look < 2 && !asked.done; look += 1) await this.runDue(bind);
    } finally {
      this.#asked.delete(id);
    }
    if (!asked.done) throw beingDone();
    return asked.error;
  }

  /** What runs is told to stop, and waited for. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #claimAndRun(bind: (signal: AbortSignal) => IAgentRuntime): Promise<void> {
    const { agentId, database, clock, signal } = this.#options;
    while (!signal.aborted) {
      const claim = uuidv7();
      const now = clock();
      const tasks = await database.claimTasks({
        agentId,
        claim,
        now,
        until: now + TIMEOUT_MS,
        limit: AT_ONCE,
      });
      await Promise.all(tasks.map((task) => this.#perform(task, claim, bind)));
      if (tasks.length < AT_ONCE) return;
    }
  }

  async #perform(task: Task, claim: Uuid, bind: (signal: AbortSignal) => IAgentRuntime): Promise<void> {
    this.#active.add(task.id);
    const error = await this.#run(task, claim, bind).finally(() => this.#active.delete(task.id));
    const asked = this.#asked.get(task.id);
    if (asked) Object.assign(asked, { done: true, error });
  }

  /** Gives back why it failed, if it did. */
  async #run(
    task: Task,
    claim: Uuid,
    bind: (signal: AbortSignal) => IAgentRuntime,
  ): Promise<ZoeyError | undefined> {
    const { database, clock, log, signal } = this.#options;
    let failure: ZoeyError | undefined;
    const worker = this.get(task.name);
    const again = (ms: number) => ({ dueAt: clock() + ms, updatedAt: clock() });
    if (!worker) {
      log.warn(`nobody does the task ${task.name} yet`);
      await database.finishTask(task.id, claim, again(TIMEOUT_MS));
      return undefined;
    }
    try {
      await within({ ms: TIMEOUT_MS, signal, what: task.name }, (own) =>
        worker.execute(bind(own.signal), task.metadata, task),
      );
    } catch (error) {
      // Its claim ends by itself, and it is handed out again then.
      log.warn(`task ${task.name} failed: ${nameOf(error)}`);
      failure = ZoeyError.from(error);
      if (signal.aborted || task.attempts < ATTEMPTS) return failure;
    }
    const { updateInterval } = task.metadata;
    const repeats = typeof updateInterval === 'number' && updateInterval > 0;
    await database.finishTask(task.id, claim, repeats ? again(updateInterval) : undefined);
    return failure;
  }
}

function beingDone(): ZoeyError {
  return new ZoeyError('conflict', 'This task is being done already.', { hint: 'Wait for its end.' });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown failure';
}
