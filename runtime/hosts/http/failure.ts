import { ZoeyError } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../types/errors.ts';

/** The HTTP status of each of our errors. 499 is nginx's word for a call that its own client ended. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 400,
  unauthorized: 401,
  untrusted: 403,
  refused: 403,
  host_not_allowed: 403,
  not_found: 404,
  model_not_found: 404,
  conflict: 409,
  model_unsupported: 422,
  unusable_answer: 422,
  rate_limited: 429,
  cancelled: 499,
  internal: 500,
  plugin_failed: 500,
  storage_read_only: 500,
  storage_corrupt: 500,
  storage_newer: 500,
  storage_failed: 500,
  storage_unauthorized: 500,
  storage_misconfigured: 500,
  ollama_wrong_address: 502,
  ollama_too_old: 502,
  ollama_failed: 502,
  model_load_failed: 502,
  model_stopped: 502,
  model_empty_answer: 502,
  pull_failed: 502,
  embedding_failed: 502,
  ollama_not_installed: 503,
  ollama_not_running: 503,
  no_model: 503,
  model_busy: 503,
  storage_busy: 503,
  storage_unreachable: 503,
  server_stopped: 503,
  timed_out: 504,
  storage_full: 507,
};

/** Seconds to wait where nothing better is known. */
const RETRY_AFTER = '1';

/** A request that HTTP itself has a word for. */
export class HttpFailure extends ZoeyError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: ZoeyError, headers: Readonly<Record<string, string>> = {}) {
    super(error.code, error.message, { hint: error.hint });
    this.status = status;
    this.headers = headers;
  }
}

/** The body of a failure, and the data of the event that ends a stream with one. */
export function failureBody(thrown: unknown) {
  return { error: ZoeyError.from(thrown).toWire() };
}

/** Anything thrown as a response. */
export function failureResponse(thrown: unknown): Response {
  const error = ZoeyError.from(thrown);
  const status = error instanceof HttpFailure ? error.status : STATUS[error.code];
  const headers = new Headers(error instanceof HttpFailure ? error.headers : {});
  if ((status === 429 || status === 503) && error.retryable && !headers.has('retry-after')) {
    headers.set('retry-after', RETRY_AFTER);
  }
  return Response.json(failureBody(error), { status, headers });
}
