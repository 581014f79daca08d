import type { Memory } from '../../../types/memory.ts';
import type { Action, IAgentRuntime, Provider } from '../../../types/runtime.ts';
import type { State } from '../../../types/state.ts';

/** What the agent can do at this message. */
export const actions: Provider = {
  name: 'ACTIONS',
  description: 'What the agent can do here and now.',
  dynamic: true,
  async get(runtime, message, state) {
    const valid = await Promise.all(
      runtime.actions.map((action) => isValid(action, { runtime, message, state })),
    );
    const possible = runtime.actions.filter((_, index) => valid[index]);
    const names = possible.map(({ name }) => name);
    return {
      text: possible.map(({ name, description }) => `${name}: ${description}`).join('\n'),
      values: { actionNames: names.join(', ') },
      data: { actions: names },
    };
  },
};

/** An action that can't even say whether it is possible is not. */
async function isValid(
  action: Action,
  { runtime, message, state }: { runtime: IAgentRuntime; message: Memory; state: State },
): Promise<boolean> {
  try {
    return await action.validate(runtime, message, state);
  } catch {
    return false;
  }
}
