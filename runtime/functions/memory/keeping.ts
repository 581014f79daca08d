import { redact } from '../../guard/secrets.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import { ZOEY_AGENT_ID } from '../../kernel/identity.ts';
import { TOLD } from '../../recall/memoryRecall.ts';
import { defineFunction } from '../define.ts';
import { toMemoryItem } from '../project.ts';

/** What was said stays as it was said, and what was superseded is history. */
const update = defineFunction('memory.update', async ({ id, text }, { runtime }) => {
  const known = await runtime.database.getMemoryById(id);
  const mayChange =
    known?.agentId === ZOEY_AGENT_ID && TOLD.includes(known.kind) && known.supersededBy === undefined;
  const content = known && { ...known.content, text: redact(text).text };
  const updatedAt = runtime.clock();
  if (!mayChange || !content || !(await runtime.database.updateMemory(id, { content, updatedAt }))) {
    throw new ZoeyError('not_found', 'This memory is gone.');
  }
  return toMemoryItem({ ...known, content, updatedAt });
});

const watch = defineFunction('memory.watch', async function* (_input, { runtime, signal }) {
  for await (const _change of runtime.memoryChanges.follow(signal)) yield { at: runtime.clock() };
  return { done: true };
});

export const memoryKeepingFunctions = [update, watch] as const;
