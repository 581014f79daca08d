import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useCompletion } from '../complete/useCompletion.ts';
import { usePanel } from '../panel.ts';
import type { ChatState, Draft } from '../state/types.ts';
import { choiceId, LIST_ID, Suggestions } from './suggestions.tsx';

/** The text of a message, with a list over it while a command or a mention is typed. */
export function Field({ draft, chat }: { draft: Draft; chat: ChatState }) {
  const panel = usePanel();
  const field = useRef<HTMLTextAreaElement>(null);
  const caretAt = useRef<number | undefined>(undefined);
  const editing = draft.editing?.id;
  useEffect(() => {
    const element = field.current;
    if (editing !== undefined && element)
      element.setSelectionRange(element.value.length, element.value.length);
  }, [editing]);
  useLayoutEffect(() => {
    const caret = caretAt.current;
    caretAt.current = undefined;
    if (caret !== undefined) field.current?.setSelectionRange(caret, caret);
  });

  const put = useCallback(
    (text: string, caret: number) => {
      caretAt.current = caret;
      panel.dispatch({ type: 'draftText', text });
      completionLook.current(caret);
      field.current?.focus();
    },
    [panel],
  );
  const completion = useCompletion(draft.text, put);
  const completionLook = useRef(completion.look);
  completionLook.current = completion.look;
  const { open, choices, active, close } = completion;
  const listed = open && choices.length > 0;

  const submit = () => {
    if (chat.turn) panel.say('The answer is still being written. Stop it first, or wait.');
    else panel.chat.sendDraft();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (completion.key(event, submit)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && draft.text === '' && !chat.turn) {
      const last = chat.messages.findLast(({ role }) => role === 'user');
      if (!last) return;
      event.preventDefault();
      panel.dispatch({ type: 'edit', message: last });
    }
  };
  return (
    <>
      <textarea
        ref={field}
        rows={1}
        value={draft.text}
        placeholder="Ask about your code…"
        aria-label="Message to Zoey"
        aria-autocomplete="list"
        {...(listed && { 'aria-controls': LIST_ID, 'aria-activedescendant': choiceId(active) })}
        maxLength={200_000}
        onInput={(event) => {
          panel.dispatch({ type: 'draftText', text: event.currentTarget.value });
          completion.look(event.currentTarget.selectionStart);
          panel.models.warm();
        }}
        onSelect={(event) => completion.look(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {open && <Suggestions completion={completion} />}
    </>
  );
}
