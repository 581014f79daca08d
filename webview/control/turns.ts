import type { Input } from '../../runtime/protocol/contract.ts';
import type { ChatChunk, Message } from '../../runtime/protocol/schemas.ts';
import type { Uuid } from '../../runtime/types/primitives.ts';
import { toWireError } from '../errors.ts';
import type { Rpc } from '../rpc.ts';
import type { Outgoing } from '../state/types.ts';
import type { Store } from '../store.ts';
import { batchByFrame } from './frames.ts';

/** Of a message, as much as tells which command it begins with, in characters. */
const MAX_COMMAND = 100;

type Streaming = 'chat.send' | 'chat.continue' | 'chat.watch';

/** The stream of the open conversation, at most one at a time. */
export interface Turns {
  send(input: Outgoing, fromComposer: boolean): void;
  /** Follows an answer that another panel or an earlier one asked for, to its end. */
  watch(roomId: Uuid, replyId: Uuid): Promise<void>;
  goOn(reply: Message): void;
  /** Turns to another conversation. A watch is ended; what was sent goes on unseen. */
  leave(): void;
  /** Cancels the request itself. */
  abort(): void;
}

export function createTurns(rpc: Rpc, store: Store, onEnd: () => void): Turns {
  let tokens = 0;
  let current: { abort: AbortController; name: Streaming } | undefined;

  const follow = async <N extends Streaming>(
    name: N,
    prepare: (signal: AbortSignal) => Input<N> | Promise<Input<N>>,
    token: number,
  ): Promise<void> => {
    const own = { abort: new AbortController(), name };
    current = own;
    const batch = batchByFrame<ChatChunk>((chunks) => store.dispatch({ type: 'chunks', token, chunks }));
    try {
      const input = await prepare(own.abort.signal);
      const onChunk = (chunk: ChatChunk) => batch.push(chunk);
      await rpc.invoke<Streaming>(name, input, { signal: own.abort.signal, onChunk });
      batch.flush();
      store.dispatch({ type: 'turnEnded', token });
    } catch (error) {
      batch.flush();
      store.dispatch({ type: 'turnFailed', token, error: toWireError(error) });
      throw error;
    } finally {
      if (current === own) current = undefined;
      onEnd();
    }
  };

  /** What the editor has goes along as it is now. */
  const resolved = async (input: Outgoing, signal: AbortSignal): Promise<Outgoing> => {
    const { attachments, text } = input;
    if (attachments.length === 0 && !text.startsWith('/')) return input;
    const asked = { attachments, text: text.slice(0, MAX_COMMAND) };
    return { ...input, ...(await rpc.request('editor/resolve', asked, signal)) };
  };

  const turns: Turns = {
    leave() {
      if (current?.name === 'chat.watch') current.abort.abort();
      current = undefined;
    },
    abort: () => current?.abort.abort(),
    send(input, fromComposer) {
      const { key } = store.get().composer;
      turns.leave();
      const token = ++tokens;
      store.dispatch({ type: 'sent', input, token, at: Date.now(), fromComposer });
      follow('chat.send', (signal) => resolved(input, signal), token).catch(() => {
        // Another conversation is open by now, and this message stands nowhere: it goes back to its draft.
        if (store.get().chat.messages.some(({ id }) => id === input.id)) return;
        const draft = { text: input.text, attachments: input.attachments };
        store.dispatch({ type: 'draftReturned', key, draft });
      });
    },
    async watch(roomId, replyId) {
      const token = ++tokens;
      store.dispatch({ type: 'watching', token, replyId });
      // Its failure stands at the answer already.
      await follow('chat.watch', () => ({ roomId }), token).catch(() => {});
    },
    goOn(reply) {
      turns.leave();
      const token = ++tokens;
      store.dispatch({ type: 'watching', token, replyId: reply.id });
      follow('chat.continue', () => ({ roomId: reply.roomId, messageId: reply.id }), token).catch(
        (error: unknown) => {
          store.dispatch({ type: 'messageFailed', id: reply.id, error: toWireError(error) });
        },
      );
    },
  };
  return turns;
}
