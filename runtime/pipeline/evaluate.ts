import type { State } from '../types/state.ts';
import type { Step } from './context.ts';

/** The sixth step: evaluators look back at the message, in the background. Nobody waits for them. */
export function evaluate({ agent, request, services, reply }: Step, state: State, responded: boolean): void {
  agent
    .evaluate(request.message, state, responded, undefined, responded ? [reply.memory] : [])
    .catch((error: unknown) =>
      services.log.warn(`a message was not evaluated: ${error instanceof Error ? error.name : 'failure'}`),
    );
}
