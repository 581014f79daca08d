import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Runtime } from '../../index.ts';
import type { Log } from '../../kernel/log.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { deferred } from '../deferred.ts';
import { NotStarted } from '../failure.ts';
import { socketAddress } from './address.ts';
import { type Door, openDoor } from './door.ts';
import { type LockRecord, releaseLock, takeLock } from './lock.ts';
import { ownLife } from './process.ts';
import type { Seat } from './seat.ts';

/** How long guests may take to hear their last answers and to leave. */
const FAREWELL_MS = 500;

interface OwnOptions {
  storageDir: string;
  open: () => Promise<Runtime>;
  log: Log;
}

/**
 * Becomes the owner of a folder that has no living one; undefined where another was faster. Throws what
 * `open` throws, after the folder was given up again.
 */
export async function own({ storageDir, open, log }: OwnOptions): Promise<Seat | undefined> {
  const record = newRecord();
  const opening = deferred<Seat>();
  // Guests who wait hear of a failure; without any, nobody need to.
  opening.promise.catch(() => {});
  const forGuests: Invoke = async function* (name, input, options) {
    const seat = await opening.promise;
    return yield* seat.invoke(name, input, options);
  };
  // Listening comes first: whoever finds the lock finds the door.
  const door = await openDoor({ address: record.address, token: record.token, invoke: forGuests, log });
  try {
    if (!takeLock(storageDir, record)) {
      await door.close();
      return undefined;
    }
  } catch (error) {
    await door.close();
    throw error;
  }
  const leave = async () => {
    releaseLock(storageDir, record.nonce);
    await door.close();
  };
  try {
    const seat = ownerSeat(await open(), door, leave);
    opening.resolve(seat);
    return seat;
  } catch (error) {
    opening.reject(error);
    await within(FAREWELL_MS, door.drain());
    await leave();
    throw error;
  }
}

function ownerSeat(runtime: Runtime, door: Door, leave: () => Promise<void>): Seat {
  const ended = deferred<void>();
  let closing: Promise<void> | undefined;
  const close = async () => {
    const left = door.drain();
    try {
      await runtime.close();
    } finally {
      await within(FAREWELL_MS, left);
      await leave();
      ended.resolve();
    }
  };
  return {
    role: 'owner',
    invoke: (name, input, options) => {
      if (closing !== undefined) throw new NotStarted();
      return runtime.invoke(name, input, options);
    },
    ended: ended.promise,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function newRecord(): LockRecord {
  const nonce = randomBytes(16).toString('hex');
  return { ...ownLife(), nonce, address: socketAddress(nonce), token: randomBytes(32).toString('hex') };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, setTimeout(ms, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
}
