import { createRuntime } from '../../runtime/index.ts';
import { uuidv7 } from '../../runtime/kernel/ids.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { Caller } from '../../runtime/types/host.ts';
import { NOWHERE, temporaryFolder } from '../support/testRuntime.ts';

/** How many messages a room gets, and how many rooms are answered at once. */
const PER_ROOM = 100;
const AT_ONCE = 16;

export interface Sample {
  messages: number;
  /** Bytes after everything that can be let go was. */
  heap: number;
  external: number;
  rss: number;
  /** Messages per second since the last sample, each answered and both on disk. */
  perSecond: number;
}

/**
 * Sends messages through the whole pipeline, with a memory on disk and without a model, and tells of the process
 * at `samples` points. Needs `--expose-gc`.
 */
export async function* soak(messages: number, samples: number): AsyncGenerator<Sample, void, void> {
  const { folder, remove } = await temporaryFolder();
  const runtime = await createRuntime({
    storageDir: folder,
    log: silentLog,
    version: '0.0.0',
    isOllamaInstalled: async () => true,
    rateLimit: { limit: 1_000_000, windowMs: 1_000 },
  });
  const caller = Caller.parse({ host: 'test', settings: { ollamaUrl: NOWHERE } });
  const send = async (roomId: string, text: string) => {
    const { signal } = new AbortController();
    const events = runtime.invoke('chat.send', { roomId, text }, { caller, signal });
    while (!(await events.next()).done);
  };
  let sent = 0;
  const rooms = async (until: number) => {
    while (sent < until) {
      const count = Math.min(PER_ROOM, until - sent);
      const first = sent;
      sent += count;
      const roomId = uuidv7();
      for (let at = first; at < first + count; at += 1) await send(roomId, `Message ${at} of the soak test`);
    }
  };
  try {
    for (let sample = 1; sample <= samples; sample += 1) {
      const [before, since] = [sent, performance.now()];
      const until = Math.round((messages * sample) / samples);
      await Promise.all(Array.from({ length: AT_ONCE }, () => rooms(until)));
      const perSecond = Math.round(((sent - before) * 1_000) / (performance.now() - since));
      yield { messages: sent, ...(await settled()), perSecond };
    }
  } finally {
    await runtime.close();
    await remove();
  }
}

/** Memory once what waits in the loop and what is garbage are gone. */
async function settled(): Promise<Pick<Sample, 'heap' | 'external' | 'rss'>> {
  if (!globalThis.gc) throw new Error('Run node with --expose-gc.');
  for (let time = 0; time < 3; time += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    globalThis.gc();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, external, rss };
}
