import * as z from 'zod';
import { redact } from '../../../guard/secrets.ts';
import { askJson } from '../../../pipeline/askJson.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Evaluator } from '../../../types/runtime.ts';
import { SUMMARY } from '../summary.ts';
import { isDue, take } from './cadence.ts';

const MAX_TOKENS = 250;

const Reflection = z.object({ summary: z.string().trim().min(1).max(1_500) });

const INSTRUCTION = [
  'Sum up the conversation for somebody who goes on with it: what is wanted, what was found, what is open.',
  'Four sentences at most. An earlier summary may come first: keep of it what still holds.',
  'Answer with JSON alone: {"summary":"..."}',
].join('\n');

/** Looks back at a long conversation and keeps what it was about. */
export function reflection(database: IDatabaseAdapter): Evaluator {
  const cadence = { database, name: 'REFLECTION', every: 10 };
  return {
    name: cadence.name,
    similes: ['SUMMARIZE', 'REFLECT'],
    description: 'Keeps what a long conversation was about.',
    validate: (_runtime, message, state) => isDue(cadence, message, state),
    async handler(runtime, message) {
      const { roomId } = message;
      if (roomId === undefined) return;
      await take(cadence, message);
      const { text } = await runtime.composeState(
        message,
        ['CONTEXT_SUMMARY', 'RECENT_MESSAGES'],
        true,
        true,
      );
      const found = await askJson(runtime, {
        instruction: INSTRUCTION,
        text,
        schema: Reflection,
        maxTokens: MAX_TOKENS,
      });
      if (found) await database.updateRoom(roomId, { metadata: { [SUMMARY]: redact(found.summary).text } });
    },
  };
}
