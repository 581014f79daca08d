import type { Action } from './actions.ts';
import type { ShellState } from './types.ts';

/** Folds what stands around the conversation: which view, which popup, whether anybody answers. */
export function shell(state: ShellState, action: Action): ShellState {
  switch (action.type) {
    case 'placeKnown':
      return { ...state, handshake: 'done', place: action.place };
    case 'silent':
      return state.handshake === 'done' ? state : { ...state, handshake: 'silent' };
    case 'server':
      return { ...state, server: action.server };
    case 'view':
      return { ...closed(state), view: action.view };
    case 'newChat':
    case 'roomOpening':
      return { ...closed(state), view: 'chat' };
    case 'popup':
      return action.popup ? { ...state, popup: action.popup } : closed(state);
    case 'note':
      return noted(state, action.text);
    case 'sent':
    case 'attach':
    case 'detach':
      return noted(state, undefined);
    case 'ledger':
      return { ...state, ledger: { items: action.items, ...(action.error && { error: action.error }) } };
    case 'status':
      return { ...state, status: { text: action.text, at: action.at } };
    default:
      return state;
  }
}

function noted(state: ShellState, note: string | undefined): ShellState {
  const { note: _, ...rest } = state;
  return note === undefined ? rest : { ...rest, note };
}

function closed(state: ShellState): ShellState {
  const { popup: _, ...rest } = state;
  return rest;
}
