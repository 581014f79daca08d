import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Memory } from '../../types/memory.ts';
import type { Uuid } from '../../types/primitives.ts';
import type { EventHandler } from '../../types/runtime.ts';

/** Notes when an answer last used a memory. */
export function noteUsed(database: Pick<IDatabaseAdapter, 'touchMemories'>): EventHandler<'MESSAGE_SENT'> {
  return ({ message }) => database.touchMemories(citedBy(message), message.updatedAt);
}

/** The memories that an answer cites; what no model wrote quotes all that it was given. */
function citedBy({ content: { text, model, references = [] } }: Memory): Uuid[] {
  const cited = new Set([...text.matchAll(/\[(\d{1,3})\]/g)].map(([, number]) => Number(number)));
  return references.flatMap(({ memoryId, number }) =>
    memoryId !== undefined && (model === undefined || cited.has(number)) ? [memoryId] : [],
  );
}
