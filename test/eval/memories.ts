import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createSqliteDatabase } from '../../runtime/storage/index.ts';
import type { Memory } from '../../runtime/types/memory.ts';
import type { IEmbedder } from '../../runtime/types/recall.ts';
import { aRecall, embedded } from '../support/recall.ts';
import { aMemory } from '../support/samples.ts';
import { DEPTH, type Evaluation, type Outcome } from './scores.ts';
import { type MemorySet, readMemorySet } from './sets.ts';
import { byMiniSearch } from './windows.ts';

const DAY_MS = 86_400_000;

/** Asks each question in each way; the rank is that of the first note that answers it. */
export async function evalMemories(
  embedder: IEmbedder | undefined,
  pick: <T>(questions: readonly T[]) => T[],
): Promise<Evaluation> {
  const set = await readMemorySet();
  const questions = pick(set.questions);
  const ways = new Map<string, (question: string) => Promise<string[]>>();
  const baseline = byMiniSearch(set.notes);
  ways.set('minisearch', async (question) => baseline(question));
  ways.set('text alone', await recalling(set, undefined));
  if (embedder) {
    ways.set('vectors alone', await nearest(set, embedder));
    ways.set('fused', await recalling(set, embedder));
  }
  const outcomes = new Map<string, Outcome[]>();
  for (const [way, ask] of ways) {
    const found: Outcome[] = [];
    for (const { style, question, answers } of questions) {
      const ids = (await ask(question)).slice(0, DEPTH);
      const at = ids.findIndex((id) => answers.includes(id));
      found.push({ style, rank: at === -1 ? undefined : at + 1 });
    }
    outcomes.set(way, found);
  }
  return { outcomes };
}

/** The product's own search over a memory that holds the notes. */
async function recalling({ notes }: MemorySet, embedder: IEmbedder | undefined) {
  const database = createSqliteDatabase({ log: silentLog });
  await database.init();
  const recall = await aRecall({ database, ...(embedder && { embedder }) });
  const names = new Map<string, string>();
  const now = Date.now();
  const memories = notes.map(({ id, days, text }): Memory => {
    const at = now - days * DAY_MS;
    const note = {
      ...aMemory({ text }),
      kind: 'note' as const,
      agentId: ZOEY_AGENT_ID,
      createdAt: at,
      updatedAt: at,
    };
    names.set(note.id, id);
    return note;
  });
  await recall.database.createMemories(memories);
  if (embedder) await embedded(recall);
  return async (query: string) => {
    const found = await recall.memories.search({ query, limit: DEPTH });
    return found.flatMap(({ memory }) => names.get(memory.id) ?? []);
  };
}

async function nearest({ notes }: MemorySet, embedder: IEmbedder) {
  const vectors = await embedder.embed(
    notes.map(({ text }) => text),
    { purpose: 'passage' },
  );
  return async (question: string) => {
    const [asked] = await embedder.embed([question], { purpose: 'question' });
    return notes
      .map(({ id }, i) => ({ id, near: dot(asked, vectors[i]) }))
      .sort((a, b) => b.near - a.near)
      .map(({ id }) => id);
  };
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return a?.reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0) ?? 0;
}
