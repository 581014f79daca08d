import type { Attachment } from '../../runtime/types/memory.ts';
import { lineSuffix, placeLabel } from '../format.ts';
import { usePanel } from '../panel.ts';
import { Icon, IconButton } from './icon.tsx';

function iconOf(attachment: Attachment): string {
  return attachment.kind === 'selection' ? 'list-selection' : 'file';
}

/** What was given along with a message; each opens its place. */
export function GivenChips({ attachments }: { attachments: readonly Attachment[] }) {
  const panel = usePanel();
  return (
    <span class="chips">
      {attachments.map((attachment) => (
        <button
          key={`${attachment.path}${lineSuffix(attachment)}`}
          type="button"
          class="chip"
          tabIndex={-1}
          title={`${attachment.path}${lineSuffix(attachment)}`}
          onClick={() => panel.openPlace(attachment)}
        >
          <Icon name={iconOf(attachment)} />
          <span class="chip-text">{placeLabel(attachment)}</span>
        </button>
      ))}
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
        <span key={`${attachment.path}${lineSuffix(attachment)}`} class="chip" title={attachment.path}>
          <Icon name={iconOf(attachment)} />
          <span class="chip-text">{placeLabel(attachment)}</span>
          <IconButton icon="close" label={`Remove ${placeLabel(attachment)}`} onClick={() => detach(index)} />
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
