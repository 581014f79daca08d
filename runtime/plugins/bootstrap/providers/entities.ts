import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Component, Entity, Relationship } from '../../../types/environment.ts';
import type { Uuid } from '../../../types/primitives.ts';
import type { Provider } from '../../../types/runtime.ts';

const LISTED = 50;
/** How many components of each, and how much of each of them, in characters. */
const COMPONENTS = 5;
const MAX_COMPONENT = 200;
/** How much is told in all, in characters. Who does not fit is counted. */
const MAX_TEXT = 4_000;

/** Who takes part in the room: their names, what is known of them, and how they stand to the agent. */
export function entities(database: IDatabaseAdapter): Provider {
  return {
    name: 'ENTITIES',
    description: 'Who takes part in the conversation, and what is known of them.',
    dynamic: true,
    async get({ agentId }, { roomId }) {
      if (roomId === undefined) return {};
      const here = { roomId, limit: LISTED, includeComponents: true };
      const [{ items }, related] = await Promise.all([
        database.getEntitiesForRoom(here),
        database.getRelationships({ agentId, entityId: agentId, limit: 200 }),
      ]);
      const toAgent = new Map(related.items.map((one) => [one.sourceEntityId, one]));
      const lines = items.map((entity) =>
        describe(entity, { agentId, roomId, relation: toAgent.get(entity.id) }),
      );
      return {
        text: withinBudget(lines).join('\n'),
        values: { entities: items.map(nameOf).join('; ') },
        data: { entities: items.map(({ id, names }) => ({ id, names })) },
      };
    },
  };
}

interface Around {
  agentId: Uuid;
  roomId: Uuid;
  relation: Relationship | undefined;
}

function describe(entity: Entity, { agentId, roomId, relation }: Around): string {
  if (entity.id === agentId) return `${nameOf(entity)} (you)`;
  const known = (entity.components ?? [])
    .filter((component) => component.roomId === undefined || component.roomId === roomId)
    .slice(0, COMPONENTS)
    .map(told);
  return [nameOf(entity), ...standing(relation), ...known].join('; ');
}

function nameOf({ names }: Entity): string {
  return names.join(', ') || 'somebody without a name';
}

/** "12 messages to you", and how they are tagged. */
function standing(relation: Relationship | undefined): string[] {
  if (!relation) return [];
  const { interactions } = relation.metadata;
  const count = typeof interactions === 'number' ? [`messages to you: ${interactions}`] : [];
  return [...count, ...(relation.tags.length > 0 ? [relation.tags.join(', ')] : [])];
}

function told({ type, data }: Component): string {
  const text = JSON.stringify(data);
  return `${type}: ${text.length > MAX_COMPONENT ? `${text.slice(0, MAX_COMPONENT)} …` : text}`;
}

function withinBudget(lines: readonly string[]): string[] {
  let left = MAX_TEXT;
  const fitting = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return fitting < 0 ? [...lines] : [...lines.slice(0, fitting), `and ${lines.length - fitting} more`];
}
