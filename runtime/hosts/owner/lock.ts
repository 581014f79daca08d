import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { ZoeyError } from '../../kernel/errors.ts';
import { isAlive } from './process.ts';

/** Who owns a storage folder, and how to reach it. Readable by the same user alone: it holds the token. */
export const LockRecord = z.object({
  pid: z.int().min(1),
  startedAt: z.string().max(200).optional(),
  /** Of this ownership alone; part of file names. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** Socket path or pipe name. */
  address: z.string().min(1).max(300),
  /** What a caller must show there. */
  token: z.string().min(32).max(200),
});
export type LockRecord = z.infer<typeof LockRecord>;

/**
 * `unclear` is a file that may be being written at this moment; an old one without a sound record is `stale`.
 * The key of a stale file names it and no later one.
 */
type Found =
  | { state: 'free' | 'unclear' }
  | { state: 'held'; record: LockRecord }
  | { state: 'stale'; key: string; record?: LockRecord };

/** How long a file may stay without a record before its writer counts as dead. */
const GRACE_MS = 1000;
const MAX_BYTES = 64 * 1024;

const lockFile = (folder: string) => path.join(folder, 'owner.lock');

/** Makes the folder where it is missing, for this user alone. */
export function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw lockFailure(error);
  }
}

/** The living owner of a folder, if there is one. */
export function readOwner(folder: string): LockRecord | undefined {
  const found = inspect(lockFile(folder));
  return found.state === 'held' ? found.record : undefined;
}

/**
 * Makes the writer of `record` the owner, unless somebody living is, or it cannot be told yet.
 * Returns whether it did.
 */
export function takeLock(folder: string, record: LockRecord): boolean {
  const file = lockFile(folder);
  const found = inspect(file);
  if (found.state === 'free') return createExclusively(file, record);
  if (found.state !== 'stale') return false;
  const claims = claim(file, found.key, record);
  if (claims === undefined) return false;
  try {
    if (!claims.every(stillHolds)) return false;
    fs.renameSync(writeDraft(file, record), file);
    if (found.record !== undefined) removeSocket(found.record.address);
    return true;
  } catch (error) {
    throw lockFailure(error);
  } finally {
    // In the order of their making, so that whoever takes the place of the last sees that the first is gone.
    for (const { claimFile } of claims) fs.rmSync(claimFile, { force: true });
  }
}

/** Gives the folder up, if it still is ours. */
export function releaseLock(folder: string, nonce: string): void {
  if (readOwner(folder)?.nonce === nonce) fs.rmSync(lockFile(folder), { force: true });
}

/** The right to replace one stale file, itself a file: `claimFile` is about `victim` while that has `key`. */
interface Claim {
  victim: string;
  key: string;
  claimFile: string;
}

/**
 * Two who judged the same lock as stale must not both replace it: the slower would throw the faster out. So
 * the right to replace is taken by exclusive creation of a file named after that very lock. Where the
 * claimant died within, its claim is stale, and the right to it is taken in the same way.
 */
function claim(file: string, key: string, record: LockRecord): Claim[] | undefined {
  const claims: Claim[] = [];
  let next = { victim: file, key };
  while (claims.length < 8) {
    const claimFile = `${file}.${next.key}.claim`;
    claims.push({ ...next, claimFile });
    if (createExclusively(claimFile, record)) return claims;
    const other = inspect(claimFile);
    if (other.state !== 'stale') return undefined;
    next = { victim: claimFile, key: other.key };
  }
  return undefined;
}

function stillHolds({ victim, key }: Claim): boolean {
  const found = inspect(victim);
  return found.state === 'stale' && found.key === key;
}

function inspect(file: string): Found {
  let fd: number;
  try {
    fd = fs.openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { state: 'free' };
    throw lockFailure(error);
  }
  try {
    const { ino, size, mtimeMs } = fs.fstatSync(fd);
    const record = size > MAX_BYTES ? undefined : parse(fs.readFileSync(fd, 'utf8'));
    if (record === undefined) {
      const young = Math.abs(Date.now() - mtimeMs) < GRACE_MS;
      return young ? { state: 'unclear' } : { state: 'stale', key: `${ino}-${Math.trunc(mtimeMs)}` };
    }
    return isAlive(record) ? { state: 'held', record } : { state: 'stale', key: record.nonce, record };
  } catch (error) {
    throw lockFailure(error);
  } finally {
    fs.closeSync(fd);
  }
}

function parse(text: string): LockRecord | undefined {
  try {
    return LockRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * A link appears with its content, so nobody ever sees half a record. Where the file system has no links, an
 * exclusive creation must do; reading it back tells whether it was taken for dead in between.
 */
function createExclusively(file: string, record: LockRecord): boolean {
  const draft = writeDraft(file, record);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
  try {
    fs.writeFileSync(file, textOf(record), { flag: 'wx', mode: 0o600 });
    return parse(fs.readFileSync(file, 'utf8'))?.nonce === record.nonce;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw lockFailure(error);
  }
}

/** The record in a file of its own beside `file`, which then takes its place or a link to it. */
function writeDraft(file: string, record: LockRecord): string {
  const draft = `${file}.${record.nonce}.new`;
  try {
    fs.writeFileSync(draft, textOf(record), { mode: 0o600 });
    return draft;
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw lockFailure(error);
  }
}

const textOf = (record: LockRecord) => `${JSON.stringify(record)}\n`;

/** A killed owner leaves its socket behind. Whatever else stands there is not ours to remove. */
function removeSocket(address: string): void {
  try {
    if (fs.lstatSync(address).isSocket()) fs.rmSync(address);
  } catch {
    // Gone already, or a pipe.
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function lockFailure(error: unknown): ZoeyError {
  if (ZoeyError.is(error)) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ZoeyError('storage_full', 'There is no space left for the memory.', { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new ZoeyError('storage_read_only', 'The storage folder cannot be written.', { cause: error });
  }
  return new ZoeyError('storage_failed', `The storage folder cannot be used (${code ?? 'unknown'}).`, {
    cause: error,
  });
}
