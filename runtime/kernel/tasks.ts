import type { Uuid } from '../types/primitives.ts';
import type { IAgentRuntime, TaskWorker } from '../types/runtime.ts';
import type { Task } from '../types/task.ts';
import type { ITaskStore } from '../types/taskStore.ts';
import type { Clock } from './clock.ts';
import { within } from './deadline.ts';
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
      await Promise.all(tasks.map((task) => this.#run(task, claim, bind)));
      if (tasks.length < AT_ONCE) return;
    }
  }

  async #run(task: Task, claim: Uuid, bind: (signal: AbortSignal) => IAgentRuntime): Promise<void> {
    const { database, clock, log, signal } = this.#options;
    const worker = this.get(task.name);
    const again = (ms: number) => ({ dueAt: clock() + ms, updatedAt: clock() });
    if (!worker) {
      log.warn(`nobody does the task ${task.name} yet`);
      await database.finishTask(task.id, claim, again(TIMEOUT_MS));
      return;
    }
    try {
      await within({ ms: TIMEOUT_MS, signal, what: task.name }, (own) =>
        worker.execute(bind(own), task.metadata, task),
      );
    } catch (error) {
      // Its claim ends by itself, and it is handed out again then.
      log.warn(`task ${task.name} failed: ${nameOf(error)}`);
      if (signal.aborted || task.attempts < ATTEMPTS) return;
    }
    const { updateInterval } = task.metadata;
    const repeats = typeof updateInterval === 'number' && updateInterval > 0;
    await database.finishTask(task.id, claim, repeats ? again(updateInterval) : undefined);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown failure';
}
