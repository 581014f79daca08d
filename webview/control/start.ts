import type { PanelNotification } from '../../runtime/protocol/panel.ts';
import type { WireError } from '../../runtime/types/errors.ts';
import type { Rpc } from '../rpc.ts';
import { currentDraft } from '../state/composer.ts';
import { fromSaved, type Saved } from '../state/saved.ts';
import type { Store } from '../store.ts';
import type { Chat } from './chat.ts';
import type { Models } from './models.ts';

/** How long one greeting may stay unanswered before the next, and before the panel says so. */
const RETRY_MS = 1500;
const SILENT_MS = 5000;

const NOT_SENT: WireError = {
  code: 'server_stopped',
  message: 'This message was not sent.',
  hint: 'It is kept. Send it again.',
  retryable: true,
};

export interface Parts {
  rpc: Rpc;
  store: Store;
  chat: Chat;
  models: Models;
  focusComposer(): void;
}

/**
 * Listens to the extension, greets it until it answers, then shows what was open before.
 * @param onShown called once the store holds the drafts and the room again: an answer may still be followed for
 *   long, and a message that nobody acknowledged is looked for when that is over
 */
export async function start(parts: Parts, kept: unknown, onShown: () => void): Promise<void> {
  const { rpc, store, chat, models } = parts;
  const saved = fromSaved(kept);
  store.dispatch({ type: 'draftsRestored', drafts: saved.drafts });
  rpc.onNotify((notification) => heed(parts, notification));
  await greet(rpc, store);
  void models.check();
  const { roomId } = saved;
  const opened =
    roomId !== undefined && store.get().chat.roomId === undefined ? chat.open(roomId) : undefined;
  onShown();
  await opened;
  keepOutgoing(store, saved);
}

async function greet(rpc: Rpc, store: Store): Promise<void> {
  const silence = setTimeout(() => store.dispatch({ type: 'silent' }), SILENT_MS);
  for (;;) {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), RETRY_MS);
    const place = await answerOf(rpc, timeout.signal);
    clearTimeout(timer);
    if (place) {
      clearTimeout(silence);
      store.dispatch({ type: 'placeKnown', place });
      return;
    }
  }
}

/** The place, or undefined where no answer came in time: a cancelled request need not be answered at all. */
function answerOf(rpc: Rpc, signal: AbortSignal) {
  const late = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  // A refusal waits for the time-out too, so that greetings do not follow each other without pause.
  return Promise.race([rpc.request('panel/ready', {}, signal).catch(() => late), late]);
}

/** A message that an earlier panel sent and nobody acknowledged stands at the end again, ready to be sent. */
function keepOutgoing(store: Store, saved: Saved): void {
  const { outgoing, roomId } = saved;
  const { chat } = store.get();
  if (!outgoing) return;
  if (chat.roomId !== roomId) {
    // Another conversation was asked for meanwhile: it waits in the composer of its own.
    const draft = { text: outgoing.text, attachments: outgoing.attachments };
    store.dispatch({ type: 'draftReturned', key: roomId ?? '', draft });
    return;
  }
  if (chat.messages.some(({ id }) => id === outgoing.id)) return;
  store.dispatch({ type: 'outgoingKept', input: outgoing, error: NOT_SENT, at: Date.now() });
}

function heed(parts: Parts, notification: PanelNotification): void {
  const { store, chat, models } = parts;
  switch (notification.type) {
    case 'context': {
      const { file, selection } = notification;
      const offered = { ...(file && { file }), ...(selection && { selection }) };
      store.dispatch({ type: 'offered', offered });
      break;
    }
    case 'newChat':
      chat.newChat();
      parts.focusComposer();
      break;
    case 'focus':
      if (store.get().models.report?.state !== 'ready') void models.check();
      parts.focusComposer();
      break;
    case 'history':
      store.dispatch({ type: 'view', view: 'history' });
      break;
    case 'pickModel':
      store.dispatch({ type: 'view', view: 'chat' });
      store.dispatch({ type: 'popup', popup: 'models' });
      break;
    case 'openRoom':
      void chat.open(notification.roomId);
      break;
    case 'ask':
      ask(parts, notification);
      break;
    case 'server':
      heedServer(parts, notification);
      break;
    case 'refresh':
      void models.check();
  }
}

function ask(parts: Parts, asked: Extract<PanelNotification, { type: 'ask' }>): void {
  const { store, chat } = parts;
  store.dispatch({ type: 'view', view: 'chat' });
  const { text, attachments } = asked;
  if (asked.send) {
    // An answer that is being written goes on: the question starts a conversation of its own.
    if (store.get().chat.turn) chat.newChat();
    chat.sendText(text, attachments);
  } else {
    const typed = currentDraft(store.get().composer).text;
    const both = [typed, text].filter((part) => part !== '').join('\n');
    store.dispatch({ type: 'draftText', text: both });
    for (const attachment of attachments) store.dispatch({ type: 'attach', attachment });
  }
  parts.focusComposer();
}

function heedServer(
  parts: Parts,
  { type: _, ...server }: Extract<PanelNotification, { type: 'server' }>,
): void {
  const { store, chat, models } = parts;
  const before = store.get().shell.server.state;
  store.dispatch({ type: 'server', server });
  if (server.state !== 'running' || before === 'running') return;
  void models.check();
  const { roomId, room, turn } = store.get().chat;
  // What was under way failed as the server ended: a turn by now was asked for since, and waits in the extension.
  if (roomId !== undefined && !turn) void chat.open(roomId, room);
}
