import { randomUUID } from 'node:crypto';
import type { CancellationToken, Disposable, ProgressType } from 'vscode-jsonrpc';
import { throwIfAborted, ZoeyError } from '../kernel/errors.ts';
import { beyondBounds } from '../protocol/inputBounds.ts';
import { INVOKE, type Invoke, type InvokeParams } from '../protocol/rpc.ts';
import { JsonValue } from '../types/primitives.ts';
import { tokenFor } from './cancellation.ts';
import { fromResponse, NotStarted } from './failure.ts';
import { CHUNKS } from './serveInvoke.ts';

/** Chunks that may wait for a slow reader before its call is given up. */
const MAX_WAITING = 10_000;

interface CallingConnection {
  sendRequest<R>(method: string, params: InvokeParams, token: CancellationToken): Promise<R>;
  onProgress(type: ProgressType<unknown>, token: string, handler: (chunk: unknown) => void): Disposable;
}

/**
 * `invoke` as another process runs it: the twin of `serveInvoke`. Leaving the generator early cancels there.
 * `gone` tells what a lost connection means.
 */
export function remoteInvoke(
  connection: CallingConnection,
  gone: () => ZoeyError = () => new ZoeyError('server_stopped', 'The process that holds the memory ended.'),
): Invoke {
  return async function* (name, input, { caller, signal }) {
    throwIfAborted(signal);
    const stream = randomUUID();
    const inbox = new Inbox();
    const cancellation = tokenFor(signal);
    const listening = connection.onProgress(CHUNKS, stream, (chunk) => inbox.put(chunk));
    try {
      const params = { name, input: toJson(input), stream, caller };
      send(connection, params, cancellation.token).then(
        (output) => inbox.end(() => output),
        (error: unknown) =>
          inbox.end(() => {
            throw error instanceof NotStarted ? error : fromResponse(error, gone);
          }),
      );
      return yield* inbox.read();
    } finally {
      listening.dispose();
      cancellation.dispose();
    }
  };
}

async function send(
  connection: CallingConnection,
  params: InvokeParams,
  token: CancellationToken,
): Promise<unknown> {
  let answer: Promise<unknown>;
  try {
    answer = connection.sendRequest(INVOKE, params, token);
  } catch {
    // Thrown before a byte is written: the connection was closed already.
    throw new NotStarted();
  }
  return await answer;
}

function toJson(input: unknown): JsonValue {
  const beyond = beyondBounds(input);
  if (beyond !== undefined) throw new ZoeyError('invalid_input', `The input is too large: ${beyond}.`);
  const parsed = JsonValue.safeParse(input);
  if (!parsed.success) throw new ZoeyError('invalid_input', 'The input is not JSON.');
  return parsed.data;
}

/** Chunks between a connection that pushes and a generator that is pulled. */
class Inbox {
  readonly #chunks: unknown[] = [];
  #finish: (() => unknown) | undefined;
  #wake = () => {};

  put(chunk: unknown): void {
    if (this.#finish !== undefined) return;
    if (this.#chunks.length >= MAX_WAITING) {
      this.end(() => {
        throw new ZoeyError('rate_limited', 'The answer came faster than it was read.');
      });
      return;
    }
    this.#chunks.push(chunk);
    this.#wake();
  }

  /** What is called first counts; chunks that came before are read first. */
  end(finish: () => unknown): void {
    this.#finish ??= finish;
    this.#wake();
  }

  async *read(): AsyncGenerator<unknown, unknown, void> {
    for (;;) {
      while (this.#chunks.length > 0) yield this.#chunks.shift();
      if (this.#finish !== undefined) return this.#finish();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
