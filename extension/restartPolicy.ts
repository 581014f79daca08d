export interface RestartLimit {
  /** Restarts allowed within the window. */
  restarts: number;
  /** Milliseconds. */
  windowMs: number;
  /** Milliseconds before the first restart; each further one within the window waits three times as long. */
  firstDelayMs: number;
}

/** A crash is cured by a restart; a crash on every start is not, and would only burn the machine. */
export const RESTART_LIMIT: RestartLimit = { restarts: 4, windowMs: 180_000, firstDelayMs: 250 };

/** Says how long to wait before the next restart, in milliseconds; undefined where it is time to give up. */
export function createRestartPolicy(limit: RestartLimit, now: () => number): () => number | undefined {
  let restarts: number[] = [];
  return () => {
    const at = now();
    restarts = restarts.filter((earlier) => at - earlier < limit.windowMs);
    if (restarts.length >= limit.restarts) return undefined;
    const delay = limit.firstDelayMs * 3 ** restarts.length;
    restarts.push(at);
    return delay;
  };
}
