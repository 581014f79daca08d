import type { Action } from './actions.ts';
import { chat } from './chat.ts';
import { composer } from './composer.ts';
import { models } from './models.ts';
import { rooms } from './rooms.ts';
import { shell } from './shell.ts';
import type { State } from './types.ts';

/** The panel's state after an action: pure, and the same objects where nothing changed. */
export function reduce(state: State, action: Action): State {
  if (action.type === 'chunks' && action.token !== state.chat.turn?.token) return state;
  return {
    chat: chat(state.chat, action),
    composer: composer(state.composer, action),
    models: models(state.models, action),
    rooms: rooms(state.rooms, action),
    shell: shell(state.shell, action),
  };
}
