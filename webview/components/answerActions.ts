import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useState } from 'preact/hooks';
import type { Reference } from '../../runtime/types/memory.ts';
import { type Panel, usePanel } from '../panel.ts';
import { applyBlock, blockMenu, intoTerminal, type OpenMenu, type PressedBlock } from './codeActions.ts';

/** How long a copied block says so. */
const DONE_MS = 1500;

/** The citation that is pointed at, and where it stands. */
export interface Cited {
  reference: Reference;
  at: DOMRect;
}

/** A menu at the button of a code block. */
export interface BlockMenu extends OpenMenu {
  from: HTMLElement;
}

export interface AnswerActions {
  cited: Cited | undefined;
  menu: BlockMenu | undefined;
  closeMenu(): void;
}

/**
 * Hears the buttons and links inside an answer, which are plain HTML; tells which citation is pointed at, and
 * which menu is open.
 * @param beforeBlock the answer up to the code of a block
 */
export function useAnswerActions(
  host: RefObject<HTMLElement>,
  references: readonly Reference[],
  beforeBlock: (block: Element) => string,
): AnswerActions {
  const panel = usePanel();
  const [cited, setCited] = useState<Cited | undefined>(undefined);
  const [menu, setMenu] = useState<BlockMenu | undefined>(undefined);
  const closeMenu = useCallback(() => setMenu(undefined), []);
  // Before it is painted: what can be seen can be pressed.
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const referenceOf = (button: HTMLElement) =>
      references.find(({ number }) => String(number) === button.dataset.number);
    const onClick = (event: Event) => {
      const button = actionOf(event.target);
      if (!button) return;
      const reference = referenceOf(button);
      if (reference) panel.openPlace(reference);
      else perform(panel, button, { beforeBlock, choose: (opened) => setMenu({ ...opened, from: button }) });
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
  }, [host, panel, references, beforeBlock]);
  return { cited, menu, closeMenu };
}

function actionOf(target: EventTarget | null): HTMLElement | undefined {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-do]') ?? undefined) : undefined;
}

interface Answering {
  beforeBlock(block: Element): string;
  choose(menu: OpenMenu): void;
}

function perform(panel: Panel, button: HTMLElement, { beforeBlock, choose }: Answering): void {
  const { do: what, url, path, line, endLine } = button.dataset;
  const host = button.closest<HTMLElement>('.code-block');
  const code = host?.querySelector('code')?.textContent ?? '';
  const block = (): PressedBlock => ({
    code,
    fence: host?.dataset.fence ?? '',
    about: host?.dataset.about ?? '',
    before: host ? beforeBlock(host) : '',
  });
  if (what === 'copy') {
    void panel.editor('editor/copy', { text: code }).then((copied) => copied && showCopied(panel, button));
  } else if (what === 'insert') void panel.editor('editor/insert', { text: code });
  else if (what === 'apply') void applyBlock(panel, block(), choose);
  else if (what === 'terminal') void intoTerminal(panel, code);
  else if (what === 'more') choose(blockMenu(panel, block(), choose));
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
