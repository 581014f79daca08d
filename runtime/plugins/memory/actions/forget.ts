import * as z from 'zod';
import { queryTokens, tokenize } from '../../../recall/text/tokens.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Memory } from '../../../types/memory.ts';
import { Uuid } from '../../../types/primitives.ts';
import type { Action, IAgentRuntime } from '../../../types/runtime.ts';
import { TOLD } from '../told.ts';

/** How many are forgotten at once, and how much of each is shown, in characters. */
const MAX_AT_ONCE = 20;
const MAX_LINE = 200;
/** The least share of the words of a query that a memory must hold. */
const LEAST_SHARE = 0.5;

const Parameters = z.object({
  query: z.string().trim().min(1).max(500).optional().describe('What is to be forgotten.'),
  /** Set where the person has seen which ones go. */
  ids: z.array(Uuid).max(MAX_AT_ONCE).optional(),
});

/** "/forget …", "forget that …", "forget about …", "forget what I said about …", "forget everything about …" */
const ASKED =
  /^(?:\/forget\s+(?:that\s+|about\s+)?|(?:please\s+)?forget\s+(?:that|about|(?:everything|all|what\s+(?:i\s+(?:said|told\s+you)|you\s+(?:know|remember)))\s+(?:about|of|on))\s+)(?<query>\S[\s\S]*?)[.!]*$/i;

/** Removes memories. What would go is shown first, and nothing but that goes. */
export function forget(database: IDatabaseAdapter): Action {
  return {
    name: 'FORGET',
    similes: ['DELETE_MEMORY', 'REMOVE_MEMORY', 'ERASE_MEMORY'],
    description: 'Remove something that was remembered.',
    parameters: Parameters,
    trigger(words) {
      const query = ASKED.exec(words)?.groups?.query?.trim();
      return query ? { query } : undefined;
    },
    validate: async () => true,
    async handler(runtime, _message, _state, options, callback) {
      const { query, ids } = Parameters.parse(options?.parameters ?? {});
      if (!ids && !query) return { success: false, error: 'Say what is to be forgotten.' };
      const found = ids ? await database.getMemoriesByIds(ids) : await matching(runtime, query ?? '');
      const going = found.filter(({ kind, agentId }) => agentId === runtime.agentId && TOLD.includes(kind));
      if (going.length === 0) {
        const said = ids ? 'It is forgotten already.' : `Nothing is remembered about ${query}.`;
        await callback?.({ text: said });
        return { success: true, text: said };
      }
      const parameters = { ids: going.map(({ id }) => id) };
      const preview = ['This would be forgotten:', ...going.map(line)].join('\n');
      const allowed = await options?.ask({ action: 'FORGET', preview, parameters });
      if (!allowed) return { success: true, data: { forgotten: [] } };
      await runtime.deleteManyMemories(parameters.ids);
      const said = going.length === 1 ? 'Forgotten: 1 memory.' : `Forgotten: ${going.length} memories.`;
      await callback?.({ text: said, actions: ['FORGET'] });
      return { success: true, text: said, data: { forgotten: parameters.ids } };
    },
  };
}

/** Those that hold most of the words that tell: one in common is too little to forget something for. */
async function matching(runtime: IAgentRuntime, query: string): Promise<Memory[]> {
  const found = await runtime.searchMemories({ query, kinds: TOLD, count: MAX_AT_ONCE });
  const wanted = queryTokens(query);
  return found.filter(({ content }) => {
    const held = new Set(tokenize(content.text));
    return wanted.filter((word) => held.has(word)).length >= wanted.length * LEAST_SHARE;
  });
}

function line({ content: { text } }: Memory): string {
  const one = text.replace(/\s+/g, ' ');
  return `- ${one.length > MAX_LINE ? `${one.slice(0, MAX_LINE)} …` : one}`;
}
