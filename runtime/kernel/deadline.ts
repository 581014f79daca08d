import { setMaxListeners } from 'node:events';
import { ZoeyError } from './errors.ts';

export interface Deadline {
  /** In ms, from now. */
  ms: number;
  /** Absent where only time ends it. */
  signal?: AbortSignal | undefined;
  /** Names what is late: "The service x". */
  what: string;
  /** The timer; one that never stands still, by default. */
  after?: (ms: number, run: () => void) => () => void;
}

function realAfter(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/**
 * Runs `work` under a signal of its own, which aborts with `signal` or at the deadline. Settles then at the
 * latest, whatever `work` does: the first cause wins. What `work` gives later is let go. The signal is made
 * when it is asked for: few ask, and making one is dear.
 */
export function within<T>(
  { ms, signal, what, after = realAfter }: Deadline,
  work: (own: Pick<AbortController, 'signal'>) => T | Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const end = (error: ZoeyError) => {
      settle();
      reject(error);
      stop.abort(error);
    };
    const cancel = () => end(new ZoeyError('cancelled', 'Stopped.', { cause: signal?.reason }));
    const settle = () => {
      callOff();
      signal?.removeEventListener('abort', cancel);
    };
    if (signal?.aborted) return reject(new ZoeyError('cancelled', 'Stopped.', { cause: signal.reason }));
    const callOff = after(ms, () => end(new ZoeyError('timed_out', `${what} took too long.`)));
    // Many may wait on one run; none stays behind.
    if (signal) setMaxListeners(0, signal);
    signal?.addEventListener('abort', cancel, { once: true });
    Promise.resolve()
      .then(() => work(stop))
      .then(
        (result) => {
          settle();
          resolve(result);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
  });
}
