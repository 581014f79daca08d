import * as z from 'zod';

/** Every way a function can fail. The code is for programs; message and hint are for the person. */
export const ErrorCode = z.enum([
  'invalid_input',
  'not_found',
  'conflict',
  'cancelled',
  'timed_out',
  'rate_limited',
  'unauthorized',
  'untrusted',
  'host_not_allowed',
  'storage_full',
  'storage_read_only',
  'storage_corrupt',
  'storage_newer',
  'storage_busy',
  'storage_failed',
  'storage_unreachable',
  'storage_unauthorized',
  'storage_misconfigured',
  'ollama_not_installed',
  'ollama_not_running',
  'ollama_wrong_address',
  'ollama_too_old',
  'ollama_failed',
  'no_model',
  'model_not_found',
  'model_unsupported',
  'model_busy',
  'model_load_failed',
  'model_stopped',
  'model_empty_answer',
  'pull_failed',
  'unusable_answer',
  'embedding_failed',
  'refused',
  'plugin_failed',
  'server_stopped',
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** A failure as it crosses a process boundary: what happened, and what to do next. */
export const WireError = z.object({
  code: ErrorCode,
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
});
export type WireError = z.infer<typeof WireError>;
