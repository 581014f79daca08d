import { type Caller, Settings } from '../types/host.ts';
import { throwIfAborted, ZoeyError } from './errors.ts';

/** Until somebody has called, nothing may be read and the settings are the defaults. */
const NOBODY: Caller = { host: 'agent', trusted: false, settings: Settings.parse({}) };

/**
 * In whose name work is done that nobody waits for, and when: it has the settings of the last caller, and it
 * gives way while a person waits for an answer. A small machine can do one of the two.
 */
export class Background {
  /** Settles when the first caller is known: what is due before that waits for it. */
  readonly known: Promise<void>;
  #makeKnown: () => void = () => {};
  #caller = NOBODY;
  #waiting = 0;
  /** Aborted when somebody begins to wait; a new one when nobody does any more. */
  #interrupt = new AbortController();
  readonly #idle = new Set<() => void>();
  readonly #now: () => number;
  #waitedMs = 0;
  #waitingSince = 0;

  /** `now` is a clock that never goes back, in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.known = new Promise((resolve) => {
      this.#makeKnown = resolve;
    });
  }

  /** The last caller, as the agent on its own: settings, folder and trust are the caller's. */
  caller(): Caller {
    return this.#caller;
  }

  /** Somebody calls. One memory holds one workspace: who calls without its folder does not replace who has it. */
  note(caller: Caller): void {
    this.#makeKnown();
    if (caller.workspace === undefined && this.#caller.workspace !== undefined) return;
    this.#caller = { ...caller, host: 'agent' };
  }

  /** A person begins to wait for an answer. Call what it gives back, once, when the answer is there. */
  attend(): () => void {
    this.#waiting += 1;
    if (this.#waiting === 1) {
      this.#waitingSince = this.#now();
      this.#interrupt.abort();
    }
    return () => this.#attended();
  }

  /** Settles when nobody waits for an answer. Rejects as `cancelled` where the signal aborts first. */
  async idle(signal: AbortSignal): Promise<void> {
    while (this.#waiting > 0) {
      throwIfAborted(signal);
      await this.#nextIdle(signal);
    }
  }

  /**
   * Runs `work` while nobody waits for an answer. When somebody begins to, its signal aborts, and it is run
   * anew when nobody does any more: `work` must be such that it may be begun twice.
   */
  async giveWay<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      await this.idle(signal);
      const interrupt = this.#interrupt.signal;
      try {
        return await work(AbortSignal.any([signal, interrupt]));
      } catch (error) {
        if (signal.aborted || !interrupt.aborted) throw error;
      }
    }
  }

  /** As a timer, in ms; it stands still while somebody waits for an answer. Returns what calls it off. */
  after(ms: number, run: () => void): () => void {
    let timer: NodeJS.Timeout;
    const start = (left: number) => {
      const before = this.#lostMs();
      timer = setTimeout(() => {
        const lost = this.#lostMs() - before;
        if (lost > 0) start(lost);
        else run();
      }, left);
    };
    start(ms);
    return () => clearTimeout(timer);
  }

  #attended(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0) return;
    this.#waitedMs += this.#now() - this.#waitingSince;
    this.#interrupt = new AbortController();
    for (const resume of this.#idle) resume();
    this.#idle.clear();
  }

  #lostMs(): number {
    return this.#waitedMs + (this.#waiting > 0 ? this.#now() - this.#waitingSince : 0);
  }

  #nextIdle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#idle.delete(resume);
        reject(new ZoeyError('cancelled', 'Stopped.', { cause: signal.reason }));
      };
      const resume = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#idle.add(resume);
    });
  }
}
