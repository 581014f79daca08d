import { ConnectionError, ResponseError } from 'vscode-jsonrpc/browser';
import type { WireError } from '../runtime/types/errors.ts';

/** JSON-RPC's own numbers for a request that was cancelled, by either side. */
const CANCELLED: ReadonlySet<number> = new Set([-32800, -32802]);

function isWireError(data: unknown): data is WireError {
  if (typeof data !== 'object' || data === null) return false;
  return 'code' in data && 'message' in data && 'hint' in data && typeof data.code === 'string';
}

/** Turns anything that a request rejected with into what the panel can show. */
export function toWireError(error: unknown): WireError {
  if (error instanceof ResponseError) {
    const data: unknown = error.data;
    if (isWireError(data)) return data;
    if (CANCELLED.has(error.code)) return plain('cancelled', 'Stopped.', 'Nothing else is needed.', false);
  }
  if (error instanceof ConnectionError) return serverGone();
  const message = error instanceof Error ? error.message : String(error);
  return plain(
    'internal',
    `Something failed inside Zoey: ${message}`,
    'Look at the log, then try again.',
    true,
  );
}

/** What is shown where an answer was under way while the server went. */
export function serverGone(): WireError {
  return plain('server_stopped', 'Zoey stopped while it was working.', 'It comes back by itself.', true);
}

function plain(code: WireError['code'], message: string, hint: string, retryable: boolean): WireError {
  return { code, message, hint, retryable };
}
