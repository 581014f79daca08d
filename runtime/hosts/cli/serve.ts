import { once } from 'node:events';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Caller } from '../../types/host.ts';
import { createFetchHandler } from '../http/handler.ts';
import { type HttpServer, listen, type Place, placeOf } from '../http/listen.ts';
import { readTokenFile, storedToken } from '../http/tokenFile.ts';
import type { JoinedMemory } from '../owner/join.ts';
import type { Write } from './output.ts';

interface ServeOptions {
  memory: JoinedMemory;
  storageDir: string;
  host: string;
  port: number;
  tokenFile?: string;
  caller: Caller;
  log: Log;
  version: string;
  /** Aborted when the server is to stop. */
  signal: AbortSignal;
  /** How long calls may go on after that, in ms; 5000 by default. */
  drainMs?: number;
  /** Standard output. */
  write: Write;
  /** Standard error. */
  note: Write;
}

/**
 * `zoey serve`: answers until it is told to stop, then lets calls finish for some seconds and closes the
 * memory, which ends the others with their last words.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const {
    memory,
    storageDir,
    tokenFile,
    caller,
    log,
    version,
    signal,
    drainMs = 5_000,
    write,
    note,
  } = options;
  const { token, file } =
    tokenFile === undefined ? storedToken(storageDir, log) : readTokenFile(tokenFile, log);
  const { place, server } = await open(options, (hosts) =>
    createFetchHandler({ invoke: memory.invoke, token, caller, log, version, ...(hosts && { hosts }) }),
  );
  try {
    if (!place.loopback) {
      await note(
        `zoey: listening on ${place.address}: other machines can reach this server. What is sent is not ` +
          'encrypted, so whoever is on the way can read it, and the token too.\n',
      );
    }
    await write(`${JSON.stringify({ url: server.url, tokenFile: file })}\n`);
    if (!signal.aborted) await once(signal, 'abort');
    await server.drain(drainMs);
  } finally {
    await memory.close();
    await server.close();
  }
}

async function open(
  { host, port, log }: ServeOptions,
  handlerFor: (hosts: Place['hosts']) => (request: Request) => Promise<Response>,
): Promise<{ place: Place; server: HttpServer }> {
  try {
    const place = await placeOf(host);
    const onError = (error: unknown) => log.warn(`A connection broke: ${ZoeyError.from(error).message}`);
    const server = await listen({ handle: handlerFor(place.hosts), address: place.address, port, onError });
    return { place, server };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ZoeyError('invalid_input', `The server cannot listen: ${reason}.`, { cause });
  }
}
