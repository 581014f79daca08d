import type { Entity, ParticipantState, Relationship, World } from '../../../runtime/types/environment.ts';
import type { Participant } from '../../../runtime/types/environmentStore.ts';
import type { Task } from '../../../runtime/types/task.ts';
import type { TaskClaim, TaskQuery } from '../../../runtime/types/taskStore.ts';

interface Claimed {
  task: Task;
  claim?: { id: string; until: number };
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const has = (tags: readonly string[], wanted: readonly string[]) => wanted.every((tag) => tags.includes(tag));

/** What a database does with those around an agent, in the plainest way. Rooms are given, and can go. */
export class ModelEnvironment {
  readonly rooms: Set<string>;
  readonly entities = new Map<string, Entity>();
  readonly worlds = new Map<string, World>();
  participants: Participant[] = [];
  relationships: Relationship[] = [];
  tasks = new Map<string, Claimed>();

  constructor(rooms: readonly string[]) {
    this.rooms = new Set(rooms);
  }

  removeRoom(id: string): void {
    this.rooms.delete(id);
    this.participants = this.participants.filter(({ roomId }) => roomId !== id);
    this.#removeTasks((task) => task.roomId === id);
  }

  createWorld(world: World): boolean {
    if (this.worlds.has(world.id)) return false;
    this.worlds.set(world.id, world);
    return true;
  }

  removeWorld(id: string): boolean {
    this.#removeTasks((task) => task.worldId === id);
    return this.worlds.delete(id);
  }

  createEntities(entities: readonly Entity[]): void {
    for (const entity of entities) if (!this.entities.has(entity.id)) this.entities.set(entity.id, entity);
  }

  deleteEntity(id: string): boolean {
    this.participants = this.participants.filter(({ entityId }) => entityId !== id);
    this.relationships = this.relationships.filter(
      ({ sourceEntityId, targetEntityId }) => sourceEntityId !== id && targetEntityId !== id,
    );
    this.#removeTasks((task) => task.entityId === id);
    return this.entities.delete(id);
  }

  named(names: readonly string[]): Entity[] {
    const wanted = names.map((name) => name.toLowerCase());
    return [...this.entities.values()]
      .filter((entity) => entity.names.some((name) => wanted.includes(name.toLowerCase())))
      .sort(byId);
  }

  /** False where somebody or the room is missing: then nobody is added. */
  addParticipants(entityIds: readonly string[], roomId: string): boolean {
    if (entityIds.length === 0) return true;
    if (!this.rooms.has(roomId) || !entityIds.every((id) => this.entities.has(id))) return false;
    for (const entityId of entityIds) {
      if (this.#participant(roomId, entityId) === undefined) {
        this.participants.push({ roomId, entityId, state: null });
      }
    }
    return true;
  }

  removeParticipant(entityId: string, roomId: string): boolean {
    const before = this.participants.length;
    this.participants = this.participants.filter((one) => one !== this.#participant(roomId, entityId));
    return this.participants.length < before;
  }

  setState(roomId: string, entityId: string, state: ParticipantState | null): boolean {
    const participant = this.#participant(roomId, entityId);
    if (participant !== undefined) participant.state = state;
    return participant !== undefined;
  }

  /** Undefined where one end is missing. */
  createRelationship(relationship: Relationship): boolean | undefined {
    const { id, sourceEntityId, targetEntityId } = relationship;
    const isThere = this.relationships.some(
      (other) =>
        other.id === id ||
        (other.sourceEntityId === sourceEntityId && other.targetEntityId === targetEntityId),
    );
    if (isThere) return false;
    if (!this.entities.has(sourceEntityId) || !this.entities.has(targetEntityId)) return undefined;
    this.relationships.push(relationship);
    return true;
  }

  relationshipsOf(entityId: string, tags: readonly string[]): Relationship[] {
    return this.relationships
      .filter(({ sourceEntityId, targetEntityId }) => [sourceEntityId, targetEntityId].includes(entityId))
      .filter((relationship) => has(relationship.tags, tags))
      .sort(byId);
  }

  /** Undefined where something that it is for is missing. */
  createTask(task: Task): boolean | undefined {
    if (this.tasks.has(task.id)) return false;
    const { roomId, worldId, entityId } = task;
    if (roomId !== undefined && !this.rooms.has(roomId)) return undefined;
    if (worldId !== undefined && !this.worlds.has(worldId)) return undefined;
    if (entityId !== undefined && !this.entities.has(entityId)) return undefined;
    this.tasks.set(task.id, { task });
    return true;
  }

  getTasks({ roomId, entityId, name, tags = [] }: Omit<TaskQuery, 'agentId' | 'limit' | 'cursor'>): Task[] {
    return [...this.tasks.values()]
      .map(({ task }) => task)
      .filter((task) => roomId === undefined || task.roomId === roomId)
      .filter((task) => entityId === undefined || task.entityId === entityId)
      .filter((task) => name === undefined || task.name === name)
      .filter((task) => has(task.tags, tags))
      .sort((a, b) => a.createdAt - b.createdAt || byId(a, b));
  }

  claimTasks({ claim, now, until, limit }: Omit<TaskClaim, 'agentId'>): Task[] {
    const due = [...this.tasks.values()]
      .filter(({ task }) => task.dueAt !== undefined && task.dueAt <= now)
      .filter((claimed) => claimed.claim === undefined || claimed.claim.until <= now)
      .sort((a, b) => (a.task.dueAt ?? 0) - (b.task.dueAt ?? 0) || byId(a.task, b.task))
      .slice(0, limit);
    for (const claimed of due) {
      claimed.task = { ...claimed.task, attempts: claimed.task.attempts + 1 };
      claimed.claim = { id: claim, until };
    }
    return due.map(({ task }) => task);
  }

  finishTask(id: string, claim: string, next?: { dueAt: number; updatedAt: number }): boolean {
    const claimed = this.tasks.get(id);
    if (claimed?.claim?.id !== claim) return false;
    if (next === undefined) this.tasks.delete(id);
    else this.tasks.set(id, { task: { ...claimed.task, ...next, attempts: 0 } });
    return true;
  }

  #participant(roomId: string, entityId: string): Participant | undefined {
    return this.participants.find((one) => one.roomId === roomId && one.entityId === entityId);
  }

  #removeTasks(matches: (task: Task) => boolean): void {
    for (const { task } of [...this.tasks.values()]) if (matches(task)) this.tasks.delete(task.id);
  }
}
