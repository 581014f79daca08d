import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { moveByArrows } from './popup.tsx';

const GAP_PX = 4;

export interface MenuEntry {
  icon: string;
  label: string;
  detail?: string;
  run(): void;
}

export interface CodeMenuProps {
  label: string;
  entries: readonly MenuEntry[];
  /** The button that opened it: the focus goes back there. */
  from: HTMLElement;
  onClose(): void;
}

/** What more can be done with a code block, or the files that it may be meant for; beside its button. */
export function CodeMenu({ label, entries, from, onClose }: CodeMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    const at = from.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const left = Math.max(GAP_PX, Math.min(at.right - width, window.innerWidth - width - GAP_PX));
    const below = at.bottom + GAP_PX;
    const top = below + height > window.innerHeight ? Math.max(GAP_PX, at.top - height - GAP_PX) : below;
    element.style.setProperty('left', `${left}px`);
    element.style.setProperty('top', `${top}px`);
    element.querySelector<HTMLElement>('.popup-item')?.focus();
    const onPointer = (event: Event) => {
      if (event.target instanceof Node && !element.contains(event.target)) onClose();
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [from, onClose]);
  const onKeyDown = (event: KeyboardEvent) => {
    // Not the keys of the message that it stands in.
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
      from.focus();
    } else moveByArrows(event);
  };
  return (
    <div
      class="popup code-menu"
      role="menu"
      aria-label={label}
      ref={menu}
      onKeyDown={onKeyDown}
      tabIndex={-1}
    >
      <div class="menu-title" aria-hidden="true">
        {label}
      </div>
      {entries.map((entry) => (
        <button
          key={entry.label}
          type="button"
          class="popup-item menu-item"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            onClose();
            from.focus();
            entry.run();
          }}
        >
          <Icon name={entry.icon} />
          <span class="menu-label">{entry.label}</span>
          {entry.detail !== undefined && <span class="menu-detail">{entry.detail}</span>}
        </button>
      ))}
    </div>
  );
}
