import { useRef, useState } from 'preact/hooks';
import type { RoomSummary } from '../../runtime/protocol/schemas.ts';
import { shortTime } from '../format.ts';
import { usePanel } from '../panel.ts';
import { Highlighted } from './highlighted.tsx';
import { Icon, IconButton } from './icon.tsx';

interface RoomRowProps {
  room: RoomSummary;
  current: boolean;
  query: string;
  now: number;
}

/** A conversation in a list: opens it; pin, rename and delete stand at its end. */
export function RoomRow({ room, current, query, now }: RoomRowProps) {
  const panel = usePanel();
  const [renaming, setRenaming] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const openButton = () => row.current?.querySelector<HTMLElement>('.popup-item');

  const open = () => {
    void panel.chat.open(room.id, room);
    panel.focusComposer();
  };
  const remove = () => {
    const beside = row.current?.nextElementSibling ?? row.current?.previousElementSibling;
    const list = row.current?.closest('.rooms');
    void panel.rooms.remove(room);
    (beside?.querySelector<HTMLElement>('.popup-item') ?? list?.querySelector<HTMLElement>('input'))?.focus();
  };
  const rename = (title: string) => {
    setRenaming(false);
    requestAnimationFrame(() => openButton()?.focus());
    if (title.trim() !== '' && title !== room.title) void panel.rooms.change(room, { title: title.trim() });
  };

  return (
    <li class={`room ${current ? 'current' : ''}`} ref={row}>
      {renaming ? (
        <RenameField title={room.title} onDone={rename} />
      ) : (
        <>
          <button type="button" class="popup-item" aria-current={current ? 'true' : 'false'} onClick={open}>
            <span class="room-line">
              {room.pinned && <Icon name="pinned" />}
              <span class="room-title" title={room.title}>
                <Highlighted text={room.title} query={query} />
              </span>
              <span class="room-time">{shortTime(room.updatedAt, now)}</span>
            </span>
            {room.snippet !== undefined && (
              <span class="room-snippet">
                <Highlighted text={room.snippet} query={query} />
              </span>
            )}
          </button>
          <span class="room-actions">
            <IconButton
              icon={room.pinned ? 'pinned' : 'pin'}
              label={`${room.pinned ? 'Unpin' : 'Pin'} ${room.title}`}
              onClick={() => void panel.rooms.change(room, { pinned: !room.pinned })}
            />
            <IconButton icon="edit" label={`Rename ${room.title}`} onClick={() => setRenaming(true)} />
            <IconButton icon="trash" label={`Delete ${room.title}`} onClick={remove} />
          </span>
        </>
      )}
    </li>
  );
}

function RenameField({ title, onDone }: { title: string; onDone(title: string): void }) {
  const [value, setValue] = useState(title);
  const over = useRef(false);
  // A field that goes away loses the focus, and would be heard twice.
  const finish = (result: string) => {
    if (over.current) return;
    over.current = true;
    onDone(result);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') finish(value);
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    finish(title);
  };
  return (
    <input
      class="field"
      aria-label={`New title of ${title}`}
      value={value}
      maxLength={200}
      ref={focusAll}
      onInput={(event) => setValue(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(value)}
    />
  );
}

/** Once, as the field appears. */
function focusAll(field: HTMLInputElement | null): void {
  if (!field || document.activeElement === field) return;
  field.focus();
  field.select();
}
