import { LogEntry, Task } from '../types/task.ts';
import { wellFormed } from './fold.ts';
import { withoutNulls } from './nulls.ts';
import type { LogRow, TaskRow } from './queries/schema.ts';

export function taskToRow(task: Task): TaskRow {
  return {
    id: task.id,
    agent_id: task.agentId,
    name: wellFormed(task.name),
    description: wellFormed(task.description),
    room_id: task.roomId ?? null,
    world_id: task.worldId ?? null,
    entity_id: task.entityId ?? null,
    tags: JSON.stringify(task.tags),
    metadata: JSON.stringify(task.metadata),
    due_at: task.dueAt ?? null,
    claim: null,
    claimed_until: null,
    attempts: task.attempts,
    created_at: task.createdAt,
    updated_at: task.updatedAt,
  };
}

export function rowToTask(row: TaskRow): Task {
  return Task.parse(
    withoutNulls({
      id: row.id,
      agentId: row.agent_id,
      name: row.name,
      description: row.description,
      roomId: row.room_id,
      worldId: row.world_id,
      entityId: row.entity_id,
      tags: JSON.parse(row.tags),
      metadata: JSON.parse(row.metadata),
      dueAt: row.due_at,
      attempts: row.attempts,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }),
  );
}

export function logToRow(entry: LogEntry): LogRow {
  return {
    id: entry.id,
    agent_id: entry.agentId,
    type: wellFormed(entry.type),
    entity_id: entry.entityId ?? null,
    room_id: entry.roomId ?? null,
    body: JSON.stringify(entry.body),
    created_at: entry.createdAt,
  };
}

export function rowToLog(row: LogRow): LogEntry {
  return LogEntry.parse(
    withoutNulls({
      id: row.id,
      agentId: row.agent_id,
      type: row.type,
      entityId: row.entity_id,
      roomId: row.room_id,
      body: JSON.parse(row.body),
      createdAt: row.created_at,
    }),
  );
}
