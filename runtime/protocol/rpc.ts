import * as z from 'zod';
import { Caller } from '../types/host.ts';
import { JsonValue } from '../types/primitives.ts';
import { FunctionName } from './contract.ts';

/**
 * The one request of ours between processes. It is spoken webview → extension → agent server, and from a
 * server that does not own the memory to the one that does. Chunks come as `$/progress` under `stream`,
 * cancelling is JSON-RPC's own, an error carries a WireError in `data`.
 */
export const INVOKE = 'zoey/invoke';

export const InvokeParams = z.object({
  name: FunctionName,
  input: JsonValue,
  /** Progress token under which chunks are sent. Without it nothing is streamed. */
  stream: z.string().optional(),
  /** Added by the host that the person sits at; never by the webview. */
  caller: Caller.optional(),
});
export type InvokeParams = z.infer<typeof InvokeParams>;

/** The only executor's shape: chunks are yielded, the output is returned, failures are ZoeyErrors. */
export type Invoke = (
  name: FunctionName,
  input: unknown,
  options: { caller: Caller; signal: AbortSignal },
) => AsyncGenerator<unknown, unknown, void>;
