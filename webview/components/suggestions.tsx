import { useEffect, useRef } from 'preact/hooks';
import type { Completion } from '../complete/useCompletion.ts';
import { Icon } from './icon.tsx';

export const LIST_ID = 'suggestions';

export function choiceId(index: number): string {
  return `suggestion-${index}`;
}

/** The list over the composer. The focus stays in the text, which names the active line. */
export function Suggestions({ completion }: { completion: Completion }) {
  const { choices, busy, active, word, take } = completion;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active, choices]);
  if (choices.length === 0) return <p class="popup completion note">{word}</p>;
  return (
    <div
      class="popup completion"
      id={LIST_ID}
      role="listbox"
      aria-label="Suggestions"
      aria-busy={busy}
      ref={list}
    >
      {choices.map((choice, index) => (
        <div
          key={`${choice.label} ${choice.detail}`}
          id={choiceId(index)}
          class={`choice ${choice.icon === undefined ? 'command' : ''}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          title={`${choice.label} ${choice.detail}`}
          // The text keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(choice)}
          onKeyDown={(event) => event.key === 'Enter' && take(choice)}
        >
          {choice.icon !== undefined && <Icon name={choice.icon} />}
          <span class="choice-label">{choice.label}</span>
          <span class="choice-detail">{choice.detail}</span>
        </div>
      ))}
    </div>
  );
}
