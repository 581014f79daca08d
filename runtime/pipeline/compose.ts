import { throwIfAborted } from '../kernel/errors.ts';
import type { ComposedState } from '../types/state.ts';
import type { Step } from './context.ts';

/** The third step: what the providers know about the message, asked side by side. */
export async function compose({ request, services, agent, signal, emit }: Step): Promise<ComposedState> {
  const { message, continues, model } = request;
  emit({ type: 'work', work: { kind: 'reading', text: 'Reading the question', since: services.clock() } });
  // An attachment may have changed since the answer began.
  const state = await agent.composeState(message, message.content.providers, false, continues);
  throwIfAborted(signal);
  return model ? { ...state, values: { ...state.values, model: model.name } } : state;
}
