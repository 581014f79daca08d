import { type ErrorCode, WireError } from '../types/errors.ts';

const BRAND = Symbol.for('zoey.error');

/** What to do next, where the place that throws knows nothing better. */
const HINTS: Record<ErrorCode, string> = {
  invalid_input: 'Correct the input and try again.',
  not_found: 'It may have been deleted. Refresh the list.',
  conflict: 'Refresh and try again.',
  cancelled: 'Nothing else is needed.',
  timed_out: 'Try again; if it happens again, look at the log.',
  rate_limited: 'Wait a moment, then try again.',
  unauthorized: 'Send the token as "Authorization: Bearer TOKEN".',
  untrusted: 'Trust this workspace first.',
  host_not_allowed: 'Allow this host, or set an address on this machine.',
  storage_full: 'Free some disk space, then try again. Nothing that was saved is lost.',
  storage_read_only: 'Make the storage folder writable, then reload the window.',
  storage_corrupt: 'Reload the window: the newest backup is restored then.',
  storage_newer: 'Update Zoey: this memory was written by a later version. It is left unharmed.',
  storage_busy: 'Another process holds the memory. Try again in a moment.',
  storage_failed: 'Look at the log, then reload the window.',
  storage_unreachable: 'Start the database, or correct its address, then try again.',
  storage_unauthorized: 'Correct the user and the password in the address of the database.',
  storage_misconfigured: 'Correct the address of the database.',
  ollama_not_installed: 'Install Ollama, then try again.',
  ollama_not_running: 'Start Ollama, then try again.',
  ollama_wrong_address: 'Correct the address in the settings.',
  ollama_too_old: 'Update Ollama, then try again.',
  ollama_failed: 'Look at the log of Ollama, then try again.',
  no_model: 'Pull a model, then try again.',
  model_not_found: 'Choose another model, or pull this one.',
  model_unsupported: 'Choose another model.',
  model_busy: 'Wait for the other answers, then try again.',
  model_load_failed: 'Choose a smaller model, or free some memory.',
  model_stopped: 'Go on, or try again. The log of Ollama may say why.',
  model_empty_answer: 'Try again, or choose another model.',
  pull_failed: 'Check the name and the connection, then pull again: it goes on where it stopped.',
  embedding_failed: 'Search is by words until then. The log says more.',
  unusable_answer: 'Try again, or choose fewer lines. Nothing was changed.',
  refused: 'Ask again if you want it after all.',
  plugin_failed: 'Look at the log, or take the plugin out.',
  server_stopped: 'It comes back by itself. Try again then.',
  internal: 'Look at the log, then try again.',
};

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'timed_out',
  'rate_limited',
  'storage_busy',
  'storage_full',
  'storage_unreachable',
  'ollama_not_running',
  'ollama_failed',
  'model_busy',
  'model_stopped',
  'model_empty_answer',
  'pull_failed',
  'embedding_failed',
  'server_stopped',
]);

export interface ErrorOptions {
  /** What to do next; a general hint of the code otherwise. */
  hint?: string;
  cause?: unknown;
}

/**
 * The one error of the house. The message says what happened in the person's words; the hint what to do.
 * Recognised by a registered symbol, since two bundles hold two copies of this class.
 */
export class ZoeyError extends Error {
  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ZoeyError';
    this.code = code;
    this.hint = options.hint ?? HINTS[code];
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }

  toWire(): WireError {
    return { code: this.code, message: this.message, hint: this.hint, retryable: this.retryable };
  }

  static is(value: unknown): value is ZoeyError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Turns anything thrown into ours. An abort becomes `cancelled`; the unknown becomes `internal`. */
  static from(value: unknown): ZoeyError {
    if (ZoeyError.is(value)) return value;
    if (value instanceof Error && value.name === 'AbortError') {
      return new ZoeyError('cancelled', 'Stopped.', { cause: value });
    }
    const message = value instanceof Error ? value.message : String(value);
    return new ZoeyError('internal', `Something failed inside Zoey: ${message}`, { cause: value });
  }

  /** Rebuilds an error that crossed a process boundary; undefined where `data` is none of ours. */
  static fromWire(data: unknown): ZoeyError | undefined {
    const wire = WireError.safeParse(data);
    if (!wire.success) return undefined;
    return new ZoeyError(wire.data.code, wire.data.message, { hint: wire.data.hint });
  }
}

/** Throws `cancelled` where the signal is aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ZoeyError('cancelled', 'Stopped.', { cause: signal.reason });
}
