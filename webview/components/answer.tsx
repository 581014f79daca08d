import { useState } from 'preact/hooks';
import type { Message } from '../../runtime/protocol/schemas.ts';
import { duration } from '../format.ts';
import type { Turn } from '../state/types.ts';
import { AnswerFooter } from './answerFooter.tsx';
import { AnswerText } from './answerText.tsx';
import { Disclosure } from './disclosure.tsx';
import { Outcome } from './outcome.tsx';
import { Looked } from './references.tsx';
import { Why } from './why.tsx';
import { WorkLine } from './workLine.tsx';

/** An answer: the line of work, the thinking, the words, how it ended, and what can be done with it. */
export function Answer({
  message,
  turn,
  last,
}: {
  message: Message;
  turn?: Turn | undefined;
  last: boolean;
}) {
  const [why, setWhy] = useState(false);
  const streaming = turn?.replyId === message.id;
  const { references, thinking, text } = message;
  return (
    <>
      {references && references.length > 0 && <Looked references={references} />}
      {thinking && <Thinking message={message} streaming={streaming} />}
      {streaming && turn.work && <WorkLine work={turn.work} stopping={turn.stopping} />}
      {text !== '' && <AnswerText text={text} streaming={streaming} references={references} />}
      {!streaming && <Outcome message={message} last={last} />}
      {!streaming && <AnswerFooter message={message} last={last} why={why} onWhy={() => setWhy(!why)} />}
      {why && <Why message={message} />}
    </>
  );
}

function Thinking({ message, streaming }: { message: Message; streaming: boolean }) {
  const { thinking, thinkingMs, text } = message;
  const now = streaming && text === '';
  const spent = thinkingMs === undefined ? '' : ` for ${duration(thinkingMs)}`;
  return (
    <Disclosure label={now ? 'Its thoughts so far' : `Thought${spent}`} class="thinking" inner>
      <div class="thinking-text">{thinking}</div>
    </Disclosure>
  );
}
