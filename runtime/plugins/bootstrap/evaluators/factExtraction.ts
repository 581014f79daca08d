import * as z from 'zod';
import { redact } from '../../../guard/secrets.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { askJson } from '../../../pipeline/askJson.ts';
import { ownWords } from '../../../pipeline/words.ts';
import type { MemoryRecall } from '../../../recall/memoryRecall.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Memory } from '../../../types/memory.ts';
import type { Evaluator } from '../../../types/runtime.ts';
import { isDue, take } from './cadence.ts';
import { compareFact, keyOf } from './knownFacts.ts';

const MAX_FACTS = 3;
const MAX_TOKENS = 200;

const Facts = z.object({ facts: z.array(z.string().trim().min(1).max(300)).max(MAX_FACTS) });

const INSTRUCTION = [
  'List what is worth remembering of what the user says: about themselves, their project, their wishes.',
  `Short sentences that are understood alone, ${MAX_FACTS} at most. No questions, no guesses, nothing of the moment.`,
  'Answer with JSON alone: {"facts":["..."]}, and {"facts":[]} where there is nothing.',
].join('\n');

export interface FactParts {
  database: IDatabaseAdapter;
  memories: Pick<MemoryRecall, 'search'>;
  clock: Clock;
}

/** Keeps what the person says of lasting use. Only their own words are looked at. */
export function factExtraction({ database, memories, clock }: FactParts): Evaluator {
  const cadence = { database, name: 'FACT_EXTRACTION', every: 4 };
  return {
    name: cadence.name,
    similes: ['EXTRACT_FACTS'],
    description: 'Keeps facts that the person tells in passing.',
    asksModel: true,
    validate: (_runtime, message, state) => isDue(cadence, message, state),
    async handler(runtime, message, state) {
      const said = await take(cadence, message);
      const text = said.map(({ content }) => ownWords(content.text)).join('\n');
      const found = await askJson(runtime, {
        instruction: INSTRUCTION,
        text,
        schema: Facts,
        maxTokens: MAX_TOKENS,
      });
      for (const fact of (found?.facts ?? []).map((given) => redact(given).text)) {
        if (keyOf(fact) === '') continue;
        const { known, outdated } = await compareFact(fact, { runtime, memories });
        if (known) continue;
        const memory = memoryOf(fact, { message, model: state?.values.model, now: clock() });
        await database.supersedeMemories(memory, outdated);
      }
    },
  };
}

function memoryOf(
  text: string,
  { message, model, now }: { message: Memory; model: unknown; now: number },
): Memory {
  return {
    id: uuidv7(now),
    kind: 'fact',
    agentId: message.agentId,
    entityId: message.entityId,
    content: { text },
    importance: 0.4,
    source: 'conversation',
    metadata: { messageId: message.id, evaluator: 'FACT_EXTRACTION' },
    createdAt: now,
    updatedAt: now,
    ...(typeof model === 'string' && { model }),
    // It was said here, so it goes when the conversation goes.
    ...(message.roomId !== undefined && { roomId: message.roomId }),
  };
}
