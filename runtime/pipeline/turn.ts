import { ZoeyError } from '../kernel/errors.ts';
import type { Piece } from '../types/components.ts';
import type { Memory } from '../types/memory.ts';
import type { TurnContext } from './context.ts';
import { gather } from './gather.ts';
import { generateReply } from './generate.ts';
import { receive } from './receive.ts';
import { Reply } from './reply.ts';
import type { StopReason } from './turns.ts';

/**
 * Runs one message through its steps and gives back the stored reply. Rejects only where the message
 * itself could not be stored; whatever fails later is told in the reply, and what was written stays.
 */
export async function runTurn(context: TurnContext): Promise<Memory> {
  const { request, services, signal, emit } = context;
  const room = await receive(context);
  const reply = new Reply(request.reply, services);
  try {
    const pieces = await gather(context);
    if (request.model) await generateReply({ ...context, model: request.model, pieces, reply });
    else answerWithoutModel(context, pieces, reply);
    await reply.finish('complete');
  } catch (cause) {
    const error = namingWords(ZoeyError.from(cause), reply.text);
    if (signal.aborted) await reply.finish(signal.reason as StopReason);
    else {
      services.log.warn(`turn failed: ${error.code}`);
      await reply.finish('failed', error.toWire());
    }
  }
  emit({ type: 'end', message: reply.memory, room });
  return reply.memory;
}

function answerWithoutModel({ services, emit }: TurnContext, pieces: readonly Piece[], reply: Reply): void {
  const { text, references } = services.excerpts(pieces);
  reply.set({ references });
  reply.append(text);
  emit({ type: 'references', references });
  emit({ type: 'text', delta: text });
}

/** An answer that ended half-way says how much of it is kept. */
function namingWords(error: ZoeyError, text: string): ZoeyError {
  const words = text.split(/\s+/).filter(Boolean).length;
  if (error.code !== 'model_stopped' || words === 0) return error;
  const kept = words === 1 ? '1 word. It is kept.' : `${words} words. They are kept.`;
  return new ZoeyError('model_stopped', `The model stopped after ${kept}`, {
    hint: error.hint,
    cause: error,
  });
}
