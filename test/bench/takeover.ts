import { setTimeout as sleep } from 'node:timers/promises';
import { Member } from '../support/hosts/members.ts';

/** After this a guest has loaded all that an owner needs, in milliseconds. */
const PREPARED_MS = 2000;
/** Between two questions while nobody owns the memory. */
const PAUSE_MS = 2;

/** From the death of the process that owns a memory to an answer by the next, in milliseconds. */
export async function measureTakeover(storageDir: string): Promise<number> {
  const owner = new Member(storageDir, { real: true });
  await owner.call('status');
  const guest = new Member(storageDir, { real: true });
  try {
    await guest.call('status');
    await sleep(PREPARED_MS);
    await owner.kill();
    const start = performance.now();
    while ((await guest.call('rooms.list', { limit: 20 })).error) await sleep(PAUSE_MS);
    return performance.now() - start;
  } finally {
    await owner.kill();
    await guest.kill();
  }
}
