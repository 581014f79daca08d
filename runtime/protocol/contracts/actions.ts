import * as z from 'zod';
import { JsonValue, Uuid } from '../../types/primitives.ts';
import { ActionItem, ActionOutcome } from '../schemas.ts';
import { type FunctionSpec, page } from './spec.ts';

export const actionContract = {
  'actions.list': {
    summary: 'List what the agent can do beside answering.',
    input: z.object({}),
    output: page(ActionItem),
  },
  'actions.run': {
    summary: 'Let the agent do one thing. What writes, or removes, is only shown unless it is confirmed.',
    input: z.object({
      name: z.string().trim().min(1).max(100),
      /** As the action's own schema says. */
      parameters: z.record(z.string(), JsonValue).optional(),
      /** The conversation that it is about. */
      roomId: Uuid.optional(),
      /** The person has seen what it will do, and wants it. */
      confirm: z.boolean().default(false),
    }),
    output: ActionOutcome,
  },
} as const satisfies Record<string, FunctionSpec>;
