import * as z from 'zod';
import { redact } from '../../../guard/secrets.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Room } from '../../../types/environment.ts';
import { Text } from '../../../types/primitives.ts';
import type { Action } from '../../../types/runtime.ts';

const Parameters = z.object({
  /** The title of another conversation. */
  room: z.string().trim().min(1).max(200),
  text: Text.refine((text) => text.trim() !== '', { error: 'is empty' }),
});

/** How many conversations are looked through for a title. */
const SEARCHED = 200;

/** Puts a message into another conversation. It is asked first: what is said there stays there. */
export function sendMessage({ database, clock }: { database: IDatabaseAdapter; clock: Clock }): Action {
  const find = async (message: { agentId: string; roomId?: string | undefined }, title: string) => {
    const { items } = await database.getRooms({ agentId: message.agentId, limit: SEARCHED });
    const wanted = title.toLowerCase();
    return items.find((room: Room) => room.id !== message.roomId && room.title.toLowerCase() === wanted);
  };
  return {
    name: 'SEND_MESSAGE',
    similes: ['MESSAGE_ROOM', 'POST_MESSAGE'],
    description: 'Put a message into another conversation, named by its title.',
    parameters: Parameters,
    writes: true,
    validate: async (_runtime, { roomId }) => roomId !== undefined,
    async preview(_runtime, _message, parameters) {
      const { room, text } = Parameters.parse(parameters);
      return `This would be put into the conversation "${room}":\n\n${text}`;
    },
    async handler(runtime, message, _state, options, callback) {
      const { room: title, text } = Parameters.parse(options?.parameters);
      const room = await find(message, title);
      if (!room) return { success: false, error: `There is no other conversation called "${title}".` };
      const now = clock();
      await runtime.createMemory(
        {
          kind: 'message',
          entityId: runtime.agentId,
          roomId: room.id,
          content: { text: redact(text).text, role: 'assistant', status: 'complete' },
          source: 'conversation',
          createdAt: now,
          updatedAt: now,
        },
        'messages',
      );
      await database.updateRoom(room.id, { updatedAt: now });
      const said = `The message is in "${room.title}".`;
      await callback?.({ text: said });
      return { success: true, text: said, data: { roomId: room.id } };
    },
  };
}
