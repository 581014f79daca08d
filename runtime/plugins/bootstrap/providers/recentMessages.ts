import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Memory } from '../../../types/memory.ts';
import type { Provider } from '../../../types/runtime.ts';

/** How many messages, and how much of each, in characters. */
const MESSAGES = 20;
const MAX_TEXT = 600;

/** What was said last in the room, the oldest first. */
export function recentMessages(database: IDatabaseAdapter): Provider {
  return {
    name: 'RECENT_MESSAGES',
    description: 'What was said last in the conversation.',
    dynamic: true,
    async get({ character }, { agentId, roomId }) {
      if (roomId === undefined) return {};
      const { items } = await database.getMemories({ agentId, roomId, kinds: ['message'], limit: MESSAGES });
      const said = items.filter(({ content }) => content.text !== '').reverse();
      const text = said.map((memory) => line(memory, character.name)).join('\n');
      return { text, values: { recentMessages: text }, data: { messageIds: said.map(({ id }) => id) } };
    },
  };
}

function line({ content }: Memory, name: string): string {
  const { role, text } = content;
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} …` : text;
  return `${role === 'assistant' ? name : 'User'}: ${cut}`;
}
