import { useEffect, useState } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import type { ChatState, RoomsState } from '../state/types.ts';
import { Icon } from './icon.tsx';
import { Popup } from './popup.tsx';
import { RoomRow } from './roomRow.tsx';
import { SearchField } from './searchField.tsx';

const RECENT = 8;

/** The title of the open conversation, and the way to the others. */
export function TitleBar({ chat, rooms, open }: { chat: ChatState; rooms: RoomsState; open: boolean }) {
  const panel = usePanel();
  const title = chat.room?.title || 'New conversation';
  const toggle = () => {
    panel.dispatch(open ? { type: 'popup' } : { type: 'popup', popup: 'rooms' });
  };
  return (
    <header class="title-bar">
      <h1>
        <button
          type="button"
          class="title-button"
          data-opens-popup
          aria-haspopup="dialog"
          aria-expanded={open}
          title={`${title}: switch conversation`}
          onClick={toggle}
        >
          <span class="title-text">{title}</span>
          <Icon name="chevron-down" />
        </button>
      </h1>
      {open && <Switcher rooms={rooms} {...(chat.roomId !== undefined && { roomId: chat.roomId })} />}
    </header>
  );
}

function Switcher({ rooms, roomId }: { rooms: RoomsState; roomId?: string }) {
  const panel = usePanel();
  const [now] = useState(() => Date.now());
  useEffect(() => void panel.rooms.ask(''), [panel]);
  const showAll = () => panel.dispatch({ type: 'view', view: 'history' });
  return (
    <Popup label="Conversations" class="switcher rooms">
      <SearchField query={rooms.query} />
      <ul class="room-list" aria-label="Recent conversations">
        {rooms.items.slice(0, RECENT).map((room) => (
          <RoomRow key={room.id} room={room} current={room.id === roomId} query={rooms.query} now={now} />
        ))}
      </ul>
      <RoomsNote rooms={rooms} />
      <button type="button" class="popup-item all-rooms" onClick={showAll}>
        <Icon name="history" />
        All conversations
      </button>
    </Popup>
  );
}

/** What stands where there are no conversations to show. */
export function RoomsNote({ rooms }: { rooms: RoomsState }) {
  if (rooms.error) return <p class="note">{`${rooms.error.message} ${rooms.error.hint}`}</p>;
  if (rooms.items.length > 0) return null;
  if (rooms.loading) return <p class="note">Looking</p>;
  return (
    <p class="note">{rooms.query ? 'No conversation holds all these words.' : 'No conversations yet.'}</p>
  );
}
