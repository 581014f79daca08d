import { useEffect, useRef } from 'preact/hooks';
import { approximateTokens, contextSize, thousands } from '../format.ts';
import { usePanel } from '../panel.ts';
import { currentDraft, samePiece } from '../state/composer.ts';
import type { ChatState, ComposerState, Draft, ModelsState } from '../state/types.ts';
import { DraftChips } from './chips.tsx';
import { Icon, IconButton } from './icon.tsx';
import { ModelPicker } from './modelPicker.tsx';

interface ComposerProps {
  composer: ComposerState;
  chat: ChatState;
  models: ModelsState;
  picking: boolean;
}

/** Where the person writes: pieces to give along, the text, the model, how full its context gets, and send. */
export function Composer({ composer, chat, models, picking }: ComposerProps) {
  const panel = usePanel();
  const draft = currentDraft(composer);
  const { turn } = chat;
  const offered = offeredPiece(composer, draft);
  const empty = draft.text.trim() === '';
  return (
    <div class="composer">
      {draft.editing && (
        <div class="editing">
          <span>Editing a message. What follows it is replaced.</span>
          <IconButton
            icon="close"
            label="Cancel editing"
            onClick={() => {
              panel.dispatch({ type: 'editCancelled' });
              panel.focusComposer();
            }}
          />
        </div>
      )}
      <div class="composer-box">
        <DraftChips attachments={draft.attachments} {...(offered && { offered })} />
        <Field draft={draft} chat={chat} />
        <div class="composer-bar">
          <ModelButton models={models} picking={picking} />
          <ContextMeter draft={draft} models={models} />
          <span class="grow" />
          {turn ? (
            <IconButton
              class="send"
              icon="debug-stop"
              label="Stop the answer"
              disabled={turn.stopping}
              onClick={panel.chat.stop}
            />
          ) : (
            <IconButton
              class="send"
              icon="send"
              label="Send"
              disabled={empty}
              onClick={panel.chat.sendDraft}
            />
          )}
        </div>
      </div>
      {picking && <ModelPicker models={models} />}
    </div>
  );
}

/** The selection rather than the whole file; nothing that is given already. */
function offeredPiece(composer: ComposerState, draft: Draft) {
  const { selection, file } = composer.offered;
  const offered = selection ?? file;
  return offered && !draft.attachments.some((given) => samePiece(given, offered)) ? offered : undefined;
}

function Field({ draft, chat }: { draft: Draft; chat: ChatState }) {
  const panel = usePanel();
  const field = useRef<HTMLTextAreaElement>(null);
  const editing = draft.editing?.id;
  useEffect(() => {
    const element = field.current;
    if (editing !== undefined && element)
      element.setSelectionRange(element.value.length, element.value.length);
  }, [editing]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (chat.turn) panel.say('The answer is still being written. Stop it first, or wait.');
      else panel.chat.sendDraft();
    }
    if (event.key === 'ArrowUp' && draft.text === '' && !chat.turn) {
      const last = chat.messages.findLast(({ role }) => role === 'user');
      if (!last) return;
      event.preventDefault();
      panel.dispatch({ type: 'edit', message: last });
    }
  };
  return (
    <textarea
      ref={field}
      rows={1}
      value={draft.text}
      placeholder="Ask about your code…"
      aria-label="Message to Zoey"
      maxLength={200_000}
      onInput={(event) => {
        panel.dispatch({ type: 'draftText', text: event.currentTarget.value });
        panel.models.warm();
      }}
      onKeyDown={onKeyDown}
    />
  );
}

function ModelButton({ models, picking }: { models: ModelsState; picking: boolean }) {
  const panel = usePanel();
  const name = models.report?.model?.name ?? 'No model';
  const toggle = () => {
    panel.dispatch(picking ? { type: 'popup' } : { type: 'popup', popup: 'models' });
  };
  return (
    <button
      type="button"
      class="quiet-button model-button"
      data-opens-popup
      aria-haspopup="dialog"
      aria-expanded={picking}
      aria-label={`Model: ${name}`}
      title={`Model: ${name}`}
      onClick={toggle}
    >
      <span class="model-name">{name}</span>
      <Icon name="chevron-down" />
    </button>
  );
}

/** How much of the model's context the draft and its pieces take: an estimate, and called so. */
function ContextMeter({ draft, models }: { draft: Draft; models: ModelsState }) {
  const limit = models.report?.contextTokens;
  if (limit === undefined) return null;
  const pieces = draft.attachments.map(({ text }) => approximateTokens(text ?? ''));
  const used = pieces.reduce((sum, tokens) => sum + tokens, approximateTokens(draft.text));
  const unread = draft.attachments.some(({ text }) => text === undefined)
    ? ', and files that are read when it is sent'
    : '';
  const label = `About ${thousands(used)} of ${contextSize(limit)} tokens: this message and its pieces${unread}`;
  return (
    <span class={`meter ${used > limit ? 'over' : ''}`} title={label}>
      <meter class="meter-bar" aria-label={label} min={0} max={limit} value={Math.min(used, limit)} />
      <span class="meter-text" aria-hidden="true">
        {`~${thousands(used)}${unread && '+'}/${contextSize(limit)}`}
      </span>
    </span>
  );
}
