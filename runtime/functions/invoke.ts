import type { z } from 'zod';
import { ZoeyError } from '../kernel/errors.ts';
import { contract, type FunctionName, type FunctionSpec } from '../protocol/contract.ts';
import { beyondBounds } from '../protocol/inputBounds.ts';
import type { Invoke } from '../protocol/rpc.ts';
import type { AnyFunction, CallContext, RuntimeParts } from './define.ts';

/** How long a call without a stream may take unless its handler says otherwise, in ms. */
const DEADLINE_MS = 30_000;

/** A handler with its types erased: what came in was parsed by the schema that gave it its types. */
type AnyRun = (
  input: unknown,
  context: CallContext,
) => Promise<unknown> | AsyncGenerator<unknown, unknown, void>;

/**
 * The only executor. In order: the input is parsed, the rate is checked, the handler runs under the caller's signal and a
 * deadline, each chunk and the output are parsed, and whatever was thrown becomes one of our errors.
 */
export function createInvoke(runtime: RuntimeParts, handlers: readonly AnyFunction[]): Invoke {
  const byName = new Map<string, AnyFunction>(handlers.map((handler) => [handler.name, handler]));
  return async function* invoke(name, input, { caller, signal }) {
    const spec: FunctionSpec | undefined = contract[name];
    const handler = byName.get(name);
    if (!spec || !handler) throw new ZoeyError('invalid_input', `There is no function named "${name}".`);
    const parsed = parseInput(name, spec, input);
    if (signal.aborted) throw new ZoeyError('cancelled', 'Stopped.');
    const waitMs = runtime.limiter.take(caller.host);
    if (waitMs > 0) throw tooOften(waitMs);
    runtime.background.note(caller);
    runtime.embeddings.follow(caller);
    const run = handler.run as AnyRun;
    try {
      const streams = spec.chunk !== undefined;
      const deadline = streams ? undefined : AbortSignal.timeout(handler.deadlineMs ?? DEADLINE_MS);
      const context = { runtime, caller, signal: deadline ? AbortSignal.any([signal, deadline]) : signal };
      const result = run(parsed, context);
      if (isGenerator(result)) return parseOutput(name, spec.output, yield* chunks(name, spec, result));
      return parseOutput(name, spec.output, await inTime(result, { name, signal, deadline }));
    } catch (error) {
      const ours = ZoeyError.from(error);
      if (ours.code === 'internal') runtime.log.error(`${name}: ${describe(error)}`);
      throw ours;
    }
  };
}

function tooOften(waitMs: number): ZoeyError {
  const seconds = Math.ceil(waitMs / 1000);
  return new ZoeyError('rate_limited', 'Too many calls came in a short time.', {
    hint: `Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}, then try again.`,
  });
}

async function* chunks(
  name: FunctionName,
  spec: FunctionSpec,
  source: AsyncGenerator<unknown, unknown, void>,
): AsyncGenerator<unknown, unknown, void> {
  try {
    for (;;) {
      const next = await source.next();
      if (next.done) return next.value;
      yield spec.chunk ? parseOutput(name, spec.chunk, next.value) : next.value;
    }
  } finally {
    // The reader left early, or an error is on its way: either way the handler cleans up now.
    await source.return(undefined);
  }
}

interface Limits {
  name: FunctionName;
  signal: AbortSignal;
  deadline: AbortSignal | undefined;
}

/** The first cause wins: the result, the caller's abort, or the deadline. */
function inTime<T>(result: Promise<T>, { name, signal, deadline }: Limits): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopped = () => reject(new ZoeyError('cancelled', 'Stopped.'));
    const late = () => reject(new ZoeyError('timed_out', `${name} took too long.`));
    signal.addEventListener('abort', stopped, { once: true });
    deadline?.addEventListener('abort', late, { once: true });
    result.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stopped);
      deadline?.removeEventListener('abort', late);
    });
  });
}

function parseInput(name: FunctionName, spec: FunctionSpec, input: unknown): unknown {
  const beyond = beyondBounds(input);
  if (beyond !== undefined)
    throw new ZoeyError('invalid_input', `${name}: the input is too large: ${beyond}.`);
  const parsed = spec.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ZoeyError('invalid_input', `${name}: ${issues(parsed.error)}.`, { cause: parsed.error });
}

function parseOutput(name: FunctionName, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${name} made something that its contract does not allow: ${issues(parsed.error)}`);
}

/** "text is empty; limit: Too big" */
function issues(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
    .join('; ');
}

function isGenerator(value: object): value is AsyncGenerator<unknown, unknown, void> {
  return Symbol.asyncIterator in value;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
