import { redact } from '../../guard/secrets.ts';
import { PERSON_ENTITY_ID, ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import { rankMemories } from '../../recall/memories.ts';
import { defineFunction } from '../define.ts';
import { toMemoryItem } from '../project.ts';

/** What was told to be remembered; the messages of conversations have functions of their own. */
export const TOLD_KINDS = ['note', 'fact', 'document'] as const;

/** How many memories, the newest, are searched. */
const SEARCHED = 5000;

const add = defineFunction(
  'memory.add',
  async ({ text, kind, importance, source, ...input }, { runtime }) => {
    const now = runtime.clock();
    const id = input.id ?? uuidv7(now);
    await runtime.database.createMemories([
      {
        id,
        kind,
        agentId: ZOEY_AGENT_ID,
        entityId: PERSON_ENTITY_ID,
        content: { text: redact(text).text },
        importance,
        source,
        createdAt: now,
        updatedAt: now,
      },
    ]);
    return { id };
  },
);

const list = defineFunction('memory.list', async ({ limit, cursor }, { runtime }) => {
  const page = await runtime.database.getMemories({
    agentId: ZOEY_AGENT_ID,
    kinds: TOLD_KINDS,
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  return { ...page, items: page.items.map((memory) => toMemoryItem(memory)) };
});

const search = defineFunction('memory.search', async ({ query, limit }, { runtime }) => {
  const { items } = await runtime.database.getMemories({
    agentId: ZOEY_AGENT_ID,
    kinds: TOLD_KINDS,
    limit: SEARCHED,
  });
  const ranked = rankMemories(query, items).slice(0, limit);
  return { items: ranked.map(({ memory, score }) => toMemoryItem(memory, score)) };
});

export const memoryFunctions = [add, list, search] as const;
