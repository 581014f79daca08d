import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { usePanel } from '../panel.ts';

const ITEMS = 'input, .popup-item';

/** A small dialog beside its button: Esc and a click elsewhere close it, the focus goes back to where it was. */
export function Popup(props: { label: string; class: string; children: ComponentChildren }) {
  const panel = usePanel();
  const host = useRef<HTMLDivElement>(null);
  // With its appearance: the next key is meant for it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const inside = host.current;
    inside?.querySelector<HTMLElement>('[data-first], input, .popup-item')?.focus();
    const onPointer = (event: Event) => {
      const target = event.target;
      if (!(target instanceof Element) || inside?.contains(target) || target.closest('[data-opens-popup]'))
        return;
      panel.dispatch({ type: 'popup' });
    };
    document.addEventListener('pointerdown', onPointer);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      const active = document.activeElement;
      const lost = active === null || active === document.body || inside?.contains(active);
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [panel]);
  return (
    <div
      ref={host}
      class={`popup ${props.class}`}
      role="dialog"
      aria-label={props.label}
      onKeyDown={moveByArrows}
    >
      {props.children}
    </div>
  );
}

/** Up and Down move between the fields and rows of a list. */
export function moveByArrows(event: KeyboardEvent): void {
  const { currentTarget, key } = event;
  if (!(currentTarget instanceof HTMLElement) || (key !== 'ArrowDown' && key !== 'ArrowUp')) return;
  const items = [...currentTarget.querySelectorAll<HTMLElement>(ITEMS)];
  const row = document.activeElement?.closest('li')?.querySelector<HTMLElement>('.popup-item');
  const at = items.indexOf(row ?? (document.activeElement as HTMLElement));
  const next = items[at + (key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
