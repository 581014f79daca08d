import type { ComponentChildren } from 'preact';

/** A codicon, for the eye alone. */
export function Icon({ name, spin = false }: { name: string; spin?: boolean }) {
  return <span class={`codicon codicon-${name}${spin ? ' codicon-modifier-spin' : ''}`} aria-hidden="true" />;
}

interface IconButtonProps {
  icon: string;
  /** Says what and on what: "Copy answer". */
  label: string;
  onClick(): void;
  disabled?: boolean;
  class?: string;
  /** In a message: reached by Enter from the message, not by Tab. */
  inner?: boolean;
  pressed?: boolean;
  children?: ComponentChildren;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, onClick, disabled = false, inner = false, pressed } = props;
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      {...(inner && { tabIndex: -1 })}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
    >
      <Icon name={icon} />
      {props.children}
    </button>
  );
}
