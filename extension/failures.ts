import { ConnectionError, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { type ErrorCode, WireError } from '../runtime/types/errors.ts';

/** JSON-RPC's and LSP's codes for a request that was cancelled, and for one whose connection is gone. */
const REQUEST_CANCELLED = -32800;
const GONE: ReadonlySet<number> = new Set([
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
  ErrorCodes.MessageReadError,
  ErrorCodes.MessageWriteError,
]);

/** An error as both hops carry it: JSON-RPC's own, with our WireError as its data. */
export function failure(
  code: ErrorCode,
  message: string,
  options: { hint: string; retryable?: boolean },
): ResponseError<WireError> {
  const { hint, retryable = false } = options;
  return new ResponseError<WireError>(ErrorCodes.InternalError, message, { code, message, hint, retryable });
}

export function serverStopped(): ResponseError<WireError> {
  return failure('server_stopped', "Zoey's agent stopped before it was done.", {
    hint: 'It comes back by itself. Try again then.',
    retryable: true,
  });
}

export function cancelled(): ResponseError<WireError> {
  return failure('cancelled', 'Stopped.', { hint: 'Nothing else is needed.' });
}

/** Passes the server's own errors through; gives a name to those of the way there and back. */
export function asFailure(error: unknown): ResponseError<WireError> {
  if (error instanceof ResponseError) {
    const wire = WireError.safeParse(error.data);
    if (wire.success) return new ResponseError<WireError>(error.code, wire.data.message, wire.data);
    if (error.code === REQUEST_CANCELLED) return cancelled();
    if (GONE.has(error.code)) return serverStopped();
  }
  if (error instanceof ConnectionError) return serverStopped();
  const message = error instanceof Error ? error.message : String(error);
  return failure('internal', `Something failed inside Zoey: ${message}`, {
    hint: 'Look at the log, then try again.',
  });
}

/** What failed and what to do, as parts. */
export function wireOf(error: unknown): WireError {
  const { data, message } = asFailure(error);
  return data ?? { code: 'internal', message, hint: '', retryable: false };
}

/** What failed and what to do, in words. */
export function wordsOf(error: unknown): string {
  const { message, hint } = wireOf(error);
  return `${message} ${hint}`.trim();
}
