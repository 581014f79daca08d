import { setMaxListeners } from 'node:events';
import { ZoeyError } from './errors.ts';

export interface Deadline {
  /** In ms, from now. */
  ms: number;
  signal: AbortSignal;
  /** Names what is late: "The service x". */
  what: string;
}

/**
 * Runs `work` under a signal of its own, which aborts with `signal` or at the deadline. Settles then at the
 * latest, whatever `work` does: the first cause wins. What `work` gives later is let go.
 */
export function within<T>(
  { ms, signal, what }: Deadline,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const end = (error: ZoeyError) => {
      settle();
      reject(error);
      stop.abort(error);
    };
    const cancel = () => end(new ZoeyError('cancelled', 'Stopped.', { cause: signal.reason }));
    const timer = setTimeout(() => end(new ZoeyError('timed_out', `${what} took too long.`)), ms);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
    if (signal.aborted) return cancel();
    // Many may wait on one run; none stays behind.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', cancel, { once: true });
    Promise.resolve()
      .then(() => work(stop.signal))
      .then(resolve, reject)
      .finally(settle);
  });
}
