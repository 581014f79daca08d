import { redact } from '../../guard/secrets.ts';
import { ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { defineFunction } from '../define.ts';
import { toMessage, toRoomSummary } from '../project.ts';
import { createRoom, requireRoom } from './rooms.ts';

/** More words than this in a search are left aside. */
const MAX_WORDS = 10;

const list = defineFunction('rooms.list', async ({ query, limit, cursor }, { runtime }) => {
  const words = query?.split(/\s+/).filter(Boolean).slice(0, MAX_WORDS) ?? [];
  const page = await runtime.database.getRooms({
    agentId: ZOEY_AGENT_ID,
    limit,
    ...(cursor !== undefined && { cursor }),
    ...(words.length > 0 && { words }),
  });
  return { ...page, items: page.items.map(toRoomSummary) };
});

const create = defineFunction('rooms.create', async (input, { runtime }) =>
  toRoomSummary(await createRoom(runtime, input)),
);

const rename = defineFunction('rooms.rename', async ({ id, title, pinned }, { runtime }) => {
  await requireRoom(runtime, id);
  await runtime.database.updateRoom(id, {
    ...(title !== undefined && { title: redact(title).text }),
    ...(pinned !== undefined && { pinned }),
  });
  return toRoomSummary(await requireRoom(runtime, id));
});

const remove = defineFunction('rooms.delete', async ({ id }, { runtime }) => {
  const room = await runtime.database.getRoom(id);
  if (room?.agentId !== ZOEY_AGENT_ID) return { done: false };
  await runtime.turns.stop(id);
  return { done: await runtime.database.deleteRoom(id, runtime.clock()) };
});

const restore = defineFunction('rooms.restore', async ({ id }, { runtime }) => ({
  done: await runtime.database.restoreRoom(id),
}));

const messages = defineFunction('rooms.messages', async ({ roomId, limit, cursor }, { runtime }) => {
  await requireRoom(runtime, roomId);
  const page = await runtime.database.getMemories({
    agentId: ZOEY_AGENT_ID,
    roomId,
    kinds: ['message'],
    limit,
    ...(cursor !== undefined && { cursor }),
  });
  return { ...page, items: page.items.map(toMessage) };
});

export const roomFunctions = [list, create, rename, remove, restore, messages] as const;
