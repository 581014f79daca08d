import type { Page, PageQuery } from './page.ts';
import type { JsonValue, Timestamp, Uuid } from './primitives.ts';
import type { LogEntry, Task } from './task.ts';

/** What is absent may be anything. Oldest first. */
export interface TaskQuery extends PageQuery {
  agentId: Uuid;
  roomId?: Uuid;
  entityId?: Uuid;
  name?: string;
  /** Only tasks that have every one of these. */
  tags?: readonly string[];
}

/** What it names is changed; `metadata` is merged, null removes a key; `dueAt: null` means no more by itself. */
export type TaskPatch = Partial<Pick<Task, 'name' | 'description' | 'tags' | 'metadata'>> & {
  dueAt?: Timestamp | null;
  updatedAt: Timestamp;
};

/** One look for work. */
export interface TaskClaim {
  agentId: Uuid;
  /** Names the claim: a new id each time. */
  claim: Uuid;
  now: Timestamp;
  /** How long the tasks belong to the claim. Whoever runs them must be done by then, or stop. */
  until: Timestamp;
  limit: number;
}

/** What is absent may be anything. The latest first. */
export interface LogQuery extends PageQuery {
  agentId: Uuid;
  type?: string;
  entityId?: Uuid;
  roomId?: Uuid;
}

/** Tasks, logs, and what is kept for a while. */
export interface ITaskStore {
  /** False where the id exists already. */
  createTask(task: Task): Promise<boolean>;
  getTask(id: Uuid): Promise<Task | undefined>;
  getTasks(query: TaskQuery): Promise<Page<Task>>;
  updateTask(id: Uuid, patch: TaskPatch): Promise<boolean>;
  deleteTask(id: Uuid): Promise<boolean>;
  /**
   * Hands out tasks that are due, the longest due first, each to one claim: whoever asks at the same time,
   * from this process or another, gets none of them. A claim that nobody finished by its end is over, and
   * its task is handed out again with one more in `attempts`.
   */
  claimTasks(claim: TaskClaim): Promise<Task[]>;
  /**
   * Ends a run: the task is removed, or due again at `next`. False where the claim is over and another has
   * the task, or where it is gone.
   */
  finishTask(id: Uuid, claim: Uuid, next?: { dueAt: Timestamp; updatedAt: Timestamp }): Promise<boolean>;

  /**
   * One transaction; afterwards each agent that wrote has its newest `keep` entries, and a sixteenth of as many
   * more at most.
   */
  createLogs(entries: readonly LogEntry[], keep: number): Promise<void>;
  getLogs(query: LogQuery): Promise<Page<LogEntry>>;
  /** Returns how many were there. */
  deleteLogs(ids: readonly Uuid[]): Promise<number>;

  /** Undefined where there is none or its time is over. */
  getCache(agentId: Uuid, key: string): Promise<JsonValue | undefined>;
  /** `expiresAt` by the clock of the database. Of an agent's entries about the latest 10,000 are kept. */
  setCache(agentId: Uuid, key: string, value: JsonValue, expiresAt?: Timestamp): Promise<void>;
  /** False where there is none or its time is over. */
  deleteCache(agentId: Uuid, key: string): Promise<boolean>;
}
