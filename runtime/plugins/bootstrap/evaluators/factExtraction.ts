import * as z from 'zod';
import { redact } from '../../../guard/secrets.ts';
import { askJson } from '../../../pipeline/askJson.ts';
import { ownWords } from '../../../pipeline/words.ts';
import { tokenize } from '../../../recall/tokens.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Evaluator } from '../../../types/runtime.ts';
import { isDue, take } from './cadence.ts';

const MAX_FACTS = 3;
const MAX_TOKENS = 200;
/** Among how many of the newest memories a fact is looked for before it is stored. */
const COMPARED = 2_000;

const Facts = z.object({ facts: z.array(z.string().trim().min(1).max(300)).max(MAX_FACTS) });

const INSTRUCTION = [
  'List what is worth remembering of what the user says: about themselves, their project, their wishes.',
  `Short sentences that are understood alone, ${MAX_FACTS} at most. No questions, no guesses, nothing of the moment.`,
  'Answer with JSON alone: {"facts":["..."]}, and {"facts":[]} where there is nothing.',
].join('\n');

/** Keeps what the person says of lasting use. Only their own words are looked at. */
export function factExtraction(database: IDatabaseAdapter): Evaluator {
  const cadence = { database, name: 'FACT_EXTRACTION', every: 4 };
  return {
    name: cadence.name,
    similes: ['EXTRACT_FACTS'],
    description: 'Keeps facts that the person tells in passing.',
    validate: (_runtime, message, state) => isDue(cadence, message, state),
    async handler(runtime, message) {
      const said = await take(cadence, message);
      const text = said.map(({ content }) => ownWords(content.text)).join('\n');
      const found = await askJson(runtime, {
        instruction: INSTRUCTION,
        text,
        schema: Facts,
        maxTokens: MAX_TOKENS,
      });
      if (!found) return;
      const known = await knownFacts(database, message.agentId);
      for (const fact of found.facts.map((given) => redact(given).text)) {
        const key = keyOf(fact);
        if (key === '' || known.has(key)) continue;
        known.add(key);
        await runtime.createMemory(
          {
            entityId: message.entityId,
            content: { text: fact },
            importance: 0.4,
            source: 'conversation',
            metadata: { messageId: message.id, evaluator: cadence.name },
            // It was said here, so it goes when the conversation goes.
            ...(message.roomId !== undefined && { roomId: message.roomId }),
          },
          'facts',
        );
      }
    },
  };
}

async function knownFacts(database: IDatabaseAdapter, agentId: string): Promise<Set<string>> {
  const { items } = await database.getMemories({
    agentId,
    kinds: ['note', 'fact', 'document'],
    limit: COMPARED,
  });
  return new Set(items.map(({ content }) => keyOf(content.text)));
}

/** The same for texts that say the same in the same words, whatever their order, case and marks. */
function keyOf(text: string): string {
  return [...new Set(tokenize(text))].sort().join(' ');
}
