import { ZoeyError } from '../../kernel/errors.ts';
import { contract, FunctionName } from '../../protocol/contract.ts';
import type { Invoke } from '../../protocol/rpc.ts';
import type { Caller } from '../../types/host.ts';
import { eventStream, orSilence } from './events.ts';

interface CallOptions {
  invoke: Invoke;
  caller: Caller;
  /** Aborts when the client is gone. */
  signal: AbortSignal;
  /** The `Accept` header. */
  accept: string;
  heartbeatMs: number;
}

/** Throws `not_found`. */
export function functionNamed(name: string): FunctionName {
  const parsed = FunctionName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new ZoeyError('not_found', `There is no function named "${name}".`, {
    hint: 'GET /v1/functions lists them.',
  });
}

/** Makes one call: its events where the function streams and they are wanted, its output otherwise. */
export function answerCall(name: FunctionName, input: unknown, options: CallOptions): Promise<Response> {
  const streams = 'chunk' in contract[name] && wantsEvents(options.accept);
  return streams ? answerInEvents(name, input, options) : answerAtOnce(name, input, options);
}

async function answerAtOnce(
  name: FunctionName,
  input: unknown,
  { invoke, caller, signal }: CallOptions,
): Promise<Response> {
  const steps = invoke(name, input, { caller, signal });
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return Response.json(step.value ?? null);
  }
}

async function answerInEvents(
  name: FunctionName,
  input: unknown,
  { invoke, caller, signal, heartbeatMs }: CallOptions,
): Promise<Response> {
  const leaving = new AbortController();
  const steps = invoke(name, input, { caller, signal: AbortSignal.any([signal, leaving.signal]) });
  const first = steps.next();
  // What fails before its first word has a status of its own; whoever is slow to begin is not waited for.
  await orSilence(first, heartbeatMs);
  const events = eventStream({ steps, first, heartbeatMs, onLeave: () => leaving.abort() });
  return new Response(events, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
}

/** Whether an `Accept` header names server-sent events, and does not refuse them. */
function wantsEvents(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'text/event-stream' && !parameters.some((each) => /^q=0(\.0*)?$/.test(each));
  });
}
