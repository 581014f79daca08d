import { type Disposable, type GenericRequestHandler, ProgressType } from 'vscode-jsonrpc';
import { ZoeyError } from '../kernel/errors.ts';
import { beyondBounds } from '../protocol/inputBounds.ts';
import { INVOKE, type Invoke, InvokeParams } from '../protocol/rpc.ts';
import type { Caller } from '../types/host.ts';
import { controllerFor } from './cancellation.ts';
import { NotStarted, toResponseError } from './failure.ts';

/** Calls that one connection may have under way. */
const MAX_CALLS = 64;

/** Chunks of a call, under the token that the caller chose. */
export const CHUNKS = new ProgressType<unknown>();

/** What a language server's connection and a plain JSON-RPC one have in common here. */
interface ServingConnection {
  onRequest<R, E>(method: string, handler: GenericRequestHandler<R, E>): Disposable;
  sendProgress(type: ProgressType<unknown>, token: string, value: unknown): Promise<void>;
}

interface ServeOptions {
  /** Stands in where the params name no caller; without it such a call is refused. */
  caller?: Caller;
  /** Calls at a time; more are refused as `rate_limited`. 64 by default. */
  maxCalls?: number;
}

/** The calls of one connection. */
export interface Serving {
  /** Refuses new calls as not started; those under way go on. */
  refuse(): void;
  /** Aborts the calls under way. */
  abort(): void;
}

/** Answers `zoey/invoke` on a connection: the one place where JSON-RPC meets `invoke`. */
export function serveInvoke(
  connection: ServingConnection,
  invoke: Invoke,
  { caller, maxCalls = MAX_CALLS }: ServeOptions = {},
): Serving {
  const calls = new Set<AbortController>();
  let refusing = false;

  connection.onRequest(INVOKE, async (params: unknown, token) => {
    if (refusing) throw toResponseError(new NotStarted());
    const { controller, dispose } = controllerFor(token);
    try {
      if (calls.size >= maxCalls) throw new ZoeyError('rate_limited', 'Too many calls are under way.');
      calls.add(controller);
      const request = parse(params, caller);
      const chunks = invoke(request.name, request.input, {
        caller: request.caller,
        signal: controller.signal,
      });
      return await relay(connection, chunks, request.stream);
    } catch (error) {
      throw toResponseError(error);
    } finally {
      dispose();
      calls.delete(controller);
    }
  });

  return {
    abort: () => {
      for (const controller of calls) controller.abort();
    },
    refuse: () => {
      refusing = true;
    },
  };
}

function parse(params: unknown, fallback: Caller | undefined): InvokeParams & { caller: Caller } {
  const beyond = beyondBounds(params);
  if (beyond !== undefined) throw new ZoeyError('invalid_input', `The call is too large: ${beyond}.`);
  const parsed = InvokeParams.safeParse(params);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new ZoeyError('invalid_input', `The call is malformed${where}: ${issue?.message ?? 'unknown'}.`);
  }
  const caller = parsed.data.caller ?? fallback;
  if (caller === undefined) throw new ZoeyError('invalid_input', 'The call does not say who calls.');
  return { ...parsed.data, caller };
}

/** Sends chunks one after the other, never ahead of what the peer's socket takes. */
async function relay(
  connection: ServingConnection,
  chunks: ReturnType<Invoke>,
  stream: string | undefined,
): Promise<unknown> {
  try {
    for (;;) {
      const step = await chunks.next();
      if (step.done === true) return step.value;
      if (stream !== undefined) await connection.sendProgress(CHUNKS, stream, step.value);
    }
  } finally {
    await chunks.return(undefined);
  }
}
