import { usePanel } from '../panel.ts';
import type { RoomsState, ShellState } from '../state/types.ts';
import { Icon } from './icon.tsx';

/** Lines that say what is unusual here: no folder, no trust, a server that is away. */
export function Notices({ shell }: { shell: ShellState }) {
  const panel = usePanel();
  const { server, place } = shell;
  const showLog = () => void panel.editor('editor/showLog', {});
  const manageTrust = () => void panel.editor('editor/manageTrust', {});
  return (
    <div class="notices">
      {server.state === 'starting' && (
        <Notice icon="loading" spin text={server.message ?? 'Zoey is starting'} />
      )}
      {server.state === 'failed' && (
        <Notice icon="error" text={server.message ?? 'Zoey could not start. Nothing that was saved is lost.'}>
          <button type="button" class="link" onClick={showLog}>
            Show log
          </button>
        </Notice>
      )}
      {place && !place.workspace && (
        <Notice
          icon="info"
          text="No folder is open. What Zoey learns here is shared by all windows without a folder."
        />
      )}
      {place && !place.trusted && (
        <Notice
          icon="shield"
          text="This workspace is not trusted: Zoey reads only what you attach, and changes nothing."
        >
          <button type="button" class="link" onClick={manageTrust}>
            Manage trust
          </button>
        </Notice>
      )}
    </div>
  );
}

function Notice(props: { icon: string; spin?: boolean; text: string; children?: preact.ComponentChildren }) {
  return (
    <div class="notice">
      <Icon name={props.icon} spin={props.spin ?? false} />
      <span>
        {props.text} {props.children}
      </span>
    </div>
  );
}

/** A deletion can be taken back for a while. */
export function UndoBar({ rooms }: { rooms: RoomsState }) {
  const panel = usePanel();
  const { deleted } = rooms;
  if (!deleted) return null;
  return (
    <div class="undo">
      <span class="undo-text">{`Deleted ${deleted.title}`}</span>
      <button type="button" class="link" onClick={() => void panel.rooms.restore()}>
        Undo
      </button>
    </div>
  );
}

/** Never a blank view: said while the extension does not answer. */
export function Waiting({ silent }: { silent: boolean }) {
  return (
    <main class="waiting">
      {silent && (
        <>
          <p>Zoey does not answer yet. Trying again.</p>
          <p class="hint">If this stays, reload the window. Nothing that was saved is lost.</p>
        </>
      )}
    </main>
  );
}
