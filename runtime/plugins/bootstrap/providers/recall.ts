import type { MemoryRecall } from '../../../recall/memoryRecall.ts';
import type { Provider } from '../../../types/runtime.ts';

/** How many memories a message is given. */
const GIVEN = 5;
/** Without an answer of the embedder until then, search is by words: an answer waits for it. In ms. */
const PATIENCE_MS = 1_000;

/** What was told to be remembered and speaks of what was asked. */
export function recall(memories: Pick<MemoryRecall, 'search'>): Provider {
  return {
    name: 'RECALL',
    description: 'What is remembered and speaks of what was asked.',
    searches: true,
    position: 10,
    deadlineMs: 2_000,
    async get(_runtime, message, _state, { signal }) {
      const found = await memories.search({
        query: message.content.text,
        limit: GIVEN,
        patienceMs: PATIENCE_MS,
        signal,
      });
      const pieces = found.map(({ memory, snippet, score }) => ({
        kind: 'memory' as const,
        memoryId: memory.id,
        createdAt: memory.createdAt,
        text: snippet ?? memory.content.text,
        score,
      }));
      return { pieces };
    },
  };
}
