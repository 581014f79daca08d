import type { Uuid } from '../../types/primitives.ts';
import { Task } from '../../types/task.ts';
import type { ITaskStore, TaskClaim, TaskPatch } from '../../types/taskStore.ts';
import { checked, whole } from '../check.ts';
import { pageByTime, timePage } from '../cursor.ts';
import { merge } from '../merge.ts';
import type { TaskRow } from '../queries/schema.ts';
import { tagQueries } from '../queries/tags.ts';
import { taskQueries } from '../queries/tasks.ts';
import { rowToTask, taskToRow } from '../taskRows.ts';
import { all, first, run, runAll, type Work } from '../work.ts';
import { type AreaParts, orMissing } from './area.ts';

type TaskArea = Pick<
  ITaskStore,
  'createTask' | 'getTask' | 'getTasks' | 'updateTask' | 'deleteTask' | 'claimTasks' | 'finishTask'
>;

export function taskArea({ store, queries }: AreaParts): TaskArea {
  const tasks = taskQueries(queries);
  const tagsOf = tagQueries(queries, 'task_tags');

  function* create(task: Task): Work<boolean> {
    const insert = run(tasks.insert(taskToRow(task)));
    const isNew = (yield* orMissing('What this task is for is gone.', insert)) > 0;
    if (isNew) yield* runAll(tagsOf.replace(task.id, task.tags));
    return isNew;
  }

  function* update(id: Uuid, { dueAt, ...patch }: TaskPatch): Work<boolean> {
    const row = yield* first(tasks.byId(id));
    if (row === undefined) return false;
    const task = rowToTask(row);
    const metadata = merge(task.metadata, patch.metadata ?? {});
    const { name, description, tags, ...changed } = taskToRow(checked(Task, { ...task, ...patch, metadata }));
    // A new time takes the task from whoever has it, whose end of the run must not remove it then.
    const { claim, claimed_until, attempts } =
      dueAt === undefined ? row : { claim: null, claimed_until: null, attempts: 0 };
    const due_at = dueAt === undefined ? row.due_at : dueAt;
    const change = { ...changed, name, description, tags, due_at, claim, claimed_until, attempts };
    yield* run(tasks.update(id, change));
    if (patch.tags !== undefined) yield* runAll(tagsOf.replace(id, patch.tags));
    return true;
  }

  function* claim({ agentId, now, limit, ...claim }: TaskClaim): Work<TaskRow[]> {
    const claimed: TaskRow[] = [];
    for (const row of yield* all(tasks.due({ agentId, now, limit }))) {
      const isMine = (yield* run(tasks.claim(row.id, { now, ...claim }))) > 0;
      if (isMine) claimed.push({ ...row, attempts: row.attempts + 1 });
    }
    return claimed;
  }

  return {
    async createTask(task) {
      const parsed = checked(Task, task);
      return store.write(1, () => create(parsed));
    },
    async getTask(id) {
      const row = await store.read(() => first(tasks.byId(id)));
      return row && rowToTask(row);
    },
    async getTasks({ limit, cursor, tags = [], ...filter }) {
      const page = timePage({ limit, ...(cursor !== undefined && { cursor }) });
      const query = tasks.page({ ...filter, tags, ...page });
      const rows = await store.read(() => all(query));
      return pageByTime(rows, { limit, toItem: rowToTask });
    },
    updateTask: (id, patch) => store.write(1, () => update(id, patch)),
    deleteTask: async (id) => (await store.write(1, () => run(tasks.remove(id)))) > 0,
    async claimTasks(look) {
      const limit = whole('limit', look.limit);
      const rows = await store.write(limit, () => claim(look));
      return rows.map(rowToTask);
    },
    async finishTask(id, claim, next) {
      const query = next === undefined ? tasks.finish(id, claim) : tasks.postpone(id, claim, next);
      return (await store.write(1, () => run(query))) > 0;
    },
  };
}
