import * as z from 'zod';
import type { Memory, Reference } from '../../../types/memory.ts';
import type { Action } from '../../../types/runtime.ts';
import { TOLD } from '../told.ts';

const SHOWN = 10;
/** How much of one memory is shown, in characters. */
const MAX_LINE = 300;

const Parameters = z.object({
  query: z.string().trim().min(1).max(500).optional().describe('What it is about; all without it.'),
});

/** "what do you remember", "what do you remember about …" */
const ASKED = /^what\s+(?:do|did|can)\s+you\s+remember(?:\s+(?:about|of|on)\s+(?<query>[^?]+))?\s*\??$/i;

/** Says what is remembered, word for word. */
export const recall: Action = {
  name: 'RECALL',
  similes: ['LIST_MEMORIES', 'SHOW_MEMORIES', 'SEARCH_MEMORY'],
  description: 'Show what the user asked to be remembered, word for word.',
  parameters: Parameters,
  trigger(words) {
    const asked = ASKED.exec(words);
    if (!asked) return undefined;
    const query = asked.groups?.query?.trim();
    return query === undefined || /^(?:me|everything|all)$/i.test(query) ? {} : { query };
  },
  validate: async () => true,
  async handler(runtime, _message, _state, options, callback) {
    const { query } = Parameters.parse(options?.parameters ?? {});
    const found = query
      ? await runtime.searchMemories({ query, kinds: TOLD, count: SHOWN })
      : await runtime.getMemories({ kinds: TOLD, count: SHOWN });
    const said = found.length === 0 ? nothing(query) : found.map(line).join('\n');
    await callback?.({ text: said, references: found.map(reference), actions: ['RECALL'] });
    return { success: true, text: said, data: { memoryIds: found.map(({ id }) => id) } };
  },
};

function nothing(query: string | undefined): string {
  return query === undefined ? 'Nothing is remembered yet.' : `Nothing is remembered about ${query}.`;
}

function line({ content: { text } }: Memory, index: number): string {
  const one = text.replace(/\s+/g, ' ');
  return `- ${one.length > MAX_LINE ? `${one.slice(0, MAX_LINE)} …` : one} [${index + 1}]`;
}

function reference({ id, createdAt, content }: Memory, index: number): Reference {
  return { number: index + 1, kind: 'memory', memoryId: id, createdAt, text: content.text };
}
