import { ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import { ZoeyError } from '../kernel/errors.ts';
import type { WireError } from '../types/errors.ts';

/** The call was refused before anything of it was done, so it may go to another process as it is. */
const NOT_STARTED = -32_050;
/** LSP's own codes for a request that was cancelled, and for one that was sound but failed. */
const REQUEST_CANCELLED = -32_800;
const REQUEST_FAILED = -32_803;

/** A call that no process has begun. */
export class NotStarted extends ZoeyError {
  constructor() {
    super('server_stopped', 'The process that holds the memory is stopping.');
  }
}

/** Anything thrown as a JSON-RPC error that carries a WireError. */
export function toResponseError(thrown: unknown): ResponseError<WireError> {
  const error = ZoeyError.from(thrown);
  return new ResponseError(rpcCode(error), error.message, error.toWire());
}

/** What a peer answered, or a lost connection (`gone`), as our error. */
export function fromResponse(thrown: unknown, gone: () => ZoeyError): ZoeyError {
  if (!(thrown instanceof ResponseError)) return gone();
  if (thrown.code === NOT_STARTED) return new NotStarted();
  const error = ZoeyError.fromWire(thrown.data);
  if (error !== undefined) return error;
  if (thrown.code === REQUEST_CANCELLED) return new ZoeyError('cancelled', 'Stopped.', { cause: thrown });
  const lost =
    thrown.code === ErrorCodes.PendingResponseRejected || thrown.code === ErrorCodes.MessageWriteError;
  return lost ? gone() : ZoeyError.from(thrown);
}

function rpcCode(error: ZoeyError): number {
  if (error instanceof NotStarted) return NOT_STARTED;
  if (error.code === 'cancelled') return REQUEST_CANCELLED;
  return error.code === 'invalid_input' ? ErrorCodes.InvalidParams : REQUEST_FAILED;
}
