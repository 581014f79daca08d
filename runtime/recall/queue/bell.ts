/** Lets several wait until something happens, without missing what happened while they looked away. */
export class Bell {
  readonly #waiting = new Set<() => void>();
  #rings = 0;

  /** How often it rang: to be read before one looks whether there is reason to wait. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    for (const go of [...this.#waiting]) go();
  }

  /** Settles once it rang more often than `seen`, after `ms`, or when the signal aborts: whichever is first. */
  after(seen: number, { signal, ms }: { signal: AbortSignal; ms?: number }): Promise<void> {
    if (this.#rings > seen || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => go(), ms).unref();
      const go = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', go);
        this.#waiting.delete(go);
        resolve();
      };
      signal.addEventListener('abort', go, { once: true });
      this.#waiting.add(go);
    });
  }
}
