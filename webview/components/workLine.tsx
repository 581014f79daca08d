import type { Work } from '../../runtime/protocol/schemas.ts';
import { duration } from '../format.ts';
import { usePanel } from '../panel.ts';
import { useNow } from './hooks.ts';
import { Icon } from './icon.tsx';

/** The kinds of work that may last: they tell for how long. */
const TIMED: ReadonlySet<Work['kind']> = new Set(['loading', 'thinking', 'waiting']);

/** What the turn is doing, in words, with the seconds where it may last. */
export function WorkLine({ work, stopping }: { work: Work; stopping: boolean }) {
  const panel = usePanel();
  const timed = TIMED.has(work.kind);
  const now = useNow(timed);
  const { roomId } = work;
  const waitsFor = work.kind === 'waiting' && roomId !== undefined ? roomId : undefined;
  const seconds = now - work.since;
  const text = timed && seconds >= 1000 ? `${work.text}, ${duration(seconds)}` : work.text;
  return (
    <div class="work">
      <Icon name="loading" spin />
      <span class="work-words">
        <span>{stopping ? 'Stopping' : text}</span>
        {work.kind === 'loading' && !stopping && (
          <button type="button" class="quiet-button" tabIndex={-1} onClick={panel.chat.stop}>
            Stop
          </button>
        )}
        {waitsFor !== undefined && (
          <button
            type="button"
            class="quiet-button"
            tabIndex={-1}
            onClick={() => panel.chat.stopRoom(waitsFor)}
          >
            Stop that one
          </button>
        )}
      </span>
    </div>
  );
}
