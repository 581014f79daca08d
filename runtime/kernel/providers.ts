import type { ProviderResult, RunContext } from '../types/components.ts';
import type { Memory } from '../types/memory.ts';
import type { IAgentRuntime, Provider } from '../types/runtime.ts';
import type { ProviderFailure } from '../types/state.ts';
import { within } from './deadline.ts';
import { throwIfAborted, ZoeyError } from './errors.ts';
import type { Log } from './log.ts';
import { runUntil } from './run.ts';

/** How long a message waits for a provider that names no deadline, in ms. */
const DEADLINE_MS = 5_000;

export interface Question {
  message: Memory;
  run: RunContext;
  /** The runtime as a provider sees it: bound to its own deadline. */
  bind(run: RunContext): IAgentRuntime;
  log: Log;
}

export interface Answers {
  /** In the order of the providers' positions. */
  given: { name: string; result: ProviderResult }[];
  failures: ProviderFailure[];
}

/**
 * Asks all at once, each with its own deadline. One that fails or is late is reported, and the others
 * contribute. Throws only where the run itself is stopped.
 */
export async function askProviders(providers: readonly Provider[], question: Question): Promise<Answers> {
  const ordered = [...providers].sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const answers = await Promise.all(ordered.map((provider) => ask(provider, question)));
  throwIfAborted(question.run.signal);
  return {
    given: answers.flatMap((answer) => ('result' in answer ? [answer] : [])),
    failures: answers.flatMap((answer) => ('reason' in answer ? [answer] : [])),
  };
}

async function ask(
  provider: Provider,
  { message, run, bind, log }: Question,
): Promise<{ name: string; result: ProviderResult } | ProviderFailure> {
  const { name, deadlineMs = DEADLINE_MS } = provider;
  try {
    const result = await within({ ms: deadlineMs, signal: run.signal, what: name }, (limit) => {
      const own = runUntil(limit, run);
      // A plugin from elsewhere may give nothing at all.
      const answer: Promise<ProviderResult | null | undefined> = provider.get(
        bind(own),
        message,
        emptyState(),
        own,
      );
      return answer;
    });
    return { name, result: result ?? {} };
  } catch (error) {
    const reason =
      ZoeyError.is(error) && error.code === 'timed_out'
        ? `no answer within ${deadlineMs} ms`
        : error instanceof Error
          ? error.name
          : 'unknown failure';
    if (!run.signal.aborted) log.warn(`provider ${name} gave nothing: ${reason}`);
    return { provider: name, reason };
  }
}

function emptyState() {
  return { values: {}, data: {}, text: '' };
}
