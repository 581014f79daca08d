import { setTimeout as pause } from 'node:timers/promises';

/** How long anything may take on a busy machine, in milliseconds: only what is broken takes longer. */
export const PATIENCE_MS = 60_000;
/** Between two looks: asking without a pause would take the time of what is waited for. */
const PAUSE_MS = 50;

/** Resolves once `holds` does, asked again and again; rejects when it does not for long. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await pause(PAUSE_MS);
  }
}

/**
 * Does what may go past an editor that is busy, such as a key while the focus moves, again until it works: each
 * attempt has to see its effect, in seconds rather than with all patience.
 */
export async function insist(what: string, attempt: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (cause) {
      if (performance.now() > end) throw new Error(`never worked: ${what}`, { cause });
      await pause(PAUSE_MS);
    }
  }
}
