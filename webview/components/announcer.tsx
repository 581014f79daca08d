import { useEffect, useRef, useState } from 'preact/hooks';
import { spoken } from '../sentences.ts';
import type { ChatState, ShellState } from '../state/types.ts';

/** So many sentences stay in the region; a screen reader has said the older ones. */
const KEPT = 8;

/** Says an answer sentence by sentence as it comes, and once that it is at its end. */
export function AnswerAnnouncer({ chat }: { chat: ChatState }) {
  const said = useRef({ id: '', upTo: 0, ended: true, lines: 0 });
  const [lines, setLines] = useState<{ key: number; text: string }[]>([]);
  const { turn, messages } = chat;
  const reply = turn?.replyId === undefined ? undefined : messages.find(({ id }) => id === turn.replyId);
  const last = messages.at(-1);
  const from = turn?.readFrom;

  useEffect(() => {
    const now = said.current;
    const add = (sentences: string[]) => {
      if (sentences.length === 0) return;
      const fresh = sentences.map((text) => ({ key: ++now.lines, text }));
      setLines((before) => [...before, ...fresh].slice(-KEPT));
    };
    if (reply && from !== undefined) {
      // What stood there before this panel watched is not said again.
      if (now.id !== reply.id || now.ended) Object.assign(now, { id: reply.id, upTo: from, ended: false });
      const { sentences, upTo } = spoken(reply.text, now.upTo, false);
      now.upTo = upTo;
      add(sentences);
    } else if (!reply && !now.ended && last?.id === now.id) {
      now.ended = true;
      const { sentences } = spoken(last.text, now.upTo, true);
      add([...sentences, last.status === 'complete' ? 'End of the answer.' : 'The answer stopped.']);
    }
  }, [reply, last, from]);

  return (
    <div class="heard" aria-live="polite" data-heard="answer">
      {lines.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}

/** Says changes of state: what the turn is doing, what the server is doing, what a button did. */
export function StatusAnnouncer({ chat, shell }: { chat: ChatState; shell: ShellState }) {
  const [text, setText] = useState('');
  const work = chat.turn?.work?.text;
  const { status, server } = shell;
  useEffect(() => {
    if (work !== undefined) setText(work);
  }, [work]);
  useEffect(() => {
    if (server.state !== 'running')
      setText(server.message ?? (server.state === 'starting' ? 'Zoey is starting' : 'Zoey could not start'));
  }, [server]);
  useEffect(() => setText(status.text), [status]);
  return (
    <div class="heard" role="status">
      {text}
    </div>
  );
}
