import * as z from 'zod';
import type { Room } from '../../types/environment.ts';
import type { JsonValue } from '../../types/primitives.ts';

/** Under which name a room keeps what it was about: it goes when the room goes. */
export const SUMMARIES = 'summaries';
/** So many of one tier become one of the next: ten of messages, then ten of summaries, and so on. */
const TIER = 10;
/** More are never kept, even where a model never sums them up. */
const MAX_KEPT = 60;
/** How much of it a prompt is given, in characters. */
const MAX_GIVEN = 2_400;

const Summary = z.object({
  /** 0 sums up messages; each further tier sums up the one below. */
  tier: z.int().min(0),
  text: z.string(),
});
export type Summary = z.infer<typeof Summary>;

/** What was summed up of a room, the oldest first, so that tiers never rise. */
export function summariesOf(room: Room | undefined): Summary[] {
  const { metadata = {} } = room ?? {};
  const parsed = z.array(Summary).safeParse(metadata[SUMMARIES]);
  if (parsed.success) return parsed.data;
  // As it was kept before there were tiers.
  const { summary } = metadata;
  return typeof summary === 'string' ? [{ tier: 0, text: summary }] : [];
}

/** What is to be summed up next: the oldest of the lowest tier that is full. */
export function fullTier(summaries: readonly Summary[]): Summary[] | undefined {
  const tiers = new Set(summaries.map(({ tier }) => tier));
  for (const tier of [...tiers].sort((a, b) => a - b)) {
    const same = summaries.filter((summary) => summary.tier === tier);
    if (same.length >= TIER) return same.slice(0, TIER);
  }
  return undefined;
}

/** The summaries with one in the place of those that it sums up. */
export function rollUp(summaries: readonly Summary[], group: readonly Summary[], text: string): Summary[] {
  const [first] = group;
  if (!first) return [...summaries];
  return summaries.flatMap((summary) => {
    if (summary === first) return [{ tier: first.tier + 1, text }];
    return group.includes(summary) ? [] : [summary];
  });
}

/** As it is kept with a room. */
export function toMetadata(summaries: readonly Summary[]): { [key: string]: JsonValue } {
  return { [SUMMARIES]: summaries.slice(-MAX_KEPT).map(({ tier, text }) => ({ tier, text })), summary: null };
}

/** What a prompt is told, the oldest first: how it began, then as much of the latest as fits. */
export function summaryText(summaries: readonly Summary[]): string | undefined {
  const [first, ...rest] = summaries;
  if (!first) return undefined;
  const given: string[] = [];
  let left = MAX_GIVEN - first.text.length;
  for (const { text } of rest.reverse()) {
    left -= text.length + 1;
    if (left < 0) break;
    given.unshift(text);
  }
  return [first.text, ...given].join('\n');
}
