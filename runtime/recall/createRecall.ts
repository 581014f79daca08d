import type { Background } from '../kernel/background.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { IDatabaseAdapter } from '../types/database.ts';
import type { Memory } from '../types/memory.ts';
import type { Uuid } from '../types/primitives.ts';
import type { EmbeddingSource, IEmbedder } from '../types/recall.ts';
import { MemoryRecall } from './memoryRecall.ts';
import { memorySource } from './memorySource.ts';
import { EmbeddingQueue } from './queue/embeddingQueue.ts';
import { watchMemories } from './watchMemories.ts';

/** Under which setting it is kept that embedding is paused. */
const PAUSED = 'recall.paused';

export interface RecallOptions<D extends IDatabaseAdapter> {
  /** Open. */
  database: D;
  agentId: Uuid;
  embedder: IEmbedder;
  /** The parts of a long memory, which are stored with it; none by default. */
  partsOf?: (memory: Memory) => Promise<readonly Memory[]>;
  /** What is embedded after the memories. */
  sources?: readonly EmbeddingSource[];
  /** Other processes write the same database. */
  shared?: boolean;
  /** A crash may have come between forgetting and clearing the indexes: it is done now. */
  mayHoldForgotten?: boolean;
  /** Memories were stored, changed or removed through `database`. */
  onChange?: () => void;
  background: Pick<Background, 'idle' | 'known'>;
  clock: Clock;
  log: Log;
}

/** What finds memories, and what gives them their vectors. */
export interface Recall<D extends IDatabaseAdapter = IDatabaseAdapter> {
  /** The database as all others use it: what is stored through it is found at once, what is removed is gone. */
  database: D;
  memories: MemoryRecall;
  queue: EmbeddingQueue;
  /** Pauses or resumes embedding, also for the next start. */
  setPaused(paused: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Puts recall together over an open database, and begins to embed what waits. */
export async function createRecall<D extends IDatabaseAdapter>(
  options: RecallOptions<D>,
): Promise<Recall<D>> {
  const { database, background, shared = false, sources = [], onChange } = options;
  const memories = new MemoryRecall({ ...options, shared });
  const source = memorySource(database, (ids) => memories.noteEmbedded(ids));
  const paused = (await database.getSetting(PAUSED)) === true;
  const queue = new EmbeddingQueue({
    ...options,
    sources: [source, ...sources],
    idle: (signal) => background.idle(signal),
    paused,
  });
  queue.start();
  const clearing = options.mayHoldForgotten ? clear(memories, options.log) : undefined;
  // Which model embeds is said by the settings of whoever calls first.
  void background.known.then(() => queue.wake());
  return {
    database: watchMemories(database, {
      partsOf: options.partsOf,
      during: (change) => memories.during(change),
      stored(stored) {
        memories.note(stored);
        queue.wake();
        onChange?.();
      },
      grown: (id) => memories.noteGrown(id),
      returned() {
        memories.compare();
        onChange?.();
      },
      async removed(ids) {
        await memories.forget(ids);
        onChange?.();
      },
    }),
    memories,
    queue,
    async setPaused(paused) {
      await database.setSetting(PAUSED, paused ? true : null);
      if (paused) queue.pause();
      else queue.resume();
    },
    async close() {
      await queue.close();
      // The database may be copied when it is closed.
      await clearing;
      await memories.close();
    },
  };
}

/** Never rejects: what stays is cleared when something is forgotten again. */
async function clear(memories: MemoryRecall, log: Log): Promise<void> {
  try {
    await memories.forget();
  } catch (error) {
    log.warn(`an index was not cleared: ${error instanceof Error ? error.message : String(error)}`);
  }
}
