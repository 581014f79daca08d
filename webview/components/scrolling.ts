import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Anchor } from '../state/saved.ts';

/** Nearer to the end than this counts as at the end, so that a pixel of rounding does not let go. */
const END_PX = 24;
/** Nearer to an edge of what is drawn than this, more is drawn. */
const EDGE_PX = 800;

interface ScrollOptions {
  /** Where to begin; at the end where it is absent. */
  initial: Anchor | undefined;
  onEdge(edge: 'top' | 'bottom'): void;
  onAnchor(anchor: Anchor | undefined): void;
  /** An answer that comes at once is read from its start: the end is not gone to beyond that. */
  startOf: string | undefined;
}

/**
 * Keeps the reader's place: at the end while the answer grows if they were there, otherwise the first message
 * in view stays where it is, whatever is drawn or dropped around it.
 */
export function useScrolling(list: RefObject<HTMLElement>, options: ScrollOptions) {
  const { initial } = options;
  const latest = useRef(options);
  latest.current = options;
  const anchor = useRef(initial);
  const [atEnd, setAtEnd] = useState(initial === undefined);
  /** How high the content and how wide the list was at the last look; nothing before the first. */
  const before = useRef<{ height: number; width: number } | undefined>(undefined);

  /** Where the list stood when it was last looked at. */
  const top = useRef(0);

  const settle = useCallback(() => {
    const element = list.current;
    if (!element) return;
    if (anchor.current) restore(element, anchor.current);
    else {
      element.scrollTop = endOf(element, latest.current.startOf, before.current);
      // At the start of an answer, the place is kept from now on.
      anchor.current = distanceToEnd(element) <= END_PX ? undefined : firstInView(element);
      setAtEnd(anchor.current === undefined);
    }
    before.current = { height: element.scrollHeight, width: element.clientWidth };
    top.current = element.scrollTop;
  }, [list]);

  const look = useCallback(() => {
    const element = list.current;
    if (!element) return;
    top.current = element.scrollTop;
    anchor.current = distanceToEnd(element) <= END_PX ? undefined : firstInView(element);
  }, [list]);

  const note = useCallback(() => {
    const element = list.current;
    if (!element) return;
    look();
    setAtEnd(anchor.current === undefined);
    latest.current.onAnchor(anchor.current);
    if (element.scrollTop < EDGE_PX) latest.current.onEdge('top');
    if (distanceToEnd(element) < EDGE_PX) latest.current.onEdge('bottom');
  }, [list, look]);

  // While this runs the old messages still stand: a scroll whose event has not come yet must not be undone.
  if (list.current && list.current.scrollTop !== top.current) look();
  useLayoutEffect(settle);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    element.addEventListener('scroll', note, { passive: true });
    // Sizes change by streaming, by opening a line, by a wider panel: all of them keep the place.
    const observer = new ResizeObserver(() => settle());
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', note);
      observer.disconnect();
    };
  }, [list, note, settle]);

  const toEnd = useCallback(() => {
    anchor.current = undefined;
    before.current = undefined;
    setAtEnd(true);
    latest.current.onAnchor(undefined);
    settle();
  }, [settle]);

  return { atEnd, toEnd };
}

/**
 * Where to go for who is at the end: there, but not past the start of what came at once: of the message
 * `startOf`, or of the last one where more than a view's height was added in one go.
 */
function endOf(
  element: HTMLElement,
  startOf: string | undefined,
  before: { height: number; width: number } | undefined,
): number {
  const { scrollHeight, clientHeight, clientWidth } = element;
  const grown = before && before.width === clientWidth ? scrollHeight - before.height : 0;
  const messages = element.querySelectorAll<HTMLElement>('.message');
  const last = messages[messages.length - 1];
  const pinned = last && (last.dataset.id === startOf || grown > clientHeight);
  if (!pinned) return scrollHeight;
  const top = last.getBoundingClientRect().top - element.getBoundingClientRect().top + element.scrollTop;
  return Math.min(scrollHeight - clientHeight, Math.floor(top));
}

function distanceToEnd(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

function restore(element: HTMLElement, anchor: Anchor): void {
  const message = element.querySelector(`[data-id="${CSS.escape(anchor.id)}"]`);
  if (!message) return;
  const moved = message.getBoundingClientRect().top - element.getBoundingClientRect().top - anchor.offset;
  if (Math.abs(moved) >= 1) element.scrollTop += moved;
}

function firstInView(element: HTMLElement): Anchor | undefined {
  const top = element.getBoundingClientRect().top;
  for (const message of element.querySelectorAll<HTMLElement>('.message')) {
    const box = message.getBoundingClientRect();
    const { id } = message.dataset;
    if (box.bottom > top && id !== undefined) return { id, offset: box.top - top };
  }
  return undefined;
}
