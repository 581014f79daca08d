import type { Message } from '../../runtime/protocol/schemas.ts';
import type { WireError } from '../../runtime/types/errors.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';
import type { Action } from './actions.ts';
import { applyChunks, replaceMessage } from './chunks.ts';
import type { ChatState, Outgoing } from './types.ts';

/** The most messages that are kept in the panel; older ones are found by search. */
export const MAX_MESSAGES = 5000;

/** No conversation, after the one that was open. */
function empty(state: ChatState): ChatState {
  return { opened: state.opened + 1, messages: [], loading: false, loadingOlder: false };
}

/** Folds what happens to the open conversation. */
export function chat(state: ChatState, action: Action): ChatState {
  switch (action.type) {
    case 'newChat':
      return empty(state);
    case 'roomOpening':
      return opening(state, action);
    case 'roomLoaded':
      return action.roomId === state.roomId ? loaded(state, action) : state;
    case 'roomFailed':
      return action.roomId === state.roomId ? { ...state, loading: false, error: action.error } : state;
    case 'olderAsked':
      return { ...state, loadingOlder: true };
    case 'olderFailed':
      return { ...state, loadingOlder: false };
    case 'olderLoaded':
      return action.roomId === state.roomId ? olderLoaded(state, action) : state;
    case 'roomChanged':
      return action.room.id === state.roomId ? { ...state, room: action.room } : state;
    case 'roomDeleted':
      return action.room.id === state.roomId ? empty(state) : state;
    default:
      return turn(state, action);
  }
}

function turn(state: ChatState, action: Action): ChatState {
  switch (action.type) {
    case 'sent':
      return sent(state, action.input, action.token, action.at);
    case 'watching':
      return { ...state, turn: { token: action.token, replyId: action.replyId, stopping: false } };
    case 'chunks':
      return action.token === state.turn?.token ? applyChunks(state, action.chunks) : state;
    case 'turnFailed':
      return action.token === state.turn?.token ? failed(state, action) : state;
    case 'turnEnded':
      return action.token === state.turn?.token ? without(state, 'turn') : state;
    case 'messageFailed':
      return withError(state, action.id, action.error);
    case 'stopping':
      return state.turn ? { ...state, turn: { ...state.turn, stopping: true } } : state;
    case 'outgoingKept':
      return {
        ...shown(state, action.input, action.at),
        outgoing: { input: action.input, error: action.error },
      };
    default:
      return state;
  }
}

function opening(state: ChatState, action: Extract<Action, { type: 'roomOpening' }>): ChatState {
  // Reading the open room again keeps what is on screen until the new messages are there.
  const base = state.roomId === action.roomId ? without(without(state, 'turn'), 'error') : empty(state);
  const room = action.room ?? base.room;
  return { ...base, roomId: action.roomId, loading: true, ...(room && { room }) };
}

function loaded(state: ChatState, action: Extract<Action, { type: 'roomLoaded' }>): ChatState {
  const { older: _, outgoing, ...rest } = state;
  const shownOutgoing = outgoing && state.messages.find((message) => message.id === outgoing.input.id);
  const acknowledged = action.messages.some((message) => message.id === outgoing?.input.id);
  const kept = shownOutgoing && !acknowledged;
  return {
    ...rest,
    messages: kept ? [...action.messages, shownOutgoing] : action.messages,
    loading: false,
    ...(kept && { outgoing }),
    ...(action.older !== undefined && { older: action.older }),
  };
}

function olderLoaded(state: ChatState, action: Extract<Action, { type: 'olderLoaded' }>): ChatState {
  const { older: _, ...rest } = state;
  const known = new Set(state.messages.map((message) => message.id));
  const messages = [...action.messages.filter((message) => !known.has(message.id)), ...state.messages];
  const full = messages.length >= MAX_MESSAGES;
  return {
    ...rest,
    messages: messages.slice(-MAX_MESSAGES),
    loadingOlder: false,
    ...(action.older !== undefined && !full && { older: action.older }),
  };
}

function sent(state: ChatState, input: Outgoing, token: number, at: number): ChatState {
  return { ...shown(state, input, at), turn: { token, stopping: false }, outgoing: { input } };
}

/** The conversation with the person's message at its end, and without what it replaces. */
function shown(state: ChatState, input: Outgoing, at: number): ChatState {
  const kept = before(before(state.messages, input.replaces), input.id);
  const { error: _, ...rest } = state;
  return { ...rest, messages: [...kept, optimistic(input, state.roomId, at)] };
}

function before(messages: Message[], id: Uuid | undefined): Message[] {
  const index = messages.findIndex((message) => message.id === id);
  return index < 0 ? messages : messages.slice(0, index);
}

function optimistic(input: Outgoing, roomId: Uuid | undefined, at: number): Message {
  return {
    id: input.id,
    roomId: roomId ?? '',
    role: 'user',
    status: 'complete',
    text: input.text,
    attachments: input.attachments,
    createdAt: at,
  };
}

function failed(state: ChatState, action: Extract<Action, { type: 'turnFailed' }>): ChatState {
  const rest = without(state, 'turn');
  if (state.outgoing) return { ...rest, outgoing: { input: state.outgoing.input, error: action.error } };
  const reply = state.messages.find((message) => message.id === state.turn?.replyId);
  if (reply?.status !== 'streaming') return rest;
  const status = action.error.code === 'cancelled' ? 'stopped' : 'interrupted';
  return { ...rest, messages: replaceMessage(rest.messages, { ...reply, status, error: action.error }) };
}

function withError(state: ChatState, id: Uuid, error: WireError): ChatState {
  const message = state.messages.find((candidate) => candidate.id === id);
  return message ? { ...state, messages: replaceMessage(state.messages, { ...message, error }) } : state;
}

function without<K extends 'turn' | 'error' | 'outgoing'>(state: ChatState, key: K): ChatState {
  const { [key]: _, ...rest } = state;
  return rest as ChatState;
}
