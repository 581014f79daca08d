import * as z from 'zod';
import { Agent } from '../../types/agent.ts';
import { Uuid } from '../../types/primitives.ts';
import { cursor, type FunctionSpec, limit, page } from './spec.ts';

const { name, username, system, bio, adjectives, topics, style } = Agent.shape;

/** An agent as it is shown: who it is, without settings. */
const AgentItem = z.object({
  id: Uuid,
  name,
  username,
  system,
  bio,
  adjectives,
  topics,
  style,
  /** Where that comes from: it is Zoey as it came, Zoey with changes of yours, or a file that you chose. */
  origin: z.enum(['zoey', 'changed', 'file', 'stored']),
  /** The file, where it comes from one. */
  file: z.string().optional(),
});
export type AgentItem = z.infer<typeof AgentItem>;

/** What of an agent may be changed. */
export const AgentChange = z.object({
  name: name.optional(),
  username,
  system,
  bio: bio.unwrap().optional(),
  adjectives,
  topics,
  style,
});
export type AgentChange = z.infer<typeof AgentChange>;

export const agentContract = {
  'agents.list': {
    summary: 'List the agents of this memory, the one that answers first.',
    input: z.object({ limit, cursor }),
    output: page(AgentItem),
  },
  'agents.get': {
    summary: 'Tell who an agent is; without an id, the one that answers.',
    input: z.object({ id: Uuid.optional() }),
    output: AgentItem,
  },
  'agents.update': {
    summary: 'Change who answers from now on: its name, what it is told first, how it talks.',
    input: AgentChange.extend({
      /** Takes back all changes before, so that it is Zoey as it came. */
      reset: z.boolean().default(false),
    }),
    output: AgentItem,
  },
} as const satisfies Record<string, FunctionSpec>;
