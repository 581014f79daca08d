import type { Invoke } from '../../../runtime/protocol/rpc.ts';
import { type Caller, Settings } from '../../../runtime/types/host.ts';

/** A caller with every default. */
export const testCaller: Caller = { host: 'test', trusted: true, settings: Settings.parse({}) };

/** Runs a call to its end. */
export async function collect(steps: ReturnType<Invoke>): Promise<{ chunks: unknown[]; output: unknown }> {
  const chunks: unknown[] = [];
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return { chunks, output: step.value };
    chunks.push(step.value);
  }
}

/** An `invoke` that answers without a stream. */
export function answering(run: (...call: Parameters<Invoke>) => unknown): Invoke {
  return async function* (...call) {
    yield* [];
    return await run(...call);
  };
}
