import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Provider } from '../../../types/runtime.ts';
import { summariesOf, summaryText } from '../summary.ts';

/** What a long conversation was about so far, in a few sentences: nothing in a short one. */
export function contextSummary(database: IDatabaseAdapter): Provider {
  return {
    name: 'CONTEXT_SUMMARY',
    description: 'What the conversation was about so far.',
    deadlineMs: 1_000,
    async get(_runtime, { roomId }) {
      const room = roomId === undefined ? undefined : await database.getRoom(roomId);
      const summary = summaryText(summariesOf(room));
      return summary === undefined ? {} : { text: summary, values: { contextSummary: summary } };
    },
  };
}
