/** The most messages that are drawn at once, and by how many the window moves. */
export const WINDOW = 100;
export const STEP = 40;

/** Which messages are drawn: `size` of them up to `lastId`, or up to the newest where it is absent. */
export interface Drawn {
  lastId?: string;
  size: number;
}

export const AT_END: Drawn = { size: STEP };

/** Indices of the first drawn message and of the one after the last. */
export function drawnRange(drawn: Drawn, ids: readonly string[]): { from: number; to: number } {
  const last = drawn.lastId === undefined ? -1 : ids.lastIndexOf(drawn.lastId);
  const to = last < 0 ? ids.length : last + 1;
  return { from: Math.max(0, to - drawn.size), to };
}

/** The window one step towards older messages; the same object where there is nothing more to draw. */
export function earlier(drawn: Drawn, ids: readonly string[]): Drawn {
  const { from, to } = drawnRange(drawn, ids);
  if (from === 0) return drawn;
  const first = Math.max(0, from - STEP);
  return upTo(Math.min(to, first + WINDOW), first, ids);
}

/** The window one step towards newer messages; the same object at the end. */
export function later(drawn: Drawn, ids: readonly string[]): Drawn {
  const { from, to } = drawnRange(drawn, ids);
  if (to === ids.length) return drawn;
  const end = Math.min(ids.length, to + STEP);
  return upTo(end, Math.max(from, end - WINDOW), ids);
}

/** The window around one message. */
export function around(id: string, ids: readonly string[]): Drawn {
  const at = ids.lastIndexOf(id);
  if (at < 0) return AT_END;
  return upTo(Math.min(ids.length, at + STEP), Math.max(0, at - STEP), ids);
}

function upTo(end: number, first: number, ids: readonly string[]): Drawn {
  const lastId = end === ids.length ? undefined : ids[end - 1];
  return { size: end - first, ...(lastId !== undefined && { lastId }) };
}
