import { isDeepStrictEqual } from 'node:util';
import type { ActionProposal } from '../types/components.ts';
import type { ActionCall } from '../types/runtime.ts';

/**
 * Asks the person in the conversation itself: the first proposal of a turn is shown, and nothing is done
 * until the next message says yes. What was allowed so is allowed for that very proposal.
 */
export class Asker {
  #allowed: Pick<ActionProposal, 'action' | 'parameters'> | undefined;
  #asked: ActionProposal | undefined;

  /** What was asked in this turn and not allowed. */
  get asked(): ActionProposal | undefined {
    return this.#asked;
  }

  allow(call: ActionCall): void {
    this.#allowed = { action: call.name, parameters: call.parameters };
  }

  ask(proposal: ActionProposal): boolean {
    const { action, parameters } = proposal;
    if (this.#allowed && isDeepStrictEqual(this.#allowed, { action, parameters })) return true;
    this.#asked ??= proposal;
    return false;
  }
}
