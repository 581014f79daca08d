import { redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { Task } from '../../types/task.ts';
import { defineFunction, type RuntimeParts } from '../define.ts';
import { redactJson } from '../redactJson.ts';
import { requireRoom } from '../rooms/rooms.ts';

/** What a task may carry, as JSON, in characters: lists of tasks are given out whole. */
const MAX_METADATA = 20_000;
/** A task may take five minutes, and wait for one that is being done. */
const RUN_DEADLINE_MS = 11 * 60_000;

const list = defineFunction('tasks.list', async ({ name, roomId, tags, limit, cursor }, { runtime }) => {
  const page = await runtime.database.getTasks({
    agentId: ZOEY_AGENT_ID,
    limit,
    ...(name !== undefined && { name }),
    ...(roomId !== undefined && { roomId }),
    ...(tags && { tags }),
    ...(cursor !== undefined && { cursor }),
  });
  return { ...page, items: page.items.map(toItem) };
});

const get = defineFunction('tasks.get', async ({ id }, { runtime }) =>
  toItem(await requireTask(runtime, id)),
);

const create = defineFunction('tasks.create', async ({ everyMs, ...input }, { runtime }) => {
  const { name, description, tags, dueAt, roomId, metadata } = input;
  if (JSON.stringify(metadata).length > MAX_METADATA) {
    throw new ZoeyError('invalid_input', `metadata has more than ${MAX_METADATA} characters.`);
  }
  if (roomId !== undefined) await requireRoom(runtime, roomId);
  const now = runtime.clock();
  const id = input.id ?? uuidv7(now);
  await runtime.database.createTask({
    id,
    agentId: ZOEY_AGENT_ID,
    name,
    description: redact(description).text,
    tags,
    metadata: { ...redactJson(metadata), ...(everyMs !== undefined && { updateInterval: everyMs }) },
    attempts: 0,
    createdAt: now,
    updatedAt: now,
    ...(dueAt !== undefined && { dueAt }),
    ...(roomId !== undefined && { roomId }),
  });
  return toItem(await requireTask(runtime, id));
});

const cancel = defineFunction('tasks.cancel', async ({ id }, { runtime }) => {
  const task = await runtime.database.getTask(id);
  return { done: task?.agentId === ZOEY_AGENT_ID && (await runtime.database.deleteTask(id)) };
});

const run = defineFunction(
  'tasks.run',
  async ({ id }, { runtime }) => {
    const error = await runtime.runTask(await requireTask(runtime, id));
    return { completed: error === undefined, ...(error && { error: error.toWire() }) };
  },
  { deadlineMs: RUN_DEADLINE_MS },
);

export const taskFunctions = [list, get, create, cancel, run] as const;

async function requireTask({ database }: RuntimeParts, id: Uuid): Promise<Task> {
  const task = await database.getTask(id);
  if (task?.agentId !== ZOEY_AGENT_ID)
    throw new ZoeyError('not_found', 'There is no such task here. It may be done already.');
  return task;
}

function toItem({ agentId: _, ...task }: Task): Omit<Task, 'agentId'> {
  return task;
}
