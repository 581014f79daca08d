import net from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { ZoeyError } from '../../kernel/errors.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import { deferred } from '../deferred.ts';
import { NotStarted } from '../failure.ts';
import { remoteInvoke } from '../remoteInvoke.ts';
import { JOIN, LEAVING, PING } from './handshake.ts';
import type { LockRecord } from './lock.ts';
import type { Seat } from './seat.ts';

interface VisitOptions {
  owner: LockRecord;
  /** How long the owner may take to let us in, in ms. */
  greetingMs: number;
  /** How long it may stay silent during a call, in ms. */
  patienceMs: number;
}

/** Goes to the owner as a guest. Rejects where it lets nobody in, or does not answer in time. */
export async function visit({ owner, greetingMs, patienceMs }: VisitOptions): Promise<Seat> {
  const socket = net.connect(owner.address);
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  const closed = deferred<void>();
  const ended = deferred<void>();
  socket.once('close', () => {
    // Rejects the calls that wait; a closed connection alone would let them wait for ever.
    connection.dispose();
    closed.resolve();
    ended.resolve();
  });
  connection.onError(() => socket.destroy());
  const pulse = new Pulse(async () => connection.sendRequest(PING), {
    patienceMs,
    onSilence: () => socket.destroy(),
  });
  const gone = () =>
    pulse.silent
      ? new ZoeyError('storage_busy', `The process that holds this memory (${owner.pid}) does not answer.`)
      : new ZoeyError('server_stopped', `The process that held this memory (${owner.pid}) ended.`);
  let calls = 0;
  let leaving = false;
  const hangUp = () => {
    if (leaving && calls === 0) socket.destroy();
  };
  connection.onNotification(LEAVING, () => {
    leaving = true;
    ended.resolve();
    hangUp();
  });
  connection.listen();
  try {
    await pulse.limit(connection.sendRequest(JOIN, { token: owner.token }), greetingMs);
  } catch {
    socket.destroy();
    throw gone();
  }
  const remote = remoteInvoke(connection, gone);
  const invoke: Invoke = async function* (name, input, options) {
    if (leaving) throw new NotStarted();
    calls += 1;
    pulse.start();
    try {
      return yield* remote(name, input, options);
    } finally {
      calls -= 1;
      if (calls === 0) pulse.stop();
      hangUp();
    }
  };
  return {
    role: 'guest',
    invoke,
    ended: ended.promise,
    close: async () => {
      socket.destroy();
      await closed.promise;
    },
  };
}

/** Asks for a sign of life while it runs: a call may rightly take minutes, a ping may not. */
class Pulse {
  readonly #ping: () => Promise<unknown>;
  readonly #patienceMs: number;
  readonly #onSilence: () => void;
  #asking = false;
  #timer: NodeJS.Timeout | undefined;
  silent = false;

  constructor(ping: () => Promise<unknown>, options: { patienceMs: number; onSilence: () => void }) {
    this.#ping = ping;
    this.#patienceMs = options.patienceMs;
    this.#onSilence = options.onSilence;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#ask(), this.#patienceMs / 4);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Passes `answer` on, and reports silence where it does not come within `ms`. */
  async limit<T>(answer: Promise<T>, ms: number): Promise<T> {
    const timer = setTimeout(() => {
      this.silent = true;
      this.#onSilence();
    }, ms);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.limit(this.#ping(), this.#patienceMs)
      .catch(() => {
        // The connection is closed: the calls hear of it themselves.
      })
      .finally(() => {
        this.#asking = false;
      });
  }
}
