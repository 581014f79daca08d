import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Reference } from '../../runtime/types/memory.ts';
import { type Panel, usePanel } from '../panel.ts';

/** How long a copied block says so. */
const DONE_MS = 1500;

/** The citation that is pointed at, and where it stands. */
export interface Cited {
  reference: Reference;
  at: DOMRect;
}

/** Hears the buttons and links inside an answer, which are plain HTML; tells which citation is pointed at. */
export function useAnswerActions(
  host: RefObject<HTMLElement>,
  references: readonly Reference[],
): Cited | undefined {
  const panel = usePanel();
  const [cited, setCited] = useState<Cited | undefined>(undefined);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const referenceOf = (button: HTMLElement) =>
      references.find(({ number }) => String(number) === button.dataset.number);
    const onClick = (event: Event) => {
      const button = actionOf(event.target);
      if (!button) return;
      const reference = referenceOf(button);
      if (reference) panel.openPlace(reference);
      else perform(panel, button);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setCited(undefined);
      if (event.key === 'Enter' && actionOf(event.target)?.tagName === 'A') onClick(event);
    };
    const onPoint = (event: Event) => {
      const button = actionOf(event.target);
      const reference = button && referenceOf(button);
      setCited(button && reference ? { reference, at: button.getBoundingClientRect() } : undefined);
    };
    const onLeave = () => setCited(undefined);
    element.addEventListener('click', onClick);
    element.addEventListener('keydown', onKey);
    element.addEventListener('pointerover', onPoint);
    element.addEventListener('pointerleave', onLeave);
    element.addEventListener('focusin', onPoint);
    element.addEventListener('focusout', onLeave);
    return () => {
      element.removeEventListener('click', onClick);
      element.removeEventListener('keydown', onKey);
      element.removeEventListener('pointerover', onPoint);
      element.removeEventListener('pointerleave', onLeave);
      element.removeEventListener('focusin', onPoint);
      element.removeEventListener('focusout', onLeave);
    };
  }, [host, panel, references]);
  return cited;
}

function actionOf(target: EventTarget | null): HTMLElement | undefined {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-do]') ?? undefined) : undefined;
}

function perform(panel: Panel, button: HTMLElement): void {
  const { do: what, url, path, line, endLine } = button.dataset;
  const code = button.closest('.code-block')?.querySelector('code')?.textContent ?? '';
  if (what === 'copy') {
    void panel.editor('editor/copy', { text: code }).then((copied) => copied && showCopied(panel, button));
  } else if (what === 'insert') void panel.editor('editor/insert', { text: code });
  else if (what === 'browse' && url !== undefined) void panel.editor('editor/browse', { url });
  else if (what === 'open' && path !== undefined) {
    panel.openPlace({
      path,
      ...(line !== undefined && { startLine: Number(line) }),
      ...(endLine !== undefined && { endLine: Number(endLine) }),
    });
  }
}

function showCopied(panel: Panel, button: HTMLElement): void {
  panel.say('Copied.');
  const icon = button.querySelector('.codicon');
  icon?.classList.replace('codicon-copy', 'codicon-check');
  setTimeout(() => icon?.classList.replace('codicon-check', 'codicon-copy'), DONE_MS);
}
