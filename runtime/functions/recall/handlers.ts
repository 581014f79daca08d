import type { FoundItem } from '../../protocol/schemas.ts';
import { type CallContext, defineFunction } from '../define.ts';
import { toMemoryItem } from '../project.ts';

/** How long the workspace may be searched, in ms. */
const SEARCH_MS = 5_000;

const search = defineFunction('recall.search', async ({ query, limit }, context) => {
  const { runtime, signal } = context;
  const [memories, places] = await Promise.all([
    runtime.recall.memories.search({ query, limit, signal }),
    searchWorkspace(query, limit, context),
  ]);
  const remembered = memories.map(
    ({ memory, ...how }): FoundItem => ({ source: 'memory', memory: toMemoryItem(memory, how) }),
  );
  return { items: alternately(remembered, places).slice(0, limit) };
});

const status = defineFunction('recall.status', (_input, { runtime }) => runtime.recall.queue.status());

const drain = defineFunction('recall.drain', (_input, { runtime, signal }) =>
  runtime.recall.queue.progress(signal),
);

const pause = defineFunction('recall.pause', (_input, context) => setPaused(true, context));
const resume = defineFunction('recall.resume', (_input, context) => setPaused(false, context));

export const recallFunctions = [search, status, drain, pause, resume] as const;

async function setPaused(paused: boolean, { runtime }: CallContext) {
  await runtime.recall.setPaused(paused);
  return runtime.recall.queue.status();
}

async function searchWorkspace(
  query: string,
  limit: number,
  { runtime, caller, signal }: CallContext,
): Promise<FoundItem[]> {
  if (caller.workspace === undefined || !caller.trusted) return [];
  const { exclude } = caller.settings;
  const found = await runtime.passages.search(caller.workspace, query, {
    limit,
    signal,
    exclude,
    deadlineMs: SEARCH_MS,
  });
  return found.items.map(({ path, startLine, endLine, text, score }) => ({
    source: 'workspace',
    path,
    startLine,
    endLine,
    text,
    score,
  }));
}

/** Scores of two searches can't be compared, ranks can: the first of each, the second of each, and so on. */
function alternately<T>(a: readonly T[], b: readonly T[]): T[] {
  return Array.from({ length: Math.max(a.length, b.length) }).flatMap((_, at) => [
    ...a.slice(at, at + 1),
    ...b.slice(at, at + 1),
  ]);
}
