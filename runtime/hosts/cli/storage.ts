import { existsSync } from 'node:fs';
import { copyStorage, type Runtime, type StorageChoice } from '../../index.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { makeFolder } from '../owner/lock.ts';
import { own } from '../owner/own.ts';
import { storageAt } from '../storageUrl.ts';
import type { Write } from './output.ts';

interface CopyingOptions {
  /** Folders, or addresses of databases. */
  from: string;
  to: string;
  log: Log;
  signal: AbortSignal;
  write: Write;
}

/**
 * `zoey storage copy`: moves a whole memory to another place. Prints a line {"progress":...} for each part that was
 * copied, and {"result":...} or {"error":...} at the end; returns whether it is there, every row of it.
 */
export async function copyMemory({ from, to, log, signal, write }: CopyingOptions): Promise<boolean> {
  const places = { from: storageAt(from), to: storageAt(to) };
  const holds: (() => Promise<void>)[] = [];
  let told = Promise.resolve();
  const line = (value: object) => {
    told = told.then(() => write(`${JSON.stringify(value)}\n`));
    return told;
  };
  try {
    refuseMissing(places.from);
    for (const place of [places.from, places.to]) holds.push(await hold(place, log));
    const tables = await copyStorage({
      ...places,
      log,
      signal,
      onProgress: (progress) => void line({ progress }).catch(() => {}),
    });
    await line({ result: { rows: tables.reduce((sum, { rows }) => sum + rows, 0), tables } });
    return true;
  } catch (error) {
    const { code, message, hint } = ZoeyError.from(error);
    await line({ error: { code, message, hint } });
    return false;
  } finally {
    for (const release of holds) await release();
  }
}

/** What is not there would be made, as a memory without anything in it. */
function refuseMissing(place: StorageChoice): void {
  if (place.kind !== 'workspace' || place.dir === undefined || existsSync(place.dir)) return;
  throw new ZoeyError('not_found', `There is no folder ${place.dir}.`, { hint: 'Correct --from.' });
}

/** Keeps every other process off a folder while it is copied. Whoever comes meanwhile hears why. */
async function hold(place: StorageChoice, log: Log): Promise<() => Promise<void>> {
  if (place.kind !== 'workspace' || place.dir === undefined) return async () => {};
  makeFolder(place.dir);
  const seat = await own({ storageDir: place.dir, open: async () => refusing, log });
  if (seat !== undefined) return () => seat.close();
  throw new ZoeyError('storage_busy', `The memory in ${place.dir} is in use.`, {
    hint: 'Close the windows and programs that use it, then copy again.',
  });
}

const refusing: Runtime = {
  invoke: () => {
    throw new ZoeyError('storage_busy', 'This memory is being copied.');
  },
  close: async () => {},
};
