import type { Clock } from '../../kernel/clock.ts';
import type { MemoryRecall } from '../../recall/memoryRecall.ts';
import type { IDatabaseAdapter } from '../../types/database.ts';
import type { Plugin } from '../../types/runtime.ts';
import type { Passages } from '../../workspace/passages.ts';
import { followRoom, unfollowRoom } from './actions/follow.ts';
import { reply } from './actions/reply.ts';
import { sendMessage } from './actions/sendMessage.ts';
import { ignore, none } from './actions/silence.ts';
import { factExtraction } from './evaluators/factExtraction.ts';
import { goalTracking } from './evaluators/goalTracking.ts';
import { reflection } from './evaluators/reflection.ts';
import { relationships } from './evaluators/relationships.ts';
import { actions } from './providers/actions.ts';
import { attachments } from './providers/attachments.ts';
import { character } from './providers/character.ts';
import { contextSummary } from './providers/contextSummary.ts';
import { entities } from './providers/entities.ts';
import { passages } from './providers/passages.ts';
import { recall } from './providers/recall.ts';
import { recentMessages } from './providers/recentMessages.ts';
import { time } from './providers/time.ts';

export interface BootstrapParts {
  database: IDatabaseAdapter;
  memories: MemoryRecall;
  search: Passages;
  clock: Clock;
}

/**
 * What every agent can do. Providers of context with an origin are asked at each message, and so is the
 * summary that a long conversation has; those that give text alone are dynamic otherwise: the window of a
 * small model belongs to the person's code.
 */
export function bootstrapPlugin(parts: BootstrapParts): Plugin {
  const { database, memories, search, clock } = parts;
  return {
    name: 'bootstrap',
    description: 'What every agent can do: answer, keep silent, follow, and know what is around it.',
    actions: [reply, ignore, none, sendMessage(parts), followRoom(database), unfollowRoom(database)],
    providers: [
      attachments,
      recall(memories),
      passages(search),
      time(clock),
      character,
      actions,
      entities(database),
      recentMessages(database),
      contextSummary(database),
    ],
    evaluators: [factExtraction(parts), reflection(database), goalTracking(parts), relationships(parts)],
  };
}
