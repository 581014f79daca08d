import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { isToken, MIN_TOKEN } from './token.ts';

/** Its place in a storage folder. */
const FILE = 'http.token';

/** A token and where it stands. */
interface StoredToken {
  token: string;
  file: string;
}

/** Reads a file that holds a token. Throws `invalid_input`. */
export function readTokenFile(file: string, log: Log): StoredToken {
  let token: string;
  try {
    token = fs.readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ZoeyError('invalid_input', `The token file "${file}" cannot be read.`, { cause });
  }
  if (!isToken(token)) {
    const rule = `${MIN_TOKEN} or more of A-Z a-z 0-9 - . _ ~ + / are needed`;
    throw new ZoeyError('invalid_input', `The token file "${file}" holds no token: ${rule}.`);
  }
  if (process.platform !== 'win32' && (fs.statSync(file).mode & 0o077) !== 0) {
    log.warn(`Others on this machine can read "${file}". Make it yours alone: chmod 600.`);
  }
  return { token, file: path.resolve(file) };
}

/** The token of a storage folder: the one that is there, or a new one that this person alone can read. */
export function storedToken(storageDir: string, log: Log): StoredToken {
  const file = path.join(storageDir, FILE);
  fs.mkdirSync(storageDir, { recursive: true, mode: 0o700 });
  try {
    fs.writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another start made it, and its clients know it.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readTokenFile(file, log);
}
