import type { Message } from '../../runtime/protocol/schemas.ts';
import type { WireError } from '../../runtime/types/errors.ts';
import { count, countWords } from '../format.ts';
import { type Panel, usePanel } from '../panel.ts';
import { Icon } from './icon.tsx';

/** How an answer ended, where it did not end well: what happened, what is kept, and one button. */
export function Outcome({ message, last }: { message: Message; last: boolean }) {
  const panel = usePanel();
  const { status, error, text } = message;
  if (status === 'complete') return null;
  const words = countWords(text);
  if (status === 'stopped') {
    const kept =
      words > 0 ? `Stopped after ${count(words, 'word')}. They are kept.` : 'Stopped before the first word.';
    const again = words > 0 ? goOn(panel, message) : retry(panel, message);
    return <Problem icon="circle-slash" message={kept} {...(last && { cure: again })} />;
  }
  if (words > 0) {
    const what = error?.message.replace(/\.$/, '') ?? 'The answer was cut off';
    const kept = `${stoppedAfter(error, what)} after ${count(words, 'word')}. They are kept.`;
    return (
      <Problem
        message={kept}
        {...(error && { hint: error.hint })}
        {...(last && { cure: goOn(panel, message) })}
      />
    );
  }
  if (!error)
    return <Problem message="The answer was cut off." {...(last && { cure: retry(panel, message) })} />;
  return (
    <Problem
      message={error.message}
      hint={error.hint}
      {...(last && { cure: cureOf(panel, error, retry(panel, message)) })}
    />
  );
}

function stoppedAfter(error: WireError | undefined, what: string): string {
  if (!error) return what;
  return error.code === 'model_stopped' ? 'The model stopped' : `${what},`;
}

export interface Cure {
  label: string;
  run(): void;
}

/** A failure in words, where the answer would stand. */
export function Problem(props: { message: string; hint?: string; icon?: string; cure?: Cure }) {
  const { message, hint, icon = 'warning', cure } = props;
  return (
    <div class="problem">
      <Icon name={icon} />
      <div class="problem-words">
        <p>{message}</p>
        {hint && <p class="hint">{hint}</p>}
        {cure && (
          <button type="button" class="secondary-button" tabIndex={-1} onClick={cure.run}>
            {cure.label}
          </button>
        )}
      </div>
    </div>
  );
}

function goOn(panel: Panel, message: Message): Cure {
  return { label: 'Go on', run: () => panel.chat.goOn(message) };
}

function retry(panel: Panel, message: Message): Cure {
  return { label: 'Try again', run: () => panel.chat.retry(message) };
}

/** The one button for a failure. What only the person can cure elsewhere leads there. */
export function cureOf(panel: Panel, error: WireError, again: Cure): Cure {
  switch (error.code) {
    case 'ollama_not_installed':
      return { label: 'Get Ollama', run: () => panel.models.act({ kind: 'install', label: '' }) };
    case 'ollama_not_running':
      return { label: 'Start Ollama', run: () => panel.models.act({ kind: 'start', label: '' }) };
    case 'ollama_too_old':
      return { label: 'Update Ollama', run: () => panel.models.act({ kind: 'update', label: '' }) };
    case 'ollama_wrong_address':
      return { label: 'Change address', run: () => panel.models.act({ kind: 'change_address', label: '' }) };
    case 'host_not_allowed':
      return { label: 'Allow this host', run: () => panel.models.act({ kind: 'allow_host', label: '' }) };
    case 'no_model':
    case 'model_not_found':
    case 'model_unsupported':
    case 'model_load_failed':
      return { label: 'Choose a model', run: () => panel.dispatch({ type: 'popup', popup: 'models' }) };
    case 'storage_read_only':
    case 'storage_corrupt':
    case 'storage_newer':
    case 'storage_failed':
      return { label: 'Show log', run: () => void panel.editor('editor/showLog', {}) };
    default:
      return again;
  }
}
