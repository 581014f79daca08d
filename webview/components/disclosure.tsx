import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

/** One quiet line that opens to what is behind it. */
export function Disclosure(props: { label: string; class?: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div class={`disclosure ${props.class ?? ''}`}>
      <button
        type="button"
        class="disclosure-button"
        tabIndex={-1}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'chevron-down' : 'chevron-right'} />
        {props.label}
      </button>
      <div id={id} hidden={!open} class="disclosure-body">
        {open && props.children}
      </div>
    </div>
  );
}
