/**
 * One writer, any number of readers, each at its own pace. A reader that joins late first gets what
 * `snapshot` makes of the past. Readers leave freely; the writer never waits for them.
 */
export interface Broadcast<T> {
  publish(value: T): void;
  /** Ends every reader after what was published. */
  end(): void;
  /** Ends when the broadcast does, or when the signal aborts. */
  subscribe(signal?: AbortSignal): AsyncGenerator<T, void, void>;
}

/** `snapshot` must be short: it is replayed to each new reader. */
export function createBroadcast<T>(snapshot: () => readonly T[]): Broadcast<T> {
  interface Reader {
    queue: T[];
    wake: () => void;
  }
  const readers = new Set<Reader>();
  let ended = false;

  async function* subscribe(signal?: AbortSignal): AsyncGenerator<T, void, void> {
    const reader: Reader = { queue: [...snapshot()], wake: () => {} };
    readers.add(reader);
    const wake = () => reader.wake();
    signal?.addEventListener('abort', wake);
    try {
      while (!signal?.aborted) {
        yield* reader.queue.splice(0);
        if (reader.queue.length > 0) continue;
        if (ended) return;
        await new Promise<void>((resolve) => {
          reader.wake = resolve;
          if (signal?.aborted) resolve();
        });
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      readers.delete(reader);
    }
  }

  return {
    publish(value) {
      for (const reader of readers) {
        reader.queue.push(value);
        reader.wake();
      }
    },
    end() {
      ended = true;
      for (const reader of readers) reader.wake();
    },
    subscribe,
  };
}
