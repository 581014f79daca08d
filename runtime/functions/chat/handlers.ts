import { ZoeyError } from '../../kernel/errors.ts';
import type { TurnRequest } from '../../pipeline/context.ts';
import { runTurn } from '../../pipeline/turn.ts';
import type { ChatChunk, Message } from '../../protocol/schemas.ts';
import { type CallContext, defineFunction } from '../define.ts';
import { toChunk, toMessage } from '../project.ts';
import { requireRoom } from '../rooms/rooms.ts';
import { continuedTurn, newTurn } from './request.ts';

const send = defineFunction('chat.send', async function* (input, context) {
  const request = await newTurn(input, context);
  // The answer to what is taken out is waited for by nobody.
  if (request.replaces !== undefined) await context.runtime.turns.stop(request.room.id);
  return yield* answer(request, context);
});

const goOn = defineFunction('chat.continue', async function* (input, context) {
  return yield* answer(await continuedTurn(input, context), context);
});

const watch = defineFunction('chat.watch', async function* ({ roomId }, { runtime, signal }) {
  await requireRoom(runtime, roomId);
  const turn = runtime.turns.find(roomId);
  if (!turn) return { active: false };
  for await (const event of turn.subscribe(signal)) yield toChunk(event);
  return { active: true };
});

const stop = defineFunction('chat.stop', async ({ roomId }, { runtime }) => ({
  stopped: await runtime.turns.stop(roomId),
}));

export const chatFunctions = [send, goOn, watch, stop] as const;

/** Runs the turn and streams it. Whoever called it owns it: when the call is cancelled, the model stops. */
async function* answer(
  request: TurnRequest,
  { runtime, signal }: CallContext,
): AsyncGenerator<ChatChunk, { roomId: string; message: Message }, void> {
  const { room } = request;
  const turn = await runtime.turns.start(
    room,
    (turnSignal, emit) => runTurn({ request, services: runtime.turn, signal: turnSignal, emit }),
    signal,
  );
  const cancel = () => void runtime.turns.stop(room.id);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    // Nobody leaves a turn that they began: its own end closes the stream, so that the last word is heard after
    // a cancel too.
    for await (const event of turn.subscribe()) yield toChunk(event);
    return { roomId: room.id, message: toMessage(await turn.done) };
  } catch (error) {
    throw ZoeyError.from(error);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
