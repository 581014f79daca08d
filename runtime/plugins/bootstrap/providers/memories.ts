import { rankMemories } from '../../../recall/memories.ts';
import type { Provider } from '../../../types/components.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';

/** How many memories a turn is given, out of how many of the newest. */
const GIVEN = 5;
const SEARCHED = 2000;

/** What was told to be remembered and speaks of what was asked. */
export function memories(database: IDatabaseAdapter): Provider {
  return {
    name: 'MEMORIES',
    position: 10,
    deadlineMs: 2_000,
    async get({ message }) {
      const { items } = await database.getMemories({
        agentId: message.agentId,
        kinds: ['note', 'fact', 'document'],
        limit: SEARCHED,
      });
      return rankMemories(message.content.text, items)
        .slice(0, GIVEN)
        .map(({ memory, score }) => ({
          kind: 'memory',
          memoryId: memory.id,
          createdAt: memory.createdAt,
          text: memory.content.text,
          score,
        }));
    },
  };
}
