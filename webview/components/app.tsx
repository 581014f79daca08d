import { useEffect, useState } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import type { Anchor } from '../state/saved.ts';
import type { State } from '../state/types.ts';
import type { Store } from '../store.ts';
import { AnswerAnnouncer, StatusAnnouncer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { useDrop } from './drop.ts';
import { EmptyState } from './emptyState.tsx';
import { History } from './history.tsx';
import { Ledger } from './ledger.tsx';
import { MessageList } from './messageList.tsx';
import { ModelCard } from './modelCard.tsx';
import { Notices, UndoBar, Waiting } from './notices.tsx';
import { TitleBar } from './titleBar.tsx';

interface AppProps {
  store: Store;
  /** Where the reader was before a reload. */
  initial: Anchor | undefined;
  onAnchor(anchor: Anchor | undefined): void;
}

/** The whole panel. */
export function App({ store, initial, onAnchor }: AppProps) {
  const [state, setState] = useState(store.get());
  useEffect(() => {
    setState(store.get());
    return store.subscribe(() => setState(store.get()));
  }, [store]);
  useEscape(store);
  useDrop();
  const { shell, chat, rooms } = state;
  if (shell.handshake !== 'done') return <Waiting silent={shell.handshake === 'silent'} />;
  const roomId = chat.roomId === undefined ? {} : { roomId: chat.roomId };
  return (
    <div class="panel">
      {shell.view === 'chat' && <ChatView state={state} initial={initial} onAnchor={onAnchor} />}
      {shell.view === 'history' && <History rooms={rooms} {...roomId} />}
      {shell.view === 'ledger' && <Ledger ledger={shell.ledger} />}
      {shell.view !== 'chat' && <UndoBar rooms={rooms} />}
      <AnswerAnnouncer chat={chat} />
      <StatusAnnouncer chat={chat} shell={shell} />
    </div>
  );
}

function ChatView({ state, initial, onAnchor }: { state: State } & Pick<AppProps, 'initial' | 'onAnchor'>) {
  const { chat, composer, models, rooms, shell } = state;
  const nothing = chat.messages.length === 0 && !chat.error && !chat.loading;
  // Only for the conversation that a reload brought back.
  const kept = chat.opened === 1 && chat.messages.some(({ id }) => id === initial?.id) ? initial : undefined;
  return (
    <>
      <TitleBar chat={chat} rooms={rooms} open={shell.popup === 'rooms'} />
      <Notices shell={shell} />
      <main class="chat">
        {nothing && chat.roomId === undefined ? (
          <EmptyState state={state} />
        ) : chat.loading && chat.messages.length === 0 ? (
          <div class="messages-frame" />
        ) : (
          <MessageList key={chat.opened} chat={chat} initial={kept} onAnchor={onAnchor} />
        )}
      </main>
      <footer class="foot">
        <UndoBar rooms={rooms} />
        {shell.server.state === 'running' && <ModelCard models={models} />}
        <Composer
          composer={composer}
          chat={chat}
          models={models}
          picking={shell.popup === 'models'}
          note={shell.note}
        />
      </footer>
    </>
  );
}

/** Esc closes the popup, else ends editing, else stops the answer, else leaves the view or the composer. */
function useEscape(store: Store): void {
  const panel = usePanel();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      const { shell, chat, composer } = store.get();
      const active = document.activeElement;
      if (shell.popup) panel.dispatch({ type: 'popup' });
      else if (shell.view !== 'chat') {
        panel.dispatch({ type: 'view', view: 'chat' });
        panel.focusComposer();
      } else if (composer.drafts[composer.key]?.editing) panel.dispatch({ type: 'editCancelled' });
      else if (chat.turn) panel.chat.stop();
      else if (active instanceof HTMLTextAreaElement) leaveComposer(active);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [panel, store]);
}

/** To the message that Tab would reach, so that the arrows work at once. */
function leaveComposer(field: HTMLTextAreaElement): void {
  const message = document.querySelector<HTMLElement>('.message[tabindex="0"]');
  if (message) message.focus();
  else field.blur();
}
