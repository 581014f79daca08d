import type { Room } from '../../types/environment.ts';

/** Under which name a room keeps what it was about: it goes when the room goes. */
export const SUMMARY = 'summary';

/** What the conversation was about so far; undefined where nobody looked back at it yet. */
export function summaryOf(room: Room | undefined): string | undefined {
  const summary = room?.metadata?.[SUMMARY];
  return typeof summary === 'string' ? summary : undefined;
}
