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

const forget = defineFunction('memory.forget', async (which, { runtime }) => {
  const { id, ids = [], query, roomId, kind, before } = which;
  const named = id === undefined ? ids : [...ids, id];
  // What was said goes with a whole room, never by a word that it happens to hold.
  const wholeRoom = roomId !== undefined && named.length === 0 && query === undefined && before === undefined;
  const kinds = kind ? [kind] : wholeRoom ? undefined : TOLD_KINDS;
  if (roomId !== undefined && kinds !== TOLD_KINDS) await runtime.turns.stop(roomId);
  const forgotten = await runtime.database.deleteAllMemories({
    agentId: ZOEY_AGENT_ID,
    ...(named.length > 0 && { ids: named }),
    ...(kinds && { kinds }),
    ...(roomId !== undefined && { roomId }),
    ...(before !== undefined && { before }),
    ...(query !== undefined && { words: query.split(/\s+/) }),
  });
  return { forgotten: forgotten.length, ids: forgotten };
});

export const memoryFunctions = [add, list, search, forget] as const;
