import type { ChatChunk, Message } from '../../runtime/protocol/schemas.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';
import type { ChatState, Turn } from './types.ts';

/** Folds the events of the turn under way into the conversation; a frame's worth at a time. */
export function applyChunks(state: ChatState, chunks: readonly ChatChunk[]): ChatState {
  return chunks.reduce(applyChunk, state);
}

function applyChunk(state: ChatState, chunk: ChatChunk): ChatState {
  switch (chunk.type) {
    case 'start':
      return start(state, chunk);
    case 'work':
      return state.turn ? { ...state, turn: { ...state.turn, work: chunk.work } } : state;
    case 'references':
      return reply(state, (message) => ({ ...message, references: chunk.references }));
    case 'thinking':
      return reply(state, (message) => ({ ...message, thinking: (message.thinking ?? '') + chunk.delta }));
    case 'text':
      return reply(idle(state), (message) => ({ ...message, text: message.text + chunk.delta }));
    case 'end':
      return end(state, chunk);
  }
}

function start(state: ChatState, chunk: Extract<ChatChunk, { type: 'start' }>): ChatState {
  const { outgoing: _, ...rest } = state;
  const asked = chunk.message ? upsert(state.messages, chunk.message) : state.messages;
  const { id: replyId, text } = chunk.reply;
  const turn: Turn = { token: 0, stopping: false, ...state.turn, replyId, readFrom: text.length };
  return { ...rest, roomId: chunk.room.id, room: chunk.room, messages: upsert(asked, chunk.reply), turn };
}

function end(state: ChatState, chunk: Extract<ChatChunk, { type: 'end' }>): ChatState {
  const { turn, ...rest } = state;
  const drafted = turn?.replyId;
  // The stored message takes the place of the one that was being written, under whatever id it was stored.
  const messages = state.messages.filter((message) => message.id !== drafted || drafted === chunk.message.id);
  return { ...rest, room: chunk.room, messages: upsert(messages, chunk.message) };
}

/** Text has begun to come: nothing else needs to be said about the work. */
function idle(state: ChatState): ChatState {
  if (!state.turn?.work) return state;
  const { work: _, ...turn } = state.turn;
  return { ...state, turn };
}

function reply(state: ChatState, change: (message: Message) => Message): ChatState {
  const id = state.turn?.replyId;
  const message = state.messages.find((candidate) => candidate.id === id);
  return message ? { ...state, messages: replaceMessage(state.messages, change(message)) } : state;
}

/** The same list with one message changed; all others stay the same objects. */
export function replaceMessage(messages: Message[], message: Message): Message[] {
  const index = indexOf(messages, message.id);
  return index < 0 ? messages : messages.with(index, message);
}

function upsert(messages: Message[], message: Message): Message[] {
  const index = indexOf(messages, message.id);
  return index < 0 ? [...messages, message] : messages.with(index, message);
}

/** From the end: the message that changes is nearly always the last. */
function indexOf(messages: Message[], id: Uuid): number {
  return messages.findLastIndex((message) => message.id === id);
}
