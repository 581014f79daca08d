import { createBroadcast } from '../../kernel/broadcast.ts';
import { ZoeyError } from '../../kernel/errors.ts';
import type { CodingEvent } from '../../types/coding.ts';
import { applyHunks } from '../../types/edit.ts';
import type { IAgentRuntime } from '../../types/runtime.ts';
import { commandOf } from '../command.ts';
import { type CallContext, defineFunction } from '../define.ts';

/** A completion that takes longer is of no use; the model may have to be loaded first. */
const COMPLETE_MS = 90_000;

const run = defineFunction('coding.run', async function* (request, context) {
  const left = new AbortController();
  const events = createBroadcast<CodingEvent>(() => []);
  const reading = events.subscribe(left.signal);
  const first = reading.next();
  const result = asRun(context, left.signal, (agent) =>
    context.runtime.coding.run(agent, request, (event) => events.publish(event)),
  ).finally(() => events.end());
  result.catch(() => {});
  try {
    const begun = await first;
    if (!begun.done) yield begun.value;
    yield* reading;
    return await result;
  } finally {
    left.abort();
  }
});

const propose = defineFunction('coding.propose', (proposal, context) =>
  asRun(context, undefined, (agent) => context.runtime.coding.propose(agent, proposal)),
);

const apply = defineFunction('coding.apply', async ({ text, edit, accept }) => {
  const after = applyHunks(text, edit, accept);
  if (after !== undefined) return { text: after };
  throw new ZoeyError('conflict', `${edit.path} changed meanwhile.`, {
    hint: 'Ask again: nothing was changed.',
  });
});

const rename = defineFunction('coding.rename', async (renaming, { runtime }) => ({
  edit: await runtime.coding.rename(renaming),
}));

const complete = defineFunction(
  'coding.complete',
  (request, context) => asRun(context, undefined, (agent) => context.runtime.coding.complete(agent, request)),
  { deadlineMs: COMPLETE_MS },
);

/** Bound to the caller, and stopped with the call. */
function asRun<T>(
  context: CallContext,
  left: AbortSignal | undefined,
  body: (agent: IAgentRuntime) => Promise<T>,
): Promise<T> {
  const { runtime, caller } = context;
  const signal = left ? AbortSignal.any([context.signal, left]) : context.signal;
  const message = commandOf('coding', undefined, context);
  return runtime.turn.agent.withRun(message, { caller, signal }, body);
}

export const codingFunctions = [run, propose, apply, rename, complete] as const;
