import type { Agent } from './agent.ts';
import type { Component, Entity, ParticipantState, Relationship, Room, World } from './environment.ts';
import type { Page, PageQuery } from './page.ts';
import type { Metadata, Timestamp, Uuid } from './primitives.ts';

/** What it names is changed. `settings` is merged into what is there, at every depth: null removes a key. */
export type AgentPatch = Partial<Omit<Agent, 'id' | 'createdAt' | 'settings'>> & { settings?: Metadata };

/** What it names is changed. `metadata` is merged as an agent's settings are. */
export type EntityPatch = Partial<Pick<Entity, 'names' | 'metadata'>>;
export type WorldPatch = Partial<Pick<World, 'name' | 'serverId' | 'metadata'>>;
export type RelationshipPatch = Partial<Pick<Relationship, 'tags' | 'metadata'>>;

/** What is absent may be anything. */
export interface ComponentQuery {
  entityId: Uuid;
  type?: string;
  worldId?: Uuid;
  sourceEntityId?: Uuid;
}

export interface Participant {
  roomId: Uuid;
  entityId: Uuid;
  state: ParticipantState | null;
}

/**
 * Agents, and those with whom they are. Lists go by id, which for our ids is the order of their making.
 * What takes part in something that is not there is refused with `not_found`.
 */
export interface IEnvironmentStore {
  getAgent(id: Uuid): Promise<Agent | undefined>;
  getAgents(query: PageQuery): Promise<Page<Agent>>;
  /** False where the id exists already: it is left as it is. */
  createAgent(agent: Agent): Promise<boolean>;
  updateAgent(id: Uuid, patch: AgentPatch): Promise<boolean>;
  /** Takes along everything that belongs to it; false where there is none. */
  deleteAgent(id: Uuid): Promise<boolean>;

  /** One transaction, their components included; ids that exist already are left as they are. */
  createEntities(entities: readonly Entity[]): Promise<void>;
  /** Those that are there, in the order of the ids, with their components. */
  getEntitiesByIds(ids: readonly Uuid[]): Promise<Entity[]>;
  /** Who takes part in a room. */
  getEntitiesForRoom(query: PageQuery & { roomId: Uuid; includeComponents?: boolean }): Promise<Page<Entity>>;
  /** Those that have one of the names, case aside. */
  getEntitiesByNames(query: PageQuery & { agentId: Uuid; names: readonly string[] }): Promise<Page<Entity>>;
  updateEntity(id: Uuid, patch: EntityPatch): Promise<boolean>;
  /** Takes its components, participations, relationships, tasks and logs along; what it said stays. */
  deleteEntity(id: Uuid): Promise<boolean>;

  /** False where the id exists already. */
  createComponent(component: Component): Promise<boolean>;
  /** The latest that fits. */
  getComponent(query: ComponentQuery & { type: string }): Promise<Component | undefined>;
  /** The latest first; 1000 at most. */
  getComponents(query: ComponentQuery): Promise<Component[]>;
  /** Replaces it whole. */
  updateComponent(component: Component): Promise<boolean>;
  deleteComponent(id: Uuid): Promise<boolean>;

  /** False where the id exists already. */
  createWorld(world: World): Promise<boolean>;
  getWorld(id: Uuid): Promise<World | undefined>;
  getAllWorlds(query: PageQuery & { agentId: Uuid }): Promise<Page<World>>;
  updateWorld(id: Uuid, patch: WorldPatch): Promise<boolean>;
  /** Takes its components and tasks along; its rooms stay, without a world. */
  removeWorld(id: Uuid): Promise<boolean>;
  /** Without the deleted ones. */
  getRoomsByWorld(query: PageQuery & { worldId: Uuid }): Promise<Page<Room>>;
  /** Hides them, as `deleteRoom` does; returns how many. */
  deleteRoomsByWorldId(worldId: Uuid, at: Timestamp): Promise<number>;

  /** Those that take part already are left as they are. One transaction. */
  addParticipantsRoom(entityIds: readonly Uuid[], roomId: Uuid): Promise<void>;
  removeParticipant(entityId: Uuid, roomId: Uuid): Promise<boolean>;
  isRoomParticipant(roomId: Uuid, entityId: Uuid): Promise<boolean>;
  getParticipantsForRoom(query: PageQuery & { roomId: Uuid }): Promise<Page<Participant>>;
  /** In which rooms it takes part; deleted ones are left out. */
  getParticipantsForEntity(query: PageQuery & { entityId: Uuid }): Promise<Page<Participant>>;
  /** Null where it takes part as anybody does, or not at all. */
  getParticipantUserState(roomId: Uuid, entityId: Uuid): Promise<ParticipantState | null>;
  /** False where it takes no part. */
  setParticipantUserState(roomId: Uuid, entityId: Uuid, state: ParticipantState | null): Promise<boolean>;

  /** False where there is one already from that entity to that one. */
  createRelationship(relationship: Relationship): Promise<boolean>;
  getRelationship(query: {
    agentId: Uuid;
    sourceEntityId: Uuid;
    targetEntityId: Uuid;
  }): Promise<Relationship | undefined>;
  /** From or to the entity, with every one of the tags. */
  getRelationships(
    query: PageQuery & { agentId: Uuid; entityId: Uuid; tags?: readonly string[] },
  ): Promise<Page<Relationship>>;
  updateRelationship(id: Uuid, patch: RelationshipPatch): Promise<boolean>;
}
