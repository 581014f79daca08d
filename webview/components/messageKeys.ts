/** What Enter enters in a message, and the arrows walk through. */
const ACTIONS = 'button:not([disabled]), a[role="link"], pre[tabindex], .table[tabindex]';

/**
 * Keys in the list of messages: arrows from message to message, Enter into a message's actions, arrows and Tab
 * among them, Escape back to the message. Returns true where the key was used.
 */
export function messageKey(event: KeyboardEvent): boolean {
  const { target, currentTarget, key } = event;
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return false;
  const message = target.closest<HTMLElement>('.message');
  if (!message || event.ctrlKey || event.metaKey || event.altKey) return false;
  const to =
    target === message ? fromMessage(key, message, currentTarget) : fromAction(event, target, message);
  if (!to) return false;
  event.preventDefault();
  event.stopPropagation();
  to.focus();
  to.scrollIntoView({ block: 'nearest' });
  return true;
}

function fromMessage(key: string, message: HTMLElement, list: HTMLElement): HTMLElement | undefined {
  if (key === 'Enter') return actionsOf(message)[0];
  const messages = [...list.querySelectorAll<HTMLElement>('.message')];
  const at = messages.indexOf(message);
  const steps: Record<string, number> = {
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    Home: 0,
    End: messages.length - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : messages[next];
}

function fromAction(
  event: KeyboardEvent,
  target: HTMLElement,
  message: HTMLElement,
): HTMLElement | undefined {
  if (event.key === 'Escape') return message;
  const scrolls = target.matches('pre, .table') && event.key.startsWith('Arrow');
  if (scrolls) return undefined;
  const back =
    event.key === 'ArrowLeft' || event.key === 'ArrowUp' || (event.key === 'Tab' && event.shiftKey);
  const forward =
    event.key === 'ArrowRight' || event.key === 'ArrowDown' || (event.key === 'Tab' && !event.shiftKey);
  if (!back && !forward) return undefined;
  const actions = actionsOf(message);
  const next = actions[actions.indexOf(target) + (forward ? 1 : -1)];
  return next ?? (back ? message : undefined);
}

function actionsOf(message: HTMLElement): HTMLElement[] {
  return [...message.querySelectorAll<HTMLElement>(ACTIONS)].filter((action) => action.checkVisibility());
}
