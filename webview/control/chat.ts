import type { Message, RoomSummary } from '../../runtime/protocol/schemas.ts';
import type { Attachment } from '../../runtime/types/memory.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';
import { toWireError } from '../errors.ts';
import { uuidv7 } from '../ids.ts';
import type { Rpc } from '../rpc.ts';
import { currentDraft } from '../state/composer.ts';
import type { Outgoing } from '../state/types.ts';
import type { Store } from '../store.ts';
import { createTurns } from './turns.ts';

const PAGE = 50;

/** What can be done with the open conversation. */
export interface Chat {
  newChat(): void;
  open(roomId: Uuid, room?: RoomSummary): Promise<void>;
  loadOlder(): Promise<void>;
  /** Sends what stands in the composer. */
  sendDraft(): void;
  /** Sends a question that a command put, past the composer. */
  sendText(text: string, attachments: Attachment[]): void;
  /** Sends a message again that did not go out. */
  resend(): void;
  /** Asks the question of an answer once more; it replaces both. */
  retry(reply: Message): void;
  goOn(reply: Message): void;
  stop(): void;
  /** Stops the answer of another conversation, for which this one waits. */
  stopRoom(roomId: Uuid): void;
}

/**
 * Conversations over `rpc`, told to `store`.
 * @param onTrouble an answer ended without a model: its state should be asked again
 */
export function createChat(rpc: Rpc, store: Store, onTrouble: () => void): Chat {
  const turns = createTurns(rpc, store, () => {
    const last = store.get().chat.messages.at(-1);
    if (last?.status === 'failed' || last?.model === undefined) onTrouble();
  });
  const busy = () => store.get().chat.turn !== undefined;
  const stopRoom = (roomId: Uuid) => rpc.invoke('chat.stop', { roomId });

  const open = async (roomId: Uuid, room?: RoomSummary) => {
    turns.leave();
    store.dispatch({ type: 'roomOpening', roomId, ...(room && { room }) });
    const isOpen = () => store.get().chat.roomId === roomId;
    void nameRoom(rpc, store, roomId);
    try {
      const streaming = await read(rpc, store, roomId);
      if (!streaming || !isOpen()) return;
      await turns.watch(roomId, streaming.id);
      // It may have ended between the reading and the watching.
      const stale = isOpen() && !busy() && store.get().chat.messages.at(-1)?.status === 'streaming';
      if (stale) await read(rpc, store, roomId);
    } catch (error) {
      store.dispatch({ type: 'roomFailed', roomId, error: toWireError(error) });
    }
  };

  return {
    open,
    newChat() {
      turns.leave();
      store.dispatch({ type: 'newChat' });
    },
    loadOlder: () => loadOlder(rpc, store),
    sendDraft() {
      const { text, attachments, editing } = currentDraft(store.get().composer);
      if (text.trim() === '' || busy()) return;
      turns.send(compose(store, text, { attachments, ...(editing && { replaces: editing.id }) }), true);
    },
    sendText(text, attachments) {
      if (!busy()) turns.send(compose(store, text, { attachments }), false);
    },
    resend() {
      const { outgoing } = store.get().chat;
      if (outgoing && !busy()) turns.send(outgoing.input, false);
    },
    retry(reply) {
      const { messages } = store.get().chat;
      const index = messages.findIndex(({ id }) => id === reply.id);
      const asked = messages.slice(0, Math.max(0, index)).findLast(({ role }) => role === 'user');
      if (!asked || busy()) return;
      const rest = { attachments: asked.attachments ?? [], replaces: asked.id };
      turns.send(compose(store, asked.text, rest), false);
    },
    goOn(reply) {
      if (!busy()) turns.goOn(reply);
    },
    stop() {
      const { turn, roomId, outgoing } = store.get().chat;
      if (!turn || turn.stopping) return;
      store.dispatch({ type: 'stopping' });
      // Before the first chunk there may be no answer to stop: then the request itself is cancelled.
      if (!roomId || outgoing) turns.abort();
      else stopRoom(roomId).catch(turns.abort);
    },
    stopRoom(roomId) {
      stopRoom(roomId).catch((error: unknown) => {
        store.dispatch({ type: 'status', text: toWireError(error).message, at: Date.now() });
      });
    },
  };
}

function compose(store: Store, text: string, rest: Partial<Outgoing>): Outgoing {
  const { roomId } = store.get().chat;
  return { id: uuidv7(Date.now()), text, attachments: [], ...(roomId && { roomId }), ...rest };
}

/** Finds the title of a conversation that was opened by its id alone; the latest are the likely ones. */
async function nameRoom(rpc: Rpc, store: Store, roomId: Uuid): Promise<void> {
  if (store.get().chat.room) return;
  try {
    const { items } = await rpc.invoke('rooms.list', { limit: 200 });
    const room = items.find(({ id }) => id === roomId);
    if (room) store.dispatch({ type: 'roomChanged', room });
  } catch {
    // Why the conversation cannot be read is told where its messages would be.
  }
}

/** Shows the newest messages; returns the one that is still being written, if any. */
async function read(rpc: Rpc, store: Store, roomId: Uuid): Promise<Message | undefined> {
  const page = await rpc.invoke('rooms.messages', { roomId, limit: PAGE });
  const messages = page.items.toReversed();
  const older = page.next === undefined ? {} : { older: page.next };
  store.dispatch({ type: 'roomLoaded', roomId, messages, ...older });
  const last = messages.at(-1);
  return last?.status === 'streaming' ? last : undefined;
}

async function loadOlder(rpc: Rpc, store: Store): Promise<void> {
  const { roomId, older, loadingOlder } = store.get().chat;
  if (!roomId || older === undefined || loadingOlder) return;
  store.dispatch({ type: 'olderAsked' });
  try {
    const page = await rpc.invoke('rooms.messages', { roomId, limit: PAGE, cursor: older });
    const next = page.next === undefined ? {} : { older: page.next };
    store.dispatch({ type: 'olderLoaded', roomId, messages: page.items.toReversed(), ...next });
  } catch {
    // Scrolling up asks again.
    store.dispatch({ type: 'olderFailed' });
  }
}
