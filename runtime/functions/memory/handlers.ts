import { redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { PERSON_ENTITY_ID, ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { uuidv7 } from '../../kernel/ids.ts';
import { TOLD } from '../../recall/memoryRecall.ts';
import type { Memory } from '../../types/memory.ts';
import { defineFunction } from '../define.ts';
import { toMemoryItem } from '../project.ts';

const add = defineFunction(
  'memory.add',
  async ({ text, kind, importance, source, ...input }, { runtime }) => {
    const now = runtime.clock();
    const id = input.id ?? uuidv7(now);
    // The conversation may be gone by now.
    const room = input.roomId === undefined ? undefined : await runtime.database.getRoom(input.roomId);
    const memory: Memory = {
      id,
      kind,
      agentId: ZOEY_AGENT_ID,
      entityId: PERSON_ENTITY_ID,
      content: { text: redact(text).text },
      importance,
      source: redact(source).text,
      ...(room?.agentId === ZOEY_AGENT_ID && { roomId: room.id }),
      ...(input.model !== undefined && { model: input.model }),
      createdAt: input.createdAt ?? now,
      updatedAt: now,
    };
    // What is known under this id stays as it is, and keeps its own parts.
    await runtime.database.createMemories([memory]);
    return { id };
  },
);

/** A page of long texts ends once it has this many characters, and at most a read's more. */
const PAGE_CHARACTERS = 1_000_000;
const ITEMS_A_READ = 20;

const list = defineFunction('memory.list', async ({ kinds = TOLD, limit, cursor }, { runtime }) => {
  const items: Memory[] = [];
  let next = cursor;
  let characters = 0;
  do {
    const page = await runtime.database.getMemories({
      agentId: ZOEY_AGENT_ID,
      kinds,
      current: true,
      limit: Math.min(ITEMS_A_READ, limit - items.length),
      ...(next !== undefined && { cursor: next }),
    });
    items.push(...page.items);
    for (const { content } of page.items) characters += content.text.length;
    next = page.next;
  } while (next !== undefined && items.length < limit && characters < PAGE_CHARACTERS);
  return { items: items.map((memory) => toMemoryItem(memory)), ...(next !== undefined && { next }) };
});

const search = defineFunction('memory.search', async ({ from, ...query }, { runtime, signal }) => {
  const found = await runtime.recall.memories.search({ ...query, start: from, signal });
  return { items: found.map(({ memory, ...how }) => toMemoryItem(memory, how)) };
});

const history = defineFunction('memory.history', async ({ id }, { runtime }) => {
  const all = await runtime.database.getMemoryHistory(id);
  const memories = all.filter(({ agentId }) => agentId === ZOEY_AGENT_ID);
  if (memories.length === 0) throw new ZoeyError('not_found', 'This memory is gone.');
  return { items: memories.map((memory) => toMemoryItem(memory)) };
});

const forget = defineFunction('memory.forget', async (which, { runtime }) => {
  const { id, ids = [], query, roomId, kind, before } = which;
  const named = id === undefined ? ids : [...ids, id];
  // What was said goes with a whole room, never by a word that it happens to hold.
  const wholeRoom = roomId !== undefined && named.length === 0 && query === undefined && before === undefined;
  const kinds = kind ? [kind] : wholeRoom ? undefined : TOLD;
  if (roomId !== undefined && kinds !== TOLD) await runtime.turns.stop(roomId);
  const forgotten = await runtime.database.deleteAllMemories({
    agentId: ZOEY_AGENT_ID,
    ...(named.length > 0 && { ids: named }),
    ...(kinds && { kinds }),
    ...(roomId !== undefined && { roomId }),
    ...(before !== undefined && { before }),
    ...(query !== undefined && { words: query.split(/\s+/) }),
  });
  const count = forgotten.length;
  if (count > 0) await runtime.audit({ kind: 'forget', subject: 'memory.forget', count });
  return { forgotten: count, ids: forgotten };
});

export const memoryFunctions = [add, list, search, history, forget] as const;
