import type { ModelStatusReport } from '../../runtime/protocol/schemas.ts';
import { bytes } from '../format.ts';
import { usePanel } from '../panel.ts';
import type { ModelsState } from '../state/types.ts';
import { Disclosure } from './disclosure.tsx';
import { PullProgressView } from './pullProgress.tsx';

/** One card with one main button, for what stands between the person and a model. Gone when a model is ready. */
export function ModelCard({ models }: { models: ModelsState }) {
  const panel = usePanel();
  const { report, pull, error } = models;
  if (pull && pull.state !== 'asking') return <PullProgressView pull={pull} />;
  if (!report) {
    if (!error) return null;
    return (
      <Card
        word={error.message}
        hint={error.hint}
        action={{ label: 'Try again', run: () => void panel.models.check() }}
      />
    );
  }
  if (pull) return <Consent name={pull.name} report={report} />;
  if (report.state === 'ready') return null;
  const { action } = report;
  return (
    <Card
      word={report.word}
      {...(report.message !== undefined && { message: report.message })}
      {...(report.hint !== undefined && { hint: report.hint })}
      action={{
        label: action?.label ?? 'Try again',
        run: () => (action ? panel.models.act(action) : void panel.models.check()),
      }}
    >
      {action?.kind === 'pull' && (
        <OtherModels report={report} {...(action.model !== undefined && { chosen: action.model })} />
      )}
    </Card>
  );
}

interface CardProps {
  word: string;
  message?: string;
  hint?: string;
  action: { label: string; run(): void };
  children?: preact.ComponentChildren;
}

function Card({ word, message, hint, action, children }: CardProps) {
  const words = [message, hint].filter((text) => text !== undefined && !text.startsWith(word));
  return (
    <section class="card" aria-label="Model">
      <p class="card-word">{word}</p>
      {words.map((text) => (
        <p key={text} class="hint">
          {text}
        </p>
      ))}
      <div class="card-buttons">
        <button type="button" class="button" onClick={action.run}>
          {action.label}
        </button>
      </div>
      {children}
    </section>
  );
}

function OtherModels({ report, chosen }: { report: ModelStatusReport; chosen?: string }) {
  const panel = usePanel();
  const others = report.suggestions.filter(({ name }) => name !== chosen);
  if (others.length === 0) return null;
  return (
    <Disclosure label="Other models">
      <ul class="suggestions" aria-label="Other models">
        {others.map(({ name, bytes: size, note }) => (
          <li key={name}>
            <button
              type="button"
              class="link"
              onClick={() => panel.dispatch({ type: 'pull', pull: { name, state: 'asking' } })}
            >
              {`${name} (${bytes(size)})`}
            </button>
            <span class="hint">{note}</span>
          </li>
        ))}
      </ul>
    </Disclosure>
  );
}

/** Asked before anything is downloaded: what, how much, by whom. */
function Consent({ name, report }: { name: string; report: ModelStatusReport }) {
  const panel = usePanel();
  const size = report.suggestions.find((suggestion) => suggestion.name === name)?.bytes;
  const amount = size === undefined ? '' : `, about ${bytes(size)},`;
  return (
    <section class="card" aria-label="Download">
      <p class="card-word">{`Pull ${name}?`}</p>
      <p class="hint">
        {`Ollama downloads ${name}${amount} from its library and keeps it on the machine where it runs.`}
      </p>
      <div class="card-buttons">
        <button type="button" class="button" onClick={() => void panel.models.pull(name)} ref={focusOnce}>
          {size === undefined ? 'Download' : `Download ${bytes(size)}`}
        </button>
        <button type="button" class="secondary-button" onClick={panel.models.dismissPull}>
          Not now
        </button>
      </div>
    </section>
  );
}

function focusOnce(button: HTMLButtonElement | null): void {
  button?.focus();
}
