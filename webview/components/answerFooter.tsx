import type { Message } from '../../runtime/protocol/schemas.ts';
import { usePanel } from '../panel.ts';
import { useDone } from './hooks.ts';
import { IconButton } from './icon.tsx';

interface AnswerFooterProps {
  message: Message;
  last: boolean;
  why: boolean;
  onWhy(): void;
}

/** Who wrote it and how fast; copy, retry, and why. Its room is always kept, so that showing it moves nothing. */
export function AnswerFooter({ message, last, why, onWhy }: AnswerFooterProps) {
  const panel = usePanel();
  const [copied, markCopied] = useDone();
  const { model, usage, text } = message;
  const speed = usage && usage.tokensPerSecond > 0 ? `${Math.round(usage.tokensPerSecond)} tokens/s` : '';
  const copy = async () => {
    if (!(await panel.editor('editor/copy', { text }))) return;
    markCopied();
    panel.say('Copied.');
  };
  return (
    <div class={`message-footer ${last ? 'last' : ''}`}>
      <span class="footer-text">{[model ?? 'No model', speed].filter(Boolean).join(' · ')}</span>
      {text !== '' && (
        <IconButton icon={copied ? 'check' : 'copy'} label="Copy answer" onClick={() => void copy()} inner />
      )}
      <IconButton icon="refresh" label="Ask again" onClick={() => panel.chat.retry(message)} inner />
      <button
        type="button"
        class="quiet-button why-button"
        tabIndex={-1}
        aria-expanded={why}
        aria-label="Why this answer?"
        title="Why this answer?"
        onClick={onWhy}
      >
        Why?
      </button>
    </div>
  );
}
