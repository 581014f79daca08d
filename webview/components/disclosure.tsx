import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface DisclosureProps {
  label: string;
  class?: string;
  /** Within a message, whose keys lead to it: no stop of its own for Tab. */
  inner?: boolean;
  children: ComponentChildren;
}

/** One quiet line that opens to what is behind it. */
export function Disclosure(props: DisclosureProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div class={`disclosure ${props.class ?? ''}`}>
      <button
        type="button"
        class="disclosure-button"
        {...(props.inner && { tabIndex: -1 })}
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
