import { useLayoutEffect, useRef } from 'preact/hooks';
import { lineSuffix } from '../format.ts';
import type { Cited } from './answerActions.ts';

const GAP_PX = 4;
/** As much of a piece as can be taken in at a glance. */
const MAX_LINES = 12;

/** The piece that a citation stands for, beside it. */
export function HoverCard({ reference, at }: Cited) {
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const left = Math.max(GAP_PX, Math.min(at.left, window.innerWidth - width - GAP_PX));
    const below = at.bottom + GAP_PX;
    const top = below + height > window.innerHeight ? Math.max(GAP_PX, at.top - height - GAP_PX) : below;
    element.style.setProperty('left', `${left}px`);
    element.style.setProperty('top', `${top}px`);
  }, [at]);
  const { path, text, kind } = reference;
  const lines = text.split('\n');
  return (
    <div class="hover-card" role="tooltip" ref={card}>
      <div class="hover-title">{path === undefined ? 'Memory' : `${path}${lineSuffix(reference)}`}</div>
      <div class={kind === 'memory' ? 'hover-text' : 'hover-text hover-code'}>
        {lines.slice(0, MAX_LINES).join('\n')}
        {lines.length > MAX_LINES && '\n…'}
      </div>
    </div>
  );
}
