import { useEffect, useRef, useState } from 'preact/hooks';
import { usePanel } from '../panel.ts';

/** A word is asked for once typing rests so long. */
const REST_MS = 120;

/** Search as you type over all words of all conversations. */
export function SearchField({ query }: { query: string }) {
  const panel = usePanel();
  const [text, setText] = useState(query);
  const asked = useRef(query);
  useEffect(() => {
    if (text === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = text;
      void panel.rooms.ask(text.trim());
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [panel, text]);
  return (
    <div class="search">
      <input
        class="field"
        type="search"
        placeholder="Search conversations"
        aria-label="Search conversations"
        value={text}
        maxLength={500}
        data-first
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </div>
  );
}
