import type { After } from '../../../runtime/models/ollama/watch.ts';

/** Deadlines that pass when a test says so. */
export interface ManualClock {
  after: After;
  /** Lets the deadlines of so many milliseconds pass, as soon as one is set. */
  pass(ms: number): Promise<void>;
}

/** A clock that stands still until a test moves it. */
export function manualClock(): ManualClock {
  const running = new Map<() => void, number>();
  const waiting = new Map<number, () => void>();
  const fire = (ms: number) => {
    for (const [run, set] of [...running]) {
      if (set !== ms) continue;
      running.delete(run);
      run();
    }
  };
  return {
    after: (ms, run) => {
      const own = () => run();
      running.set(own, ms);
      waiting.get(ms)?.();
      waiting.delete(ms);
      return () => running.delete(own);
    },
    pass: async (ms) => {
      if (![...running.values()].includes(ms)) {
        await new Promise<void>((resolve) => waiting.set(ms, resolve));
      }
      fire(ms);
    },
  };
}
