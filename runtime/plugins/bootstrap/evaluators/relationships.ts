import type { Clock } from '../../../kernel/clock.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Memory } from '../../../types/memory.ts';
import type { Timestamp, Uuid } from '../../../types/primitives.ts';
import type { Evaluator } from '../../../types/runtime.ts';

/** From how many messages on somebody is known well. */
const WELL_KNOWN = 20;

/** How many pairs may wait to be stored; of more, the messages are not counted. */
const MAX_PAIRS = 10_000;

/** What was said from one to another since it was stored last. */
interface Talk {
  agentId: Uuid;
  sourceEntityId: Uuid;
  targetEntityId: Uuid;
  messages: number;
  lastAt: Timestamp;
}

/** Keeps who talks with whom, how often, and when last. No model is asked. */
export function relationships({ database, clock }: { database: IDatabaseAdapter; clock: Clock }): Evaluator {
  // One after the other, since each adds to what is stored; what comes meanwhile is counted and stored at once.
  const waiting = new Map<string, Talk>();
  let writing = false;
  return {
    name: 'RELATIONSHIPS',
    similes: ['TRACK_RELATIONSHIPS'],
    description: 'Keeps who talks with whom, and how often.',
    alwaysRun: true,
    validate: async ({ agentId }, { entityId, roomId }) => roomId !== undefined && entityId !== agentId,
    async handler(_runtime, message) {
      count(waiting, message, await addressee(message, database));
      if (writing) return;
      writing = true;
      try {
        for (const [pair, talk] of waiting) {
          waiting.delete(pair);
          await note(talk, { database, now: clock() });
        }
      } finally {
        writing = false;
      }
    },
  };
}

function count(waiting: Map<string, Talk>, message: Memory, targetEntityId: Uuid): void {
  const { agentId, entityId: sourceEntityId, createdAt: lastAt } = message;
  const pair = `${sourceEntityId} ${targetEntityId}`;
  const known = waiting.get(pair);
  if (known) {
    known.messages += 1;
    known.lastAt = lastAt;
  } else if (waiting.size < MAX_PAIRS) {
    waiting.set(pair, { agentId, sourceEntityId, targetEntityId, messages: 1, lastAt });
  }
}

async function note(
  { messages, lastAt, ...ends }: Talk,
  { database, now }: { database: IDatabaseAdapter; now: number },
): Promise<void> {
  const known = await database.getRelationship(ends);
  const before = known?.metadata.interactions;
  const interactions = (typeof before === 'number' ? before : 0) + messages;
  const metadata = { interactions, lastInteractionAt: lastAt };
  const tag = interactions < WELL_KNOWN ? 'acquainted' : 'well known';
  const tags = [...(known?.tags ?? []).filter((kept) => kept !== 'acquainted' && kept !== tag), tag];
  if (known) {
    await database.updateRelationship(known.id, { metadata, ...(!known.tags.includes(tag) && { tags }) });
    return;
  }
  await database.createRelationship({ id: uuidv7(now), ...ends, tags, metadata, createdAt: now });
}

/** Whoever is replied to; else the agent. */
async function addressee(message: Memory, database: IDatabaseAdapter): Promise<Uuid> {
  const { agentId, entityId, content } = message;
  if (content.inReplyTo === undefined) return agentId;
  const said = await database.getMemoryById(content.inReplyTo);
  return said && said.entityId !== entityId ? said.entityId : agentId;
}
