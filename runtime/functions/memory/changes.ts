import { setTimeout as sleep } from 'node:timers/promises';

/** Changes that come within this time are told as one, in ms. */
const TOGETHER_MS = 150;

/** Tells whoever follows that what is remembered changed. What changed is asked for by who wants to know. */
export class MemoryChanges {
  readonly #followers = new Set<() => void>();

  note(): void {
    for (const follower of this.#followers) follower();
  }

  /** Yields at once, and after every change. Ends when the signal aborts. */
  async *follow(signal: AbortSignal): AsyncGenerator<undefined, void, void> {
    let changed = true;
    let wake = () => {};
    const follower = () => {
      changed = true;
      wake();
    };
    const onAbort = () => wake();
    this.#followers.add(follower);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        if (changed) {
          changed = false;
          yield undefined;
          await sleep(TOGETHER_MS, undefined, { signal }).catch(() => {});
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      this.#followers.delete(follower);
      signal.removeEventListener('abort', onAbort);
    }
  }
}
