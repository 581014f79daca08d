import { bytes } from '../format.ts';
import { usePanel } from '../panel.ts';
import type { Pull } from '../state/types.ts';

const WORDS = { asking: 'Pulling', running: 'Pulling', paused: 'Paused:', failed: 'Could not pull' } as const;

/** A download: how far it is in bytes, and what can be done with it. */
export function PullProgressView({ pull }: { pull: Pull }) {
  const panel = usePanel();
  const { name, state, progress, error } = pull;
  const total = progress?.total ?? 0;
  const known = total > 0 && progress !== undefined;
  const running = state === 'running';
  return (
    <section class="card" aria-label={`Download of ${name}`}>
      <p class="card-word">{`${WORDS[state]} ${name}`}</p>
      <progress
        class="progress"
        aria-label={`Download of ${name}`}
        {...(known && { max: total, value: progress.completed })}
        {...(!known && !running && { max: 1, value: 0 })}
      />
      <p class="hint">
        {known ? `${bytes(progress.completed)} of ${bytes(total)}` : (progress?.status ?? 'Starting')}
      </p>
      {error && <p class="hint">{`${error.message} ${error.hint}`}</p>}
      {state === 'paused' && <p class="hint">What came is kept.</p>}
      <div class="card-buttons">
        {running ? (
          <button type="button" class="secondary-button" onClick={panel.models.pausePull}>
            Cancel
          </button>
        ) : (
          <>
            <button type="button" class="button" onClick={() => void panel.models.pull(name)}>
              Resume
            </button>
            <button type="button" class="secondary-button" onClick={panel.models.dismissPull}>
              Not now
            </button>
          </>
        )}
      </div>
    </section>
  );
}
