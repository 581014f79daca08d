import type { Runtime } from '../../index.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { type HeldFolder, holdIndexFolder } from './indexFolder.ts';
import { type JoinedMemory, unlessAborted } from './join.ts';

interface ShareOptions {
  /** Absolute path of the folder for what stays on this machine. */
  storageDir: string;
  /** Opens the runtime, with the folder of its index where this process has it. */
  open(held: { indexDir?: string }): Promise<Runtime>;
  log: Log;
}

/**
 * A memory on a server that any number of processes use, each with a runtime of its own: nobody owns it. It opens
 * at once; what goes wrong is thrown by the calls that wait for it, and the next call tries again.
 */
export function shareMemory({ storageDir, open, log }: ShareOptions): JoinedMemory {
  let opening: Promise<Runtime> | undefined;
  let closed = false;
  let held: HeldFolder | undefined;
  const runtime = (): Promise<Runtime> => {
    if (closed) throw new ZoeyError('server_stopped', 'The memory was closed.');
    if (opening) return opening;
    held ??= holdIndexFolder(storageDir, log);
    opening = open(held ? { indexDir: held.dir } : {}).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  runtime().catch((error: unknown) => {
    log.error(`The memory did not open: ${ZoeyError.from(error).message}`);
  });
  return {
    async *invoke(name, input, options) {
      const { invoke } = await unlessAborted(runtime(), options.signal);
      return yield* invoke(name, input, options);
    },
    role: () => (opening === undefined ? undefined : 'owner'),
    async close() {
      closed = true;
      const opened = await opening?.catch(() => undefined);
      try {
        await opened?.close();
      } finally {
        held?.release();
      }
    },
  };
}
