import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { RoomSummary } from '../../runtime/protocol/schemas.ts';
import { dayGroup } from '../format.ts';
import { usePanel } from '../panel.ts';
import type { RoomsState } from '../state/types.ts';
import { IconButton } from './icon.tsx';
import { moveByArrows } from './popup.tsx';
import { RoomRow } from './roomRow.tsx';
import { SearchField } from './searchField.tsx';
import { RoomsNote } from './titleBar.tsx';

/** All conversations, grouped by day, with search over their words. */
export function History({ rooms, roomId }: { rooms: RoomsState; roomId?: string }) {
  const panel = usePanel();
  const [now] = useState(() => Date.now());
  useEffect(() => void panel.rooms.ask(''), [panel]);
  useLayoutEffect(() => document.querySelector<HTMLElement>('.history input')?.focus(), []);
  return (
    <>
      <ViewHeader title="Conversations" />
      <main class="history rooms" onKeyDown={moveByArrows}>
        <SearchField query="" />
        <div class="scroll">
          {grouped(rooms.items, now).map(([name, items]) => (
            <section key={name} aria-label={name}>
              <h2 class="group">{name}</h2>
              <ul class="room-list">
                {items.map((room) => (
                  <RoomRow
                    key={room.id}
                    room={room}
                    current={room.id === roomId}
                    query={rooms.query}
                    now={now}
                  />
                ))}
              </ul>
            </section>
          ))}
          <RoomsNote rooms={rooms} />
          {rooms.next !== undefined && (
            <button type="button" class="quiet-button more" onClick={() => void panel.rooms.more()}>
              Show more
            </button>
          )}
        </div>
      </main>
    </>
  );
}

/** The head of a view that covers the conversation. */
export function ViewHeader({ title }: { title: string }) {
  const panel = usePanel();
  const back = () => {
    panel.dispatch({ type: 'view', view: 'chat' });
    panel.focusComposer();
  };
  return (
    <header class="title-bar">
      <IconButton icon="arrow-left" label="Back to the conversation" onClick={back} />
      <h1 class="view-title">{title}</h1>
    </header>
  );
}

function grouped(items: RoomSummary[], now: number): [string, RoomSummary[]][] {
  const groups = new Map<string, RoomSummary[]>();
  for (const room of items) {
    const name = room.pinned ? 'Pinned' : dayGroup(room.updatedAt, now);
    groups.set(name, [...(groups.get(name) ?? []), room]);
  }
  return [...groups];
}
