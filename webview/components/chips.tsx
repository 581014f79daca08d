import type { Attachment } from '../../runtime/types/memory.ts';
import { iconOf } from '../complete/icons.ts';
import { baseName, lineSuffix, placeLabel, thousands, tokensOf } from '../format.ts';
import { usePanel } from '../panel.ts';
import { isPlace } from '../state/composer.ts';
import { Icon, IconButton } from './icon.tsx';

/** "client.ts:40-62", "net/", "Staged changes". */
function labelOf(attachment: Attachment): string {
  const { kind, path, label } = attachment;
  if (label !== undefined) return label;
  if (kind === 'folder') return `${baseName(path)}/`;
  return kind === 'memory' ? 'Memory' : placeLabel(attachment);
}

function titleOf(attachment: Attachment): string {
  const { kind, path, label } = attachment;
  const tokens = tokensOf(attachment);
  const place =
    isPlace(attachment) || kind === 'folder' ? `${path}${lineSuffix(attachment)}` : (label ?? path);
  return tokens === undefined ? place : `${place}, about ${thousands(tokens)} tokens`;
}

function keyOf(attachment: Attachment): string {
  const { kind, path, memoryId = '' } = attachment;
  return `${kind} ${path}${lineSuffix(attachment)} ${memoryId}`;
}

function ChipBody({ attachment }: { attachment: Attachment }) {
  const tokens = tokensOf(attachment);
  return (
    <>
      <Icon name={iconOf(attachment.kind)} />
      <span class="chip-text">{labelOf(attachment)}</span>
      {tokens !== undefined && (
        <span class="chip-tokens" aria-hidden="true">
          {thousands(tokens)}
        </span>
      )}
    </>
  );
}

/** What was given along with a message; each that is a place opens it. */
export function GivenChips({ attachments }: { attachments: readonly Attachment[] }) {
  const panel = usePanel();
  return (
    <span class="chips">
      {attachments.map((attachment) =>
        isPlace(attachment) ? (
          <button
            key={keyOf(attachment)}
            type="button"
            class="chip"
            tabIndex={-1}
            title={titleOf(attachment)}
            onClick={() => panel.openPlace(attachment)}
          >
            <ChipBody attachment={attachment} />
          </button>
        ) : (
          <span key={keyOf(attachment)} class="chip" title={titleOf(attachment)}>
            <ChipBody attachment={attachment} />
          </span>
        ),
      )}
    </span>
  );
}

/** What will be given along, each removable, and what the editor offers. */
export function DraftChips(props: { attachments: readonly Attachment[]; offered?: Attachment }) {
  const panel = usePanel();
  const { attachments, offered } = props;
  if (attachments.length === 0 && !offered) return null;
  const detach = (index: number) => {
    panel.dispatch({ type: 'detach', index });
    panel.focusComposer();
  };
  return (
    <div class="chips draft-chips">
      {attachments.map((attachment, index) => (
        <span key={keyOf(attachment)} class="chip" title={titleOf(attachment)}>
          <ChipBody attachment={attachment} />
          <IconButton icon="close" label={`Remove ${labelOf(attachment)}`} onClick={() => detach(index)} />
        </span>
      ))}
      {offered && <GhostChip offered={offered} />}
    </div>
  );
}

function GhostChip({ offered }: { offered: Attachment }) {
  const panel = usePanel();
  const label = placeLabel(offered);
  const attach = () => {
    panel.dispatch({ type: 'attach', attachment: offered });
    panel.say(`Added ${label}.`);
    panel.focusComposer();
  };
  return (
    <button
      type="button"
      class="chip ghost"
      title={`Add ${offered.path}`}
      aria-label={`Add ${label}`}
      onClick={attach}
    >
      <Icon name="add" />
      <span class="chip-text">{label}</span>
    </button>
  );
}
