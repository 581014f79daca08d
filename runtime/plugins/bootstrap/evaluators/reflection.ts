import * as z from 'zod';
import { redact } from '../../../guard/secrets.ts';
import { askJson } from '../../../pipeline/askJson.ts';
import type { IDatabaseAdapter } from '../../../types/database.ts';
import type { Memory } from '../../../types/memory.ts';
import type { Uuid } from '../../../types/primitives.ts';
import type { Evaluator, IAgentRuntime } from '../../../types/runtime.ts';
import { fullTier, rollUp, type Summary, summariesOf, toMetadata } from '../summary.ts';
import { isDue, take } from './cadence.ts';

const MAX_TOKENS = 250;
/** Messages that are looked at together, theirs and the answers, and how much of each, in characters. */
const MESSAGES = 40;
const MAX_MESSAGE = 280;
/** A summary that is longer is cut: many of them have to fit a small window. */
const MAX_SUMMARY = 600;

const Reflection = z.object({ summary: z.string().trim().min(1).max(1_500) });

const INSTRUCTION = [
  'Sum up this part of a conversation for somebody who goes on with it: what is wanted, found, decided, open.',
  'Four sentences at most. Keep names, numbers and decisions.',
  'Answer with JSON alone: {"summary":"..."}',
].join('\n');

/** Looks back at a long conversation and keeps what it was about: messages, then summaries of summaries. */
export function reflection(database: IDatabaseAdapter): Evaluator {
  // Ten of theirs, with the answers twenty.
  const cadence = { database, name: 'REFLECTION', every: 10 };
  return {
    name: cadence.name,
    similes: ['SUMMARIZE', 'REFLECT'],
    description: 'Keeps what a long conversation was about.',
    asksModel: true,
    validate: (_runtime, message, state) => isDue(cadence, message, state),
    async handler(runtime, message) {
      const { roomId } = message;
      if (roomId === undefined) return;
      const [first] = await take(cadence, message);
      const said = await messagesFrom(database, message, first?.createdAt ?? message.createdAt);
      const text = await sumUp(runtime, said.map((one) => line(one, runtime.character.name)).join('\n'));
      if (text === undefined) return;
      await keep(database, roomId, (before) => [...before, { tier: 0, text }]);
      await climb(runtime, database, roomId);
    },
  };
}

/** Sums up what is full, from the lowest tier on. */
async function climb(runtime: IAgentRuntime, database: IDatabaseAdapter, roomId: Uuid): Promise<void> {
  for (;;) {
    const group = fullTier(summariesOf(await database.getRoom(roomId)));
    const text = group && (await sumUp(runtime, group.map((one) => one.text).join('\n')));
    if (text === undefined) return;
    await keep(database, roomId, (before) => rollUp(before, fullTier(before) ?? [], text));
  }
}

async function keep(
  database: IDatabaseAdapter,
  roomId: Uuid,
  change: (before: Summary[]) => Summary[],
): Promise<void> {
  const room = await database.getRoom(roomId);
  if (room) await database.updateRoom(roomId, { metadata: toMetadata(change(summariesOf(room))) });
}

async function sumUp(runtime: IAgentRuntime, text: string): Promise<string | undefined> {
  const found = await askJson(runtime, {
    instruction: INSTRUCTION,
    text,
    schema: Reflection,
    maxTokens: MAX_TOKENS,
  });
  return found && redact(found.summary).text.slice(0, MAX_SUMMARY);
}

/** What was said in the room from that time until the message and its answer, the oldest first. */
async function messagesFrom(
  database: IDatabaseAdapter,
  { agentId, roomId, createdAt }: Memory,
  start: number,
): Promise<Memory[]> {
  if (roomId === undefined) return [];
  const { items } = await database.getMemories({
    agentId,
    roomId,
    kinds: ['message'],
    start,
    // The answer comes a millisecond after its message.
    before: createdAt + 2,
    limit: MESSAGES,
  });
  return items.filter(({ content }) => content.text !== '').reverse();
}

function line({ content: { role, text } }: Memory, name: string): string {
  const cut = text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)} …` : text;
  return `${role === 'assistant' ? name : 'User'}: ${cut}`;
}
