import { Agent } from '../types/agent.ts';
import { Component, Entity, ParticipantState, Relationship, World } from '../types/environment.ts';
import type { Participant } from '../types/environmentStore.ts';
import { wellFormed } from './fold.ts';
import { withoutNulls } from './nulls.ts';
import type {
  AgentRow,
  ComponentRow,
  EntityRow,
  ParticipantRow,
  RelationshipRow,
  WorldRow,
} from './queries/schema.ts';

export function agentToRow({ id, name, enabled, createdAt, updatedAt, ...character }: Agent): AgentRow {
  return {
    id,
    name: wellFormed(name),
    enabled: enabled ? 1 : 0,
    character: JSON.stringify(character),
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

export function rowToAgent(row: AgentRow): Agent {
  const character: unknown = JSON.parse(row.character);
  return Agent.parse({
    ...(character as object),
    id: row.id,
    name: row.name,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

export function worldToRow({ id, agentId, name, serverId, metadata }: World): WorldRow {
  return {
    id,
    agent_id: agentId,
    name: wellFormed(name),
    server_id: serverId ?? null,
    metadata: JSON.stringify(metadata),
  };
}

export function rowToWorld(row: WorldRow): World {
  return World.parse(
    withoutNulls({
      id: row.id,
      agentId: row.agent_id,
      name: row.name,
      serverId: row.server_id,
      metadata: JSON.parse(row.metadata),
    }),
  );
}

export function entityToRow({ id, agentId, names, metadata }: Entity): EntityRow {
  return { id, agent_id: agentId, names: JSON.stringify(names), metadata: JSON.stringify(metadata) };
}

export function rowToEntity(row: EntityRow): Entity {
  return Entity.parse({
    id: row.id,
    agentId: row.agent_id,
    names: JSON.parse(row.names),
    metadata: JSON.parse(row.metadata),
  });
}

export function componentToRow(component: Component): ComponentRow {
  return {
    id: component.id,
    entity_id: component.entityId,
    agent_id: component.agentId,
    room_id: component.roomId ?? null,
    world_id: component.worldId ?? null,
    source_entity_id: component.sourceEntityId ?? null,
    type: wellFormed(component.type),
    data: JSON.stringify(component.data),
    created_at: component.createdAt,
  };
}

export function rowToComponent(row: ComponentRow): Component {
  return Component.parse(
    withoutNulls({
      id: row.id,
      entityId: row.entity_id,
      agentId: row.agent_id,
      roomId: row.room_id,
      worldId: row.world_id,
      sourceEntityId: row.source_entity_id,
      type: row.type,
      data: JSON.parse(row.data),
      createdAt: row.created_at,
    }),
  );
}

export function rowToParticipant({ room_id, entity_id, state }: ParticipantRow): Participant {
  return { roomId: room_id, entityId: entity_id, state: toState(state) };
}

export function toState(state: string | null): ParticipantState | null {
  return state === null ? null : ParticipantState.parse(state);
}

export function relationshipToRow(relationship: Relationship): RelationshipRow {
  return {
    id: relationship.id,
    agent_id: relationship.agentId,
    source_entity_id: relationship.sourceEntityId,
    target_entity_id: relationship.targetEntityId,
    tags: JSON.stringify(relationship.tags),
    metadata: JSON.stringify(relationship.metadata),
    created_at: relationship.createdAt,
  };
}

export function rowToRelationship(row: RelationshipRow): Relationship {
  return Relationship.parse({
    id: row.id,
    agentId: row.agent_id,
    sourceEntityId: row.source_entity_id,
    targetEntityId: row.target_entity_id,
    tags: JSON.parse(row.tags),
    metadata: JSON.parse(row.metadata),
    createdAt: row.created_at,
  });
}
