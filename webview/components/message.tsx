import { Component } from 'preact';
import type { Message } from '../../runtime/protocol/schemas.ts';
import { usePanel } from '../panel.ts';
import type { Turn } from '../state/types.ts';
import { Answer } from './answer.tsx';
import { GivenChips } from './chips.tsx';
import { useDone } from './hooks.ts';
import { IconButton } from './icon.tsx';

export interface MessageRowProps {
  message: Message;
  /** The turn that writes it, if it is being written. */
  turn: Turn | undefined;
  last: boolean;
  /** The one message of the list that Tab reaches. */
  current: boolean;
}

/** One message of the conversation. Drawn again only when something of it changed. */
export class MessageRow extends Component<MessageRowProps> {
  override shouldComponentUpdate(next: MessageRowProps): boolean {
    const { message, turn, last, current } = this.props;
    return next.message !== message || next.turn !== turn || next.last !== last || next.current !== current;
  }

  override render({ message, turn, last, current }: MessageRowProps) {
    const mine = message.role === 'user';
    const label = mine ? `You: ${message.text.slice(0, 80)}` : 'Zoey';
    return (
      <article
        class={`message ${mine ? 'mine' : 'answer'}`}
        data-id={message.id}
        aria-label={label}
        aria-busy={turn !== undefined}
        tabIndex={current ? 0 : -1}
      >
        {mine ? <Question message={message} /> : <Answer message={message} turn={turn} last={last} />}
      </article>
    );
  }
}

function Question({ message }: { message: Message }) {
  const panel = usePanel();
  const [copied, markCopied] = useDone();
  const copy = async () => {
    if (!(await panel.editor('editor/copy', { text: message.text }))) return;
    markCopied();
    panel.say('Copied.');
  };
  const edit = () => {
    panel.dispatch({ type: 'edit', message });
    panel.focusComposer();
  };
  return (
    <>
      <div class="question-head">
        <span class="who">You</span>
        <span class="question-actions">
          <IconButton icon="edit" label="Edit message" onClick={edit} inner />
          <IconButton
            icon={copied ? 'check' : 'copy'}
            label="Copy message"
            onClick={() => void copy()}
            inner
          />
        </span>
      </div>
      {message.attachments && message.attachments.length > 0 && (
        <GivenChips attachments={message.attachments} />
      )}
      <div class="question-text">{message.text}</div>
    </>
  );
}
