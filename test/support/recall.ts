import { Background } from '../../runtime/kernel/background.ts';
import { ZOEY_AGENT_ID } from '../../runtime/kernel/identity.ts';
import { silentLog } from '../../runtime/kernel/log.ts';
import { createRecall, type RecallOptions } from '../../runtime/recall/createRecall.ts';
import type { IDatabaseAdapter } from '../../runtime/types/database.ts';
import { fakeEmbedder } from './fakeEmbedder.ts';

/** Recall over an open database: by words alone, unless an embedder is given. */
export function aRecall<D extends IDatabaseAdapter>(
  options: Pick<RecallOptions<D>, 'database'> & Partial<RecallOptions<D>>,
) {
  return createRecall<D>({
    agentId: ZOEY_AGENT_ID,
    embedder: fakeEmbedder({ missing: () => new Error('There is no model.') }),
    background: new Background(),
    clock: Date.now,
    log: silentLog,
    ...options,
  });
}

/** Settles when all that waits is embedded, or nothing can be done. */
export async function embedded({ queue }: Awaited<ReturnType<typeof aRecall>>): Promise<void> {
  for await (const _ of queue.progress(new AbortController().signal));
}
