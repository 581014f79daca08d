import { contentHash } from '../../../runtime/kernel/contentHash.ts';
import type { Agent } from '../../../runtime/types/agent.ts';
import type { AuditEntry } from '../../../runtime/types/audit.ts';
import type { LedgerEntry } from '../../../runtime/types/database.ts';
import type { Component, Entity, Relationship, Room, World } from '../../../runtime/types/environment.ts';
import type { Memory } from '../../../runtime/types/memory.ts';
import type { EmbeddingStamp } from '../../../runtime/types/recall.ts';
import type { LogEntry, Task } from '../../../runtime/types/task.ts';

/** A UUID that is the same at every run. */
export function id(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export const agentId = id(0xa);
export const otherAgentId = id(0xb);
export const personId = id(0xc);

/** A room; its number is its id and both its times. */
export function room(number: number, changes: Partial<Room> = {}): Room {
  return {
    id: id(number),
    agentId,
    title: `Room ${number}`,
    pinned: false,
    createdAt: number,
    updatedAt: number,
    ...changes,
  };
}

/** A message of room 1; its number is its id and both its times. */
export function message(number: number, changes: Partial<Memory> = {}): Memory {
  return {
    id: id(number),
    kind: 'message',
    agentId,
    entityId: personId,
    roomId: id(1),
    content: { text: `Message ${number}`, role: 'user', status: 'complete' },
    importance: 0.5,
    source: 'conversation',
    createdAt: number,
    updatedAt: number,
    ...changes,
  };
}

/** A note of no room; its number is its id and both its times. */
export function note(number: number, changes: Partial<Memory> = {}): Memory {
  const { roomId: _, ...rest } = message(number);
  return { ...rest, kind: 'note', source: 'user', content: { text: `Note ${number}` }, ...changes };
}

/** A fragment of the document with that number. */
export function fragment(number: number, document: number, changes: Partial<Memory> = {}): Memory {
  return note(number, {
    kind: 'fragment',
    documentId: id(document),
    metadata: { position: number },
    ...changes,
  });
}

export function agent(number: number, changes: Partial<Agent> = {}): Agent {
  return {
    id: id(number),
    name: `Agent ${number}`,
    bio: 'Kind.',
    enabled: true,
    createdAt: number,
    updatedAt: number,
    ...changes,
  };
}

export function world(number: number, changes: Partial<World> = {}): World {
  return { id: id(number), agentId, name: `World ${number}`, metadata: {}, ...changes };
}

export function entity(number: number, changes: Partial<Entity> = {}): Entity {
  return { id: id(number), agentId, names: [`Entity ${number}`], metadata: {}, ...changes };
}

/** Something of the type "profile" about an entity; its number is its id and its time. */
export function component(number: number, entityId: string, changes: Partial<Component> = {}): Component {
  return {
    id: id(number),
    entityId,
    agentId,
    type: 'profile',
    data: { number },
    createdAt: number,
    ...changes,
  };
}

export function relationship(
  number: number,
  sourceEntityId: string,
  targetEntityId: string,
  changes: Partial<Relationship> = {},
): Relationship {
  return {
    id: id(number),
    agentId,
    sourceEntityId,
    targetEntityId,
    tags: [],
    metadata: {},
    createdAt: number,
    ...changes,
  };
}

/** A task that waits for a choice; its number is its id and both its times. */
export function task(number: number, changes: Partial<Task> = {}): Task {
  return {
    id: id(number),
    agentId,
    name: `TASK_${number}`,
    description: '',
    tags: [],
    metadata: {},
    attempts: 0,
    createdAt: number,
    updatedAt: number,
    ...changes,
  };
}

/** Its number is its id and its time. */
export function logEntry(number: number, changes: Partial<LogEntry> = {}): LogEntry {
  return { id: id(number), agentId, type: 'action', body: { number }, createdAt: number, ...changes };
}

/** What vectors of three numbers were made with. */
export const stamp: EmbeddingStamp = { model: 'm', dims: 3, dtype: 'fp32', pooling: 'mean', sha256: 's' };

/** A vector of length 1: the nearer the numbers, the nearer the vectors. */
export function vector(number: number): Float32Array {
  return Float32Array.of(Math.cos(number / 10), Math.sin(number / 10), 0);
}

/** The job to embed the memory of that number while it says that text. */
export function job(number: number, text: string): string {
  return `${id(number)}.${contentHash(text)}`;
}

/** Its number is its id, and tells its time. */
export function ledgerEntry(number: number): LedgerEntry {
  return {
    id: id(number),
    at: 1_800_000_000_000 + number,
    method: 'POST',
    url: 'http://127.0.0.1:11434/api/chat',
    purpose: 'chat',
    status: 200,
    ms: 1.5,
    bytesOut: 10,
    bytesIn: 20,
  };
}

/** Its number is its id and its time. */
export function auditEntry(number: number, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: id(number),
    at: number,
    agentId,
    kind: 'action',
    subject: 'SEND_MESSAGE',
    outcome: 'completed',
    count: 1,
    ...changes,
  };
}
