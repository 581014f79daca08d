import * as z from 'zod';
import { redact } from '../../../guard/secrets.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { askJson } from '../../../pipeline/askJson.ts';
import { ownWords } from '../../../pipeline/words.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Memory } from '../../../types/memory.ts';
import type { Evaluator } from '../../../types/runtime.ts';
import { isDue, take } from './cadence.ts';

const TASK = 'GOAL';
const TAGS = ['GOAL'];
/** How many goals one room may have open. */
const MAX_OPEN = 10;
const MAX_TOKENS = 200;

const Goals = z.object({
  goals: z
    .array(z.object({ text: z.string().trim().min(1).max(200), done: z.boolean().default(false) }))
    .max(5),
});

const INSTRUCTION = [
  'Track what the user wants to reach: tasks of hours or days, not single questions.',
  'List new goals, and open goals that the user says are reached, those word for word with "done":true.',
  'Answer with JSON alone: {"goals":[{"text":"...","done":false}]}, and {"goals":[]} where there is none.',
].join('\n');

/** Keeps what the person wants to reach, as tasks of the room, until they say that it is reached. */
export function goalTracking({ database, clock }: { database: IDatabaseAdapter; clock: Clock }): Evaluator {
  const cadence = { database, name: 'GOAL_TRACKING', every: 6 };
  return {
    name: cadence.name,
    similes: ['TRACK_GOALS'],
    description: 'Keeps what the person wants to reach.',
    asksModel: true,
    validate: (_runtime, message, state) => isDue(cadence, message, state),
    async handler(runtime, message) {
      const { agentId, roomId } = message;
      if (roomId === undefined) return;
      const said = await take(cadence, message);
      const { items } = await database.getTasks({ agentId, roomId, tags: TAGS, limit: MAX_OPEN });
      const open = items.map(({ description }) => `- ${description}`).join('\n');
      const words = said.map(({ content }) => ownWords(content.text)).join('\n');
      const found = await askJson(runtime, {
        instruction: INSTRUCTION,
        text: `Open goals:\n${open || 'none'}\n\nThe user said:\n${words}`,
        schema: Goals,
        maxTokens: MAX_TOKENS,
      });
      let room = MAX_OPEN - items.length;
      for (const { text, done } of found?.goals ?? []) {
        const known = items.find(({ description }) => description.toLowerCase() === text.toLowerCase());
        if (known && done) await database.deleteTask(known.id);
        if (known || done || room <= 0) continue;
        room -= 1;
        await database.createTask(goal(redact(text).text, message, clock()));
      }
    },
  };
}

function goal(description: string, { id, agentId, roomId, entityId }: Memory, now: number) {
  return {
    id: uuidv7(now),
    agentId,
    name: TASK,
    description,
    entityId,
    tags: TAGS,
    metadata: { messageId: id },
    attempts: 0,
    createdAt: now,
    updatedAt: now,
    ...(roomId !== undefined && { roomId }),
  };
}
