import * as z from 'zod';
import { askJson } from '../../../pipeline/askJson.ts';
import type { MemoryRecall } from '../../../recall/memoryRecall.ts';
import { tokenize } from '../../../recall/text/tokens.ts';
import type { Memory } from '../../../types/memory.ts';
import type { Uuid } from '../../../types/primitives.ts';
import type { IAgentRuntime } from '../../../types/runtime.ts';

/** Memories that a new fact is compared with. */
const COMPARED = 5;
/** Texts so near say the same. */
const SAME = 0.95;
/** Texts that are less near are about something else; so are, where nothing embeds, those that share less. */
const RELATED = 0.5;
const SHARED = 0.3;
const MAX_TOKENS = 60;

const Judgement = z.object({
  same: z.array(z.int()).max(COMPARED).default([]),
  outdated: z.array(z.int()).max(COMPARED).default([]),
});

const INSTRUCTION = [
  'A new fact was learnt. Compare it with each known fact.',
  '"same": numbers of those that say the same. "outdated": numbers of those that can no longer be true now.',
  'Most are neither. Answer with JSON alone: {"same":[],"outdated":[]}',
].join('\n');

/** What a new fact does to those that are known. */
export interface Comparison {
  /** It is known already. */
  known: boolean;
  /** Facts that it supersedes. */
  outdated: Uuid[];
}

/**
 * Compares a fact with what is remembered: by its words, by meaning, and where it is about the same as another,
 * by a question to the model. Only what was found out is superseded, never what the person told.
 */
export async function compareFact(
  fact: string,
  { runtime, memories }: { runtime: IAgentRuntime; memories: Pick<MemoryRecall, 'search'> },
): Promise<Comparison> {
  const found = await memories.search({ query: fact, limit: COMPARED, signal: runtime.run.signal });
  const key = keyOf(fact);
  const known = found.some(
    ({ memory, why }) => keyOf(memory.content.text) === key || (why.meaning ?? 0) >= SAME,
  );
  if (known) return { known, outdated: [] };
  const related = found.filter(({ why: { meaning, words = 0 } }) =>
    meaning === undefined ? words >= SHARED : meaning >= RELATED,
  );
  return judge(
    runtime,
    fact,
    related.map(({ memory }) => memory),
  );
}

async function judge(runtime: IAgentRuntime, fact: string, related: readonly Memory[]): Promise<Comparison> {
  if (related.length === 0) return { known: false, outdated: [] };
  const list = related.map(({ content }, at) => `${at + 1}. ${content.text}`).join('\n');
  const judged = await askJson(runtime, {
    instruction: INSTRUCTION,
    text: `Known:\n${list}\n\nNew: ${fact}`,
    schema: Judgement,
    maxTokens: MAX_TOKENS,
  });
  const numbered = (numbers: readonly number[] = []) =>
    numbers.flatMap((number) => related[number - 1] ?? []);
  const outdated = numbered(judged?.outdated).filter(({ kind }) => kind === 'fact');
  return {
    known: outdated.length === 0 && numbered(judged?.same).length > 0,
    outdated: outdated.map(({ id }) => id),
  };
}

/** The same for texts that say the same in the same words, whatever their order, case and marks. */
export function keyOf(text: string): string {
  return [...new Set(tokenize(text))].sort().join(' ');
}
