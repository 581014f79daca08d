import { throwIfAborted } from '../kernel/errors.ts';
import type { ComposedState } from '../types/state.ts';
import type { Step } from './context.ts';
import { isGroup } from './decide.ts';

/** The third step: what the providers know about the message, asked side by side. */
export async function compose(step: Step): Promise<ComposedState> {
  const { request, agent, signal } = step;
  const { message, room, continues } = request;
  tellReading(step);
  // An attachment may have changed since the answer began.
  const asked = message.content.providers ?? [];
  // Where several talk, an answer has to know who they are.
  const include = isGroup(room) ? ['ENTITIES', ...asked] : asked;
  const state = await agent.composeState(message, include, false, continues);
  throwIfAborted(signal);
  return withModel(step, state);
}

/** As much of it as an action needs that the message names by itself: nothing is looked up that it may not use. */
export async function composeKnown(step: Step): Promise<ComposedState> {
  const { request, agent, signal } = step;
  tellReading(step);
  const names = agent.providers.filter((one) => !one.dynamic && !one.private && !one.searches);
  const state = await agent.composeState(
    request.message,
    names.map(({ name }) => name),
    true,
  );
  throwIfAborted(signal);
  return withModel(step, state);
}

function tellReading({ emit, services }: Step): void {
  emit({ type: 'work', work: { kind: 'reading', text: 'Reading the question', since: services.clock() } });
}

function withModel({ request: { model } }: Step, state: ComposedState): ComposedState {
  return model ? { ...state, values: { ...state.values, model: model.name } } : state;
}
