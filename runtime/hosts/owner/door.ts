import { timingSafeEqual } from 'node:crypto';
import net from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { toResponseError } from '../failure.ts';
import { type Serving, serveInvoke } from '../serveInvoke.ts';
import { JOIN, JoinParams, LEAVING, PING } from './handshake.ts';

/** How long a stranger may stay without showing the token. */
const GREETING_MS = 5000;
const MAX_GUESTS = 64;

interface DoorOptions {
  address: string;
  token: string;
  invoke: Invoke;
  log: Log;
}

/** The owner's socket, at which other processes of the same user call. */
export interface Door {
  /** Lets nobody in any more, refuses new calls, and resolves when everybody has had their answers and left. */
  drain(): Promise<void>;
  /** Aborts what is under way and sends everybody away. */
  close(): Promise<void>;
}

/** Listens at `address` and serves `invoke` to everybody who shows the token. */
export async function openDoor({ address, token, invoke, log }: DoorOptions): Promise<Door> {
  const guests = new Set<Guest>();
  const server = net.createServer((socket) => {
    const guest = receive(socket, { token, invoke, log });
    guests.add(guest);
    socket.once('close', () => guests.delete(guest));
  });
  server.maxConnections = MAX_GUESTS;
  await listen(server, address);
  // An error of a listening server ends no more than this way in.
  server.on('error', (error) => log.warn(`The memory's socket failed: ${error.message}`));
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    drain: async () => {
      server.close();
      for (const guest of guests) guest.refuse();
      await closed;
    },
    close: async () => {
      server.close();
      for (const guest of guests) guest.close();
      await closed;
    },
  };
}

function listen(server: net.Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new ZoeyError('storage_failed', `No socket for the memory: ${cause.message}`, { cause })),
    );
    server.listen(address, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

interface Guest {
  refuse(): void;
  close(): void;
}

function receive(socket: net.Socket, { token, invoke, log }: Omit<DoorOptions, 'address'>): Guest {
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  let serving: Serving | undefined;
  const tellToLeave = async () => {
    try {
      await connection.sendNotification(LEAVING);
    } catch {
      // Gone already.
    }
  };
  const greeting = setTimeout(() => socket.destroy(), GREETING_MS);
  socket.once('close', () => {
    clearTimeout(greeting);
    serving?.abort();
    connection.dispose();
  });
  // Bytes that are no JSON-RPC, or a socket that broke: there is nothing left to say to such a peer.
  connection.onError(() => socket.destroy());
  connection.onRequest(JOIN, (params: unknown) => {
    if (!sameToken(JoinParams.safeParse(params).data?.token, token)) {
      log.warn('A process without the right token was sent away from the memory.');
      // One turn later the answer is queued, so that what is sent then goes out after it.
      setImmediate(() => void tellToLeave().then(() => socket.end()));
      throw toResponseError(new ZoeyError('untrusted', 'The token is not that of this memory.'));
    }
    clearTimeout(greeting);
    serving ??= serveInvoke(connection, invoke);
    connection.onRequest(PING, () => ({}));
    return {};
  });
  connection.listen();
  return {
    refuse: () => {
      serving?.refuse();
      if (serving === undefined) socket.destroy();
      else void tellToLeave();
    },
    close: () => socket.destroy(),
  };
}

function sameToken(shown: string | undefined, token: string): boolean {
  const a = Buffer.from(shown ?? '');
  const b = Buffer.from(token);
  return a.length === b.length && timingSafeEqual(a, b);
}
