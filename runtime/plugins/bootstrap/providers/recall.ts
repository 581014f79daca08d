import { rankMemories } from '../../../recall/memories.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Provider } from '../../../types/runtime.ts';

/** How many memories a message is given, out of how many of the newest. */
const GIVEN = 5;
const SEARCHED = 2000;

/** What was told to be remembered and speaks of what was asked. */
export function recall(database: IDatabaseAdapter): Provider {
  return {
    name: 'RECALL',
    description: 'What is remembered and speaks of what was asked.',
    position: 10,
    deadlineMs: 2_000,
    async get(_runtime, message) {
      const { items } = await database.getMemories({
        agentId: message.agentId,
        kinds: ['note', 'fact', 'document'],
        limit: SEARCHED,
      });
      const pieces = rankMemories(message.content.text, items)
        .slice(0, GIVEN)
        .map(({ memory, score }) => ({
          kind: 'memory' as const,
          memoryId: memory.id,
          createdAt: memory.createdAt,
          text: memory.content.text,
          score,
        }));
      return { pieces };
    },
  };
}
