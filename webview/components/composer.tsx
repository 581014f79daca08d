import { usePanel } from '../panel.ts';
import { currentDraft, samePiece } from '../state/composer.ts';
import type { ChatState, ComposerState, Draft, ModelsState } from '../state/types.ts';
import { DraftChips } from './chips.tsx';
import { ContextMeter } from './contextMeter.tsx';
import { Field } from './field.tsx';
import { Icon, IconButton } from './icon.tsx';
import { ModelPicker } from './modelPicker.tsx';

interface ComposerProps {
  composer: ComposerState;
  chat: ChatState;
  models: ModelsState;
  picking: boolean;
  /** What did not go, in words. */
  note: string | undefined;
}

/** Where the person writes: pieces to give along, the text, the model, how full its context gets, and send. */
export function Composer({ composer, chat, models, picking, note }: ComposerProps) {
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
      {note !== undefined && (
        <div class="editing">
          <span>{note}</span>
          <IconButton icon="close" label="Close" onClick={() => panel.dispatch({ type: 'note' })} />
        </div>
      )}
      <div class="composer-box">
        <DraftChips attachments={draft.attachments} {...(offered && { offered })} />
        <Field draft={draft} chat={chat} />
        <div class="composer-bar">
          <ModelButton models={models} picking={picking} />
          <ContextMeter draft={draft} chat={chat} models={models} />
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
