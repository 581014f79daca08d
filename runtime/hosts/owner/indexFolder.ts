import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { makeFolder, releaseLock, takeLock } from './lock.ts';
import { ownLife } from './process.ts';

/** A folder that this process alone writes to, until it gives it up. */
export interface HeldFolder {
  /** Absolute. */
  dir: string;
  release(): void;
}

/**
 * Takes the folder for the index of the workspace in a storage folder whose memory is on a server: code stays on
 * this machine. Undefined where another process has it, or it can't be written: the index is in memory then.
 */
export function holdIndexFolder(storageDir: string, log: Log): HeldFolder | undefined {
  const dir = path.join(storageDir, 'index');
  const nonce = randomBytes(16).toString('hex');
  // Nobody is reached by it: it says who holds the folder.
  const record = { ...ownLife(), nonce, address: dir, token: nonce };
  try {
    makeFolder(dir);
    return takeLock(dir, record) ? { dir, release: () => releaseLock(dir, nonce) } : undefined;
  } catch (error) {
    log.warn(`The index of the workspace is in memory only: ${ZoeyError.from(error).message}`);
    return undefined;
  }
}
