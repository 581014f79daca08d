import type { IDatabaseAdapter } from '../types/database.ts';
import type { Content, Memory } from '../types/memory.ts';
import { type PastMessage, pieceLabel } from './prompt.ts';

/** How many messages of a room are looked at for the prompt; the window is full long before. */
const HISTORY_MESSAGES = 60;

/** What was said before the message, the oldest first. */
export async function pastMessages(
  message: Memory,
  database: Pick<IDatabaseAdapter, 'getMemories'>,
): Promise<PastMessage[]> {
  const { agentId, roomId } = message;
  if (roomId === undefined) return [];
  const { items } = await database.getMemories({
    agentId,
    roomId,
    kinds: ['message'],
    limit: HISTORY_MESSAGES,
  });
  const at = items.findIndex((item) => item.id === message.id);
  const before = at < 0 ? [] : items.slice(at + 1).reverse();
  return before.flatMap(({ content }): PastMessage[] => {
    const { role } = content;
    const text = saidIn(content);
    return role === undefined || text === '' ? [] : [{ role, text }];
  });
}

/** Of quotes that stood in for an answer, where they are from: they would fill the window with what was not said. */
function saidIn({ role, model, actions, references = [], text }: Content): string {
  const quotes = role === 'assistant' && model === undefined && !actions?.length;
  if (!quotes) return text;
  const places = references.map(pieceLabel).join(', ');
  return places === '' ? '' : `Places that may answer this: ${places}`;
}
