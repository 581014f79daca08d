import { ZoeyError } from '../../kernel/errors.ts';
import { ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import type { AgentItem } from '../../protocol/contracts/agents.ts';
import type { Character } from '../../types/agent.ts';
import type { Uuid } from '../../types/primitives.ts';
import { defineFunction } from '../define.ts';
import { redactJson } from '../redactJson.ts';
import type { Who } from './characters.ts';

const list = defineFunction('agents.list', async ({ limit, cursor }, { runtime }) => {
  const { database, characters } = runtime;
  const { items, next } = await database.getAgents({ limit, ...(cursor !== undefined && { cursor }) });
  const others = items.filter(({ id }) => id !== ZOEY_AGENT_ID);
  const first = cursor === undefined ? [answering(characters.who)] : [];
  return {
    items: [...first, ...others.map((agent) => toItem(agent.id, agent, { origin: 'stored' }))],
    ...(next !== undefined && { next }),
  };
});

const get = defineFunction('agents.get', async ({ id = ZOEY_AGENT_ID }, { runtime }) => {
  if (id === ZOEY_AGENT_ID) return answering(runtime.characters.who);
  const agent = await runtime.database.getAgent(id);
  if (!agent) throw new ZoeyError('not_found', 'There is no such agent here.');
  return toItem(id, agent, { origin: 'stored' });
});

const update = defineFunction('agents.update', async ({ reset, ...changes }, { runtime }) => {
  // It goes into every prompt.
  const who = await runtime.characters.change(redactJson(changes), reset);
  await runtime.audit({ kind: 'character', subject: 'agents.update', count: Object.keys(changes).length });
  return answering(who);
});

export const agentFunctions = [list, get, update] as const;

function answering({ character, ...where }: Who): AgentItem {
  return toItem(ZOEY_AGENT_ID, character, where);
}

function toItem(id: Uuid, character: Character, where: Pick<AgentItem, 'origin' | 'file'>): AgentItem {
  const { name, username, system, bio, adjectives, topics, style } = character;
  return {
    id,
    name,
    bio,
    ...(username !== undefined && { username }),
    ...(system !== undefined && { system }),
    ...(adjectives && { adjectives }),
    ...(topics && { topics }),
    ...(style && { style }),
    ...where,
  };
}
