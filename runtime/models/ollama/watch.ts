import { ZoeyError } from '../../kernel/errors.ts';

/** Runs something after so many milliseconds; returns what calls it off. */
export type After = (ms: number, run: () => void) => () => void;

export const realAfter: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * The life of one request: ends when the caller aborts, or when what is waited for does not come in time.
 * Its signal goes to `fetch`, so either closes the socket.
 */
export class Watch {
  private readonly controller = new AbortController();
  private callOff: (() => void) | undefined;
  private waitedFor: string | undefined;
  private readonly caller: AbortSignal;
  private readonly after: After;
  private readonly onAbort = () => this.controller.abort();

  constructor(caller: AbortSignal, after: After) {
    this.caller = caller;
    this.after = after;
    if (caller.aborted) this.controller.abort();
    else caller.addEventListener('abort', this.onAbort);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** From now on something must come within `ms`. `what` completes "… did not come". */
  expect(ms: number, what: string): void {
    this.callOff?.();
    this.callOff = this.after(ms, () => {
      this.waitedFor = `${what} did not come within ${ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`}.`;
      this.controller.abort();
    });
  }

  /** Nothing is waited for. */
  rest(): void {
    this.callOff?.();
    this.callOff = undefined;
  }

  /** Why it ended before its time; undefined where it did not. */
  get ended(): ZoeyError | undefined {
    if (this.caller.aborted) return new ZoeyError('cancelled', 'Stopped.', { cause: this.caller.reason });
    return this.waitedFor === undefined ? undefined : new ZoeyError('timed_out', this.waitedFor);
  }

  /** Closes the socket, if it is still open. */
  end(): void {
    this.rest();
    this.caller.removeEventListener('abort', this.onAbort);
    this.controller.abort();
  }
}
