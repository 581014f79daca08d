import { uuidv7 } from '../kernel/ids.ts';
import type { ActionProposal } from '../types/components.ts';
import type { JsonValue } from '../types/primitives.ts';
import type { ActionCall } from '../types/runtime.ts';
import type { Task } from '../types/task.ts';
import type { Step } from './context.ts';
import { ownWords } from './words.ts';

/** The task that waits for the person's word. */
const TASK = 'CONFIRM_ACTION';
const TAGS = ['AWAITING_CHOICE'];
const YES = /^(?:yes|y|yes,? please|yep|ok|okay|sure|do it|go ahead|confirm)[.!]*$/i;

/** Keeps what was asked until the next message; what waited in the room before is dropped. */
export async function keepQuestion({ request, services }: Step, asked: ActionProposal): Promise<void> {
  const { database, clock } = services;
  const { room, message, reply } = request;
  for (const task of await waiting(services, room)) await database.deleteTask(task.id);
  const now = clock();
  await database.createTask({
    id: uuidv7(now),
    agentId: message.agentId,
    name: TASK,
    description: asked.preview.slice(0, 1_000),
    roomId: room.id,
    entityId: message.entityId,
    tags: TAGS,
    metadata: { replyId: reply.id, action: asked.action, parameters: toJson(asked.parameters) },
    attempts: 0,
    createdAt: now,
    updatedAt: now,
  });
}

/** What the message says yes to: asked by the answer right before it, and of the same person. Once. */
export async function confirmedCall({ request, services, asker }: Step): Promise<ActionCall | undefined> {
  const { message, room, reply } = request;
  if (!YES.test(ownWords(message.content.text))) return undefined;
  const [task] = await waiting(services, room);
  if (!task || task.entityId !== message.entityId) return undefined;
  const { items } = await services.database.getMemories({
    agentId: message.agentId,
    roomId: room.id,
    kinds: ['message'],
    limit: 3,
  });
  const before = items.find(({ id }) => id !== reply.id && id !== message.id);
  const { replyId, action, parameters } = task.metadata;
  if (before?.id !== replyId || typeof action !== 'string') return undefined;
  if (!(await services.database.deleteTask(task.id))) return undefined;
  const call = { name: action, parameters: parameters ?? undefined };
  asker.allow(call);
  return call;
}

async function waiting(
  { database }: Step['services'],
  { id, agentId }: Step['request']['room'],
): Promise<Task[]> {
  const { items } = await database.getTasks({ agentId, roomId: id, name: TASK, tags: TAGS, limit: 10 });
  return items;
}

function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}
