import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import type { Anchor } from '../state/saved.ts';
import type { ChatState } from '../state/types.ts';
import { AT_END, around, type Drawn, drawnRange, earlier, later } from '../window.ts';
import { IconButton } from './icon.tsx';
import { MessageRow } from './message.tsx';
import { messageKey } from './messageKeys.ts';
import { cureOf, Problem } from './outcome.tsx';
import { useScrolling } from './scrolling.ts';
import { WorkLine } from './workLine.tsx';

interface MessageListProps {
  chat: ChatState;
  initial: Anchor | undefined;
  onAnchor(anchor: Anchor | undefined): void;
}

/** The conversation. However long it is, only the messages around the reader are drawn. */
export function MessageList({ chat, initial, onAnchor }: MessageListProps) {
  const panel = usePanel();
  const list = useRef<HTMLDivElement>(null);
  const { messages, turn } = chat;
  const ids = useMemo(() => messages.map(({ id }) => id), [messages]);
  const [drawn, setDrawn] = useState<Drawn>(() => (initial ? around(initial.id, ids) : AT_END));
  const [currentId, setCurrentId] = useState<string | undefined>(undefined);
  const { from, to } = drawnRange(drawn, ids);
  const reply = turn && messages.find(({ id }) => id === turn.replyId);

  const onEdge = useCallback(
    (edge: 'top' | 'bottom') => {
      if (edge === 'top' && from === 0) void panel.chat.loadOlder();
      setDrawn((before) => (edge === 'top' ? earlier(before, ids) : later(before, ids)));
    },
    [panel, ids, from],
  );
  const { atEnd, toEnd } = useScrolling(list, {
    initial,
    onEdge,
    onAnchor,
    startOf: turn && reply?.model === undefined ? reply?.id : undefined,
  });
  const goToEnd = useCallback(() => {
    setDrawn(AT_END);
    toEnd();
  }, [toEnd]);
  const sent = chat.outgoing?.input.id;
  useLayoutEffect(() => {
    if (sent !== undefined) goToEnd();
  }, [sent, goToEnd]);
  const shown = messages.slice(from, to);
  const current = shown.some(({ id }) => id === currentId) ? currentId : shown.at(-1)?.id;
  const onFocus = (event: FocusEvent) => {
    if (event.target instanceof Element)
      setCurrentId(event.target.closest<HTMLElement>('.message')?.dataset.id);
  };

  return (
    <div class="messages-frame">
      <div
        class="messages scroll"
        role="log"
        aria-label="Conversation"
        aria-live="off"
        ref={list}
        onKeyDown={messageKey}
        onFocusIn={onFocus}
      >
        <div class="messages-column">
          {from === 0 && chat.loadingOlder && <p class="note">Reading earlier messages</p>}
          {shown.map((message, index) => (
            <MessageRow
              key={message.id}
              message={message}
              turn={turn?.replyId === message.id ? turn : undefined}
              last={from + index === messages.length - 1}
              current={message.id === current}
            />
          ))}
          <Ending chat={chat} />
        </div>
      </div>
      {!(atEnd && to === messages.length) && (
        <IconButton
          class="to-end"
          icon="arrow-down"
          label="To the end of the conversation"
          onClick={goToEnd}
        />
      )}
    </div>
  );
}

/** What stands after the last message: the work before the answer begins, or why none came. */
function Ending({ chat }: { chat: ChatState }) {
  const panel = usePanel();
  const { turn, outgoing, error, roomId, room } = chat;
  if (outgoing?.error) {
    const again = { label: 'Send again', run: panel.chat.resend };
    const { message, hint } = outgoing.error;
    return <Problem message={message} hint={hint} cure={cureOf(panel, outgoing.error, again)} />;
  }
  if (error && roomId !== undefined) {
    const again = { label: 'Try again', run: () => void panel.chat.open(roomId, room) };
    return <Problem message={error.message} hint={error.hint} cure={cureOf(panel, error, again)} />;
  }
  if (!turn || turn.replyId !== undefined) return null;
  return (
    <WorkLine work={turn.work ?? { kind: 'reading', text: 'Sending', since: 0 }} stopping={turn.stopping} />
  );
}
