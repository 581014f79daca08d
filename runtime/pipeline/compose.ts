import { throwIfAborted } from '../kernel/errors.ts';
import type { ComposedState } from '../types/state.ts';
import type { Step } from './context.ts';
import { isGroup } from './decide.ts';

/** The third step: what the providers know about the message, asked side by side. */
export async function compose({ request, services, agent, signal, emit }: Step): Promise<ComposedState> {
  const { message, room, continues, model } = request;
  emit({ type: 'work', work: { kind: 'reading', text: 'Reading the question', since: services.clock() } });
  // An attachment may have changed since the answer began.
  const asked = message.content.providers ?? [];
  // Where several talk, an answer has to know who they are.
  const include = isGroup(room) ? ['ENTITIES', ...asked] : asked;
  const state = await agent.composeState(message, include, false, continues);
  throwIfAborted(signal);
  return model ? { ...state, values: { ...state.values, model: model.name } } : state;
}
